"""Until when a certificate may be used: its last day stands in what its seal says, so that it is known without this house. Pure."""

import re
from datetime import date
from typing import Protocol

VALID = "有效至"
ABOUT = re.compile(rf"\S+ \S+ · {VALID} (?P<until>\d{{4}}-\d\d-\d\d)")


class Sealed(Protocol):
    """What a seal says it is on."""

    @property
    def about(self) -> str:
        """Kind and number, and of a certificate its last day."""


def about_with(about: str, until: date | None) -> str:
    """What a seal says, with the last day."""
    return f"{about} · {VALID} {until}" if until else about


def until_of(sealed: Sealed | None) -> date | None:
    """The last day that the seal names; None where it names none."""
    found = ABOUT.fullmatch(sealed.about) if sealed else None
    return date.fromisoformat(found["until"]) if found else None


def is_over(sealed: Sealed | None, today: date) -> bool:
    """Whether the last day is past."""
    until = until_of(sealed)
    return until is not None and until < today
