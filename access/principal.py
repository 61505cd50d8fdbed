"""Principal: who is behind a request, a person with a session or a unit's system with an API key."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who was authenticated. `csrf` is empty for systems with a key."""

    username: str
    name: str
    unit: str
    roles: frozenset[str]
    locale: str
    csrf: str = ""
    token: str = ""
    theme: str = "auto"
    density: str = "comfortable"
    choosing: bool = False  # came in by a password that somebody else gave: they are to choose one of their own first
    ended: bool = False  # the session has run out: see AuthenticatedWithGrace
    proven_at: datetime | None = None  # when the person last showed who they are
    key: str = ""  # the prefix of a system's key
    scopes: frozenset[str] = frozenset()  # what that key may be used for
    parent: str = ""  # the unit of which theirs is a station
    stations: bool = False  # their unit has stations, or is one

    @property
    def house(self) -> str:
        """The unit that holds what this person's desk answers: their own, or that of their station."""
        return self.parent or self.unit
