"""The shape of an object as JSON has it: names and whatever stands there; also a row as it is written, by column."""

from typing import Any

Json = dict[str, Any]
