"""JSON replies written in one go: what is known to be plain data is not looked through once more."""

import json
from collections.abc import Mapping
from datetime import date

from fastapi import Response

from storage.json import Json


def as_json(value: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A reply with this value; moments and days in it are written as ISO 8601 says. Raises TypeError for what is no plain data."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_written)
    return Response(text.encode(), status, headers, "application/json")


def _written(value: object) -> str:
    if isinstance(value, date):  # moments are dates too
        return value.isoformat()
    raise TypeError(type(value).__name__)
