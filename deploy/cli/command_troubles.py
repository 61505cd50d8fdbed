"""What ended a command, in one line that says where to look: database, post office, key files, rows that somebody changed."""

import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from sqlalchemy import CursorResult, Select

from broker.crypto.key_ring import KeysAway, WrongKey
from broker.transports.transport import QueuesDiffer, TransportError
from deploy.operations.backup_rows import ForeignRow
from deploy.operations.letter_keys import KeysElsewhere
from deploy.operations.secret_keys import WrongKeyFile
from storage.database_troubles import told_by
from storage.vault import Broken

HOUSE = Path(__file__).parents[2]
SPEAK = WrongKeyFile, WrongKey, KeysElsewhere, KeysAway, QueuesDiffer  # whose own words say what to do
AWAY = "the post office cannot be used ({what}): does it run? Look at HECHA_BROKER_URL, and try again; nothing is lost"
CHANGED = (
    "{where} holds a value that Hecha did not write: somebody changed it. Look at `hecha trail verify` and `hecha encrypt`, "
    "then mend the row, or restore a backup"
)
UNEXPECTED = "{name} at {place}: nobody expected this. With HECHA_LOG_LEVEL=debug all of it is shown"


def trouble_line(error: Exception) -> str:
    """One line for whoever called the command; never a value of a row, and no password."""
    if isinstance(error, SPEAK):
        return str(error)
    if isinstance(error, TransportError):
        return AWAY.format(what=error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}: look at this file, its folder and its owner"
    return told_by(error) or _of_rows(error) or UNEXPECTED.format(name=type(error).__name__, place=_place(error))


def _of_rows(error: Exception) -> str:
    if isinstance(error, ForeignRow):
        return CHANGED.format(where=f"a row of the table {error.table}, row {error.row} or a later one,")
    tables = _tables(error.__traceback__)
    if isinstance(error, Broken) or (tables and isinstance(error, (ValueError, TypeError, LookupError))):
        return CHANGED.format(where=f"a row of the table {', '.join(sorted(tables))}" if tables else "a row of the database")
    return ""


def _frames(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _tables(trace: TracebackType | None) -> set[str]:
    """The tables whose rows were being made into values."""
    found = set[str]()
    for one in _frames(trace):
        for value in one.tb_frame.f_locals.values():
            compiled = getattr(value.context, "compiled", None) if isinstance(value, CursorResult) else None
            if compiled is not None and isinstance(compiled.statement, Select):
                found |= {str(getattr(table, "name", "")) for table in compiled.statement.get_final_froms()} - {""}
    return found


def _place(error: Exception) -> str:
    """The innermost line of ours."""
    places = [one for one in traceback.extract_tb(error.__traceback__) if Path(one.filename).is_relative_to(HOUSE)]
    ours = [one for one in places if ".venv" not in one.filename]
    return f"{Path(ours[-1].filename).relative_to(HOUSE)}:{ours[-1].lineno}" if ours else "an unknown place"
