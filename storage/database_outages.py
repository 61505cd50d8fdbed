"""Whether an error is the database's own trouble, so that nobody who brought work is to blame and it is tried again later."""

from sqlalchemy.exc import DBAPIError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnection

READ_ONLY = "25006"  # a standby, or a server that was set read-only before a switch-over
# PostgreSQL's classes: connection lost, nobody let in, rolled back in a deadlock, no resources (disk full), lock not to be had,
# cancelled or shut down by an operator, I/O, damaged; and single states: rights taken away, a table, column or schema that is not
# there, a plan of before a migration. No letter can bring these about, and each is mended without it.
STATES = (
    "08", "28", "40", "53", "55", "57", "58", "F0", "XX001", "XX002", "25P03", READ_ONLY,
    "42501", "42P01", "42703", "3F000", "0A000",
)  # fmt: skip
# SQLite's: locked for long, disk full or failing, a file that may not be written, is gone, or is no database any more.
SQLITE = (
    "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN",
    "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_PROTOCOL", "SQLITE_NOMEM", "SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_AUTH",
    "SQLITE_SCHEMA",
)  # fmt: skip
LACKING = "no such table", "no such column"  # SQLite has one name for this and for a wrong statement
# A connection that says so says it for ever, whatever becomes of the server or the file: only a new one can tell.
STALE = READ_ONLY, "0A000", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_NOTADB"
LOST_AMID = "8s2b"  # SQLAlchemy's own code: something more was to be done on a connection that had just been lost


def is_outage(error: BaseException) -> bool:
    """True for what passes by itself or is an operator's to mend; a statement that can never succeed is no outage."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(is_outage, error.exceptions))
    if isinstance(error, NoConnection) or (isinstance(error, PendingRollbackError) and error.code == LOST_AMID):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if getattr(error.orig, "sqlstate", "none") is None:  # PostgreSQL's driver knows no state where it reached no server, or lost it
        return isinstance(error, OperationalError)
    code = code_of(error.orig)
    lacking = code == "SQLITE_ERROR" and str(error.orig).startswith(LACKING)
    return error.connection_invalidated or lacking or code.startswith((*STATES, *SQLITE))


def code_of(error: BaseException | None) -> str:
    """PostgreSQL's SQLSTATE or SQLite's name of what the driver raised; empty where it has neither."""
    return getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or ""
