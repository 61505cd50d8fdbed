"""How often an SQLite file was changed, by whomever: read from memory that all its users share, without asking SQLite."""

import os
import sqlite3
import struct
from contextlib import suppress
from pathlib import Path

CHANGES = struct.Struct("=I")  # "iChange" of the WAL index (sqlite.org/walformat.html): one more with each transaction
AT = 8  # bytes from its beginning
SHARED = "00000000"  # the part of the index that holds it is mapped from its first byte


class ChangeCounter:
    """A look at one file. It holds a connection, so that what it reads from stays the file's own."""

    def __init__(self, path: str) -> None:
        """Raises sqlite3.Error when the file cannot be read."""
        self._path = path
        self.connection = sqlite3.connect(path, timeout=0, isolation_level=None)
        self._memory = self._at = -1
        self._file = _identity(path)
        try:
            self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from now on the index is there
        except sqlite3.Error:
            self.connection.close()
            raise
        self._find_index()

    def _find_index(self) -> None:
        # The index is never opened by ourselves: to close it would end all locks that SQLite holds on it for this process, and
        # another process would take it for abandoned. SQLite has mapped it, as long as our connection lives, and we read there.
        with suppress(OSError, ValueError):
            index = f"{Path(self._path).resolve()}-shm"
            for line in Path("/proc/self/maps").read_text().splitlines():
                part, _rights, offset, _device, _inode, *name = line.split(maxsplit=5)
                if name == [index] and offset == SHARED:
                    self._at = int(part.partition("-")[0], 16) + AT
                    self._memory = os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)
                    return

    def read(self) -> int:
        """A number that grows by one with each transaction; without such an index, a number that is another after any."""
        if self._memory < 0:
            return int(self.connection.execute("PRAGMA data_version").fetchone()[0])
        return int(CHANGES.unpack(os.pread(self._memory, CHANGES.size, self._at))[0])

    def is_current(self) -> bool:
        """Whether the file that stands there is still the one we look at."""
        return _identity(self._path) == self._file

    def shrink(self) -> None:
        """Moves what lies in the write-ahead log into the file and empties the log, unless somebody is at work just now."""
        with suppress(sqlite3.OperationalError):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Lets go of the file."""
        memory, self._memory = self._memory, -1
        if memory >= 0:
            os.close(memory)
        self.connection.close()


def _identity(path: str) -> tuple[int, int]:
    with suppress(OSError):
        found = Path(path).stat()
        return found.st_dev, found.st_ino
    return 0, 0
