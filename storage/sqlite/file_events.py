"""Whether something was written in some folders (Linux, inotify), so that nobody need look again and again."""

import ctypes
import os
import select
from collections.abc import Iterable
from pathlib import Path

WRITTEN = 0x02 | 0x100 | 0x80  # IN_MODIFY, IN_CREATE, IN_MOVED_TO
NONBLOCK = os.O_NONBLOCK | os.O_CLOEXEC
READ_AT_ONCE = 64 * 1024


class FileEvents:
    """One line to the kernel. Where there is none (another system, or none left), `wait` says that something may be written."""

    def __init__(self) -> None:
        self._known: set[Path] = set()
        self._libc = ctypes.CDLL(None, use_errno=True)
        starting = getattr(self._libc, "inotify_init1", None)
        self._line = int(starting(NONBLOCK)) if starting else -1
        self._bell = os.eventfd(0, NONBLOCK) if self._line >= 0 else -1

    def watch(self, folders: Iterable[Path]) -> None:
        """From now on these folders too; a folder that cannot be watched ends the watching of all."""
        for folder in set(folders) - self._known:
            self._known.add(folder)
            if self._line >= 0 and self._libc.inotify_add_watch(self._line, os.fsencode(folder), WRITTEN) < 0:
                self.close()

    def wait(self, seconds: float, blind: float) -> bool:
        """Waits until something is written in one of them, at most so long; True if it was. Blind: waits that long, and True."""
        if self._line < 0:
            select.select((), (), (), blind)
            return True
        poller = select.poll()
        for each in (self._line, self._bell):
            poller.register(each, select.POLLIN)
        heard = [file for file, _event in poller.poll(1000 * seconds)]
        for file in heard:
            os.read(file, READ_AT_ONCE)
        return bool(heard)

    def wake(self) -> None:
        """Ends a wait, whoever waits."""
        if self._line >= 0:
            os.eventfd_write(self._bell, 1)

    def close(self) -> None:
        """Lets go of the line."""
        line, self._line = self._line, -1
        if line >= 0:
            os.close(line)
            os.close(self._bell)
