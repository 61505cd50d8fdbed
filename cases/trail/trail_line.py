"""One line of the trail before it is written: who did or looked at what, when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol, Self

NOTHING: Mapping[str, Any] = {}


class Person(Protocol):
    """Somebody who signed in: a principal, or the account behind one."""

    @property
    def username(self) -> str: ...
    @property
    def unit(self) -> str: ...


class TrailLine(NamedTuple):
    """What is written. `number` is empty for lines about no case. A tuple, because a thousand questions make thousands of them."""

    at: datetime
    action: str
    actor: str
    who: str
    unit: str = ""
    number: str = ""
    start: str = ""
    to: str = ""
    note: str = ""
    details: Mapping[str, Any] = NOTHING

    @property
    def tampered(self) -> bool:
        """Nobody has had it in hand yet."""
        return False

    @classmethod
    def of_person(
        cls, person: Person, at: datetime, action: str, number: str = "", *,
        actor: str = "person", details: Mapping[str, object] = NOTHING,
    ) -> Self:  # fmt: skip
        """What this person did or looked at."""
        return cls(at, action, actor, person.username, person.unit, number, details=details)

    @classmethod
    def of_clock(cls, at: datetime, action: str, number: str) -> Self:
        """What the clock did about a case."""
        return cls(at, action, "clock", "clock", number=number)

    def in_state(self, state: str) -> Self:
        """The same about a case that stayed in this state."""
        return self._replace(start=state, to=state)

    def noting(self, note: str) -> Self:
        """The same with somebody's words."""
        return self._replace(note=note)
