"""A place in a reply in JSON, written with points: `data.list`, `data.items.0.name`. Pure."""

from typing import Any

MISSING = object()  # there is no such place; None is a value that stands there


def at(reply: Any, path: str) -> Any:
    """What stands at this place; MISSING where there is none, the whole reply for an empty path."""
    found = reply
    for part in filter(None, path.split(".")):
        if isinstance(found, dict) and part in found:
            found = found[part]
        elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return MISSING
    return found
