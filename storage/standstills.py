"""Standstills: what cannot work says so once, and once that it goes on, however often it is tried in between."""

import sys
from importlib import import_module

import structlog

log = structlog.get_logger()


def reason_of(error: BaseException) -> str:
    """What a database has against it, in a line; empty for other errors. An agent has no database, and loads nothing of one."""
    return str(import_module("storage.database_troubles").told_by(error)) if "sqlalchemy" in sys.modules else ""


class Standstill:
    """One part's, or one piece's of its work."""

    def __init__(self, waits: str, goes_on: str, **facts: object) -> None:
        """The two events, and what is said with both."""
        self._told = set[str]()  # the reasons since it stands still
        self._waits, self._goes_on, self._facts = waits, goes_on, facts

    def begin(self, error: str, **more: object) -> None:
        """It cannot work, for this reason; each reason is said once."""
        if error not in self._told:
            log.warning(self._waits, error=error, **self._facts, **more)
        self._told.add(error)

    def end(self) -> None:
        """It works."""
        if self._told:
            log.info(self._goes_on, **self._facts)
        self._told.clear()
