"""The agent's heartbeat: a small letter sent regularly, so that a silent agent is noticed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from broker.letter import Letter

EVERY = timedelta(seconds=15)


class HeartbeatSender:
    """What an agent says of itself, so that somebody notices when it no longer does."""

    def __init__(self, unit: str, items: Sequence[str], version: str) -> None:
        self._body: dict[str, Any] = {"unit": unit, "items": list(items), "version": version}
        self._sent: tuple[datetime, Mapping[str, str]] | None = None
        self._started: datetime | None = None

    def is_due(self, now: datetime, ills: Mapping[str, str]) -> bool:
        """Whether it is time; `ills`: what ails the items that do not answer, by item."""
        return self._sent is None or self._sent[1] != ills or not timedelta(0) <= now - self._sent[0] < EVERY

    def letter(self, now: datetime, ills: Mapping[str, str], stopping: bool, answered: int) -> Letter:
        """The letter, and the note that it goes out now."""
        self._sent, self._started = (now, ills), self._started or now
        state = {"running": not stopping, "records": not ills, "ills": dict(ills), "answered": answered}
        return Letter.post("alive", "findings", "", {**self._body, **state, "started_at": self._started.isoformat()}, now)
