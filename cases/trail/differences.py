"""What a form changed: fields with their old and new values, as histories keep them (JSON)."""

from collections.abc import Mapping
from typing import Any

from storage.json import Json

Changed = Mapping[str, tuple[Any, Any]]


def plain(changed: Changed) -> Json:
    """Old and new values as JSON keeps them."""
    return {field: [_plain(old), _plain(new)] for field, (old, new) in changed.items()}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | str | list) else str(value)


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    """The fields of `after` whose values differ from those before."""
    return {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}


def first_values(row: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    """What something new began with; what was left empty is no news."""
    return {name: (None, value) for name, value in row.items() if value}
