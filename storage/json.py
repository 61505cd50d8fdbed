"""Json: the type of a JSON object, by name; also of a database row, by column."""

from typing import Any

Json = dict[str, Any]
