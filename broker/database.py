"""What the post office asks of a database; deploy's Database is one."""

from contextlib import AbstractContextManager
from typing import Protocol

from sqlmodel import Session


class Bell(Protocol):
    """Tells a waiting thread that something was written."""

    def wait(self, seconds: float) -> bool:
        """Waits until somebody wrote, at most this long; True when it rang."""

    def close(self) -> None:
        """Stops listening."""


class Database(Protocol):
    """Two doors and a bell."""

    sqlite: bool

    def read(self) -> AbstractContextManager[Session]:
        """A session for looking."""

    def write(self) -> AbstractContextManager[Session]:
        """A session that commits when its block ends well, and rings the bell."""

    def bell(self, *tables: str) -> Bell:
        """A bell of one's own, for rows added to or changed in these tables."""
