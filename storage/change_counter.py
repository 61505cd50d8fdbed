"""How often an SQLite file was changed, by whomever: read from memory that all its users share, without asking SQLite."""

import mmap
import sqlite3
import struct
from contextlib import suppress
from pathlib import Path

CHANGES = struct.Struct("=I")  # "iChange" of the WAL index (sqlite.org/walformat.html): one more with each transaction
AT = 8  # bytes from its beginning


class ChangeCounter:
    """A look at one file. It holds a connection, so that what it reads from stays the file's own."""

    def __init__(self, path: str) -> None:
        """Raises sqlite3.Error when the file cannot be read."""
        self._path = path
        self.connection = sqlite3.connect(path, timeout=0, isolation_level=None)
        self._memory: mmap.mmap | None = None
        self._file = _identity(path)
        try:
            self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from now on the index is there
        except sqlite3.Error:
            self.connection.close()
            raise
        with suppress(OSError, ValueError), Path(f"{path}-shm").open("rb") as index:
            self._memory = mmap.mmap(index.fileno(), AT + CHANGES.size, prot=mmap.PROT_READ)

    def read(self) -> int:
        """A number that grows by one with each transaction; without such an index, a number that is another after any."""
        if self._memory is None:
            return int(self.connection.execute("PRAGMA data_version").fetchone()[0])
        changes: int = CHANGES.unpack_from(self._memory, AT)[0]
        return changes

    def is_current(self) -> bool:
        """Whether the file that stands there is still the one we look at."""
        return _identity(self._path) == self._file

    def shrink(self) -> None:
        """Moves what lies in the write-ahead log into the file and empties the log, unless somebody is at work just now."""
        with suppress(sqlite3.OperationalError):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Lets go of the file."""
        if self._memory is not None:
            self._memory.close()
        self.connection.close()


def _identity(path: str) -> tuple[int, int]:
    with suppress(OSError):
        found = Path(path).stat()
        return found.st_dev, found.st_ino
    return 0, 0
