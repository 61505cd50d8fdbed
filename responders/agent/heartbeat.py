"""The agent's heartbeat: a small letter sent regularly, so that a silent agent is noticed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from broker.letter import Letter

EVERY = timedelta(seconds=30)


class HeartbeatSender:
    """What an agent says of itself, so that somebody notices when it no longer does."""

    def __init__(self, unit: str, items: Sequence[str], version: str) -> None:
        self._body: dict[str, Any] = {"unit": unit, "items": list(items), "version": version}
        self._sent: tuple[datetime, bool] | None = None
        self._started: datetime | None = None

    def is_due(self, now: datetime, away: bool) -> bool:
        """Whether it is time; `away`: its records cannot be opened, or do not look whole."""
        return self._sent is None or self._sent[1] != away or not timedelta(0) <= now - self._sent[0] < EVERY

    def letter(self, now: datetime, away: bool, stopping: bool, answered: int) -> Letter:
        """The letter, and the note that it goes out now."""
        self._sent, self._started = (now, away), self._started or now
        state = {"running": not stopping, "records": not away, "answered": answered, "started_at": self._started.isoformat()}
        return Letter.post("alive", "findings", "", {**self._body, **state}, now)
