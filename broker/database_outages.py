"""Which database errors are outages: work is then tried again later instead of being refused."""

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

# PostgreSQL's classes: connection lost, rolled back in a deadlock, no resources (disk full), lock not to be had, shut down, I/O.
STATES = "08", "40", "53", "55", "57P", "58", "25P03"
SQLITE = "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN"


def is_outage(error: Exception) -> bool:
    """True for what passes by itself or is an operator's to mend; a statement that can never succeed is no outage."""
    if isinstance(error, NoConnection):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", "none")
    if state is None:  # PostgreSQL's driver knows no state where it reached no server, or lost it
        return isinstance(error, OperationalError)
    name = getattr(error.orig, "sqlite_errorname", "")
    return error.connection_invalidated or state.startswith(STATES) or name.startswith(SQLITE)
