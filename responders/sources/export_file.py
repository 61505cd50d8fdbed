"""The file of an export as it lies there: which of a folder is the last, whether it is being written, its bytes and its day."""

import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from responders.sources.fault_words import away
from responders.sources.register import read_as_of
from responders.sources.source_file import ExportConnection
from storage.office_time import OFFICE

DAY = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")

_NUMBERS = re.compile(r"[0-9]+")


class ExportFile(NamedTuple):
    """A file, and the mark by which another in its place is known."""

    path: Path
    mark: tuple[int, ...]
    modified: datetime

    def is_settled(self, now: datetime, seconds: float) -> bool:
        """Whether it has not changed for so long."""
        return now - self.modified >= timedelta(seconds=seconds)

    def bytes(self) -> bytes:
        """All of it. Raises RecordsAway where it was replaced, or went on being written, meanwhile."""
        with self.path.open("rb") as file:
            data, mark = file.read(), mark_of(os.fstat(file.fileno()))
        if self.mark != mark or mark_of(self.path.stat()) != mark or len(data) != mark[-1]:
            raise away("changed_meanwhile", file=self.path.name)
        return data

    def as_of(self, how: str) -> str:
        """The day (ISO) on which the register stood: the one in its name, or the last that was over when it was written."""
        if how == "modified":
            return (self.modified.astimezone(OFFICE) - timedelta(days=1)).date().isoformat()
        days = DAY.findall(self.path.stem)
        if len(days) != 1:
            raise away("no_day_in_name", file=self.path.name)
        return read_as_of("-".join(days[0]))


def find_export(connection: ExportConnection) -> ExportFile:
    """The file of this path, or of a folder the one whose numbers are the highest. Raises RecordsAway where there is none.

    So it does where two names have the same numbers, or differ in more than these: nobody knows which is the last.
    """
    path = Path(connection.path) if connection.path else _last(Path(connection.folder), connection.pattern)
    try:
        found = path.stat()
    except OSError as error:
        raise away("no_file", file=path.name, why=error.strerror) from error
    return ExportFile(path, mark_of(found), datetime.fromtimestamp(found.st_mtime, OFFICE))


def mark_of(found: os.stat_result) -> tuple[int, ...]:
    """What changes whenever a file does; its size last."""
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def _last(folder: Path, pattern: str) -> Path:
    names = list(folder.glob(pattern)) if folder.is_dir() else []
    if not names:
        raise away("no_file", file=str(folder / pattern), why="-")
    by_numbers = {tuple(map(int, _NUMBERS.findall(path.stem))): path for path in names}
    if len(by_numbers) < len(names) or len({_NUMBERS.sub("#", path.name).casefold() for path in names}) > 1:
        raise away("no_last_file", file=str(folder / pattern))
    return by_numbers[max(by_numbers)]
