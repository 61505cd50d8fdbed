"""Copies of checkpoints outside the database: JSON lines, a file a month, so that deleted ones are noticed."""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from cases.trail.checkpoint_key import said_in
from cases.trail.checkpoints import Checkpoint
from storage.private_files import alone_in, open_privately


class WrongCopy(ValueError):
    """A file of checkpoints cannot be read; names the file and the line."""


def written(checkpoint: Checkpoint) -> str:
    """A checkpoint as a line of such a file: what it says in clear, and signed."""
    return json.dumps({**said_in(checkpoint.jws), "jws": checkpoint.jws}, ensure_ascii=False)


def read_copies(files: Iterable[Path]) -> dict[int, str]:
    """The checkpoints in these files by number; of a last line that was cut off in writing nothing. Raises WrongCopy."""
    found: dict[int, str] = {}
    for file in files:
        for place, line in enumerate(file.read_bytes().splitlines(keepends=True), 1):
            if not line.endswith(b"\n"):
                break
            number, jws = _read(file, place, line)
            if found.setdefault(number, jws) != jws:
                raise WrongCopy(f"{file}, line {place}: another checkpoint {number} stands before it")
    return found


def _read(file: Path, place: int, line: bytes) -> tuple[int, str]:
    try:
        told = json.loads(line)
        return int(said_in(told["jws"])["number"]), str(told["jws"])
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise WrongCopy(f"{file}, line {place}: this is no checkpoint") from None


class Copies:
    """The folder of such files at home; several processes may write to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def files(self) -> list[Path]:
        """The files, the oldest first."""
        return sorted(self.folder.glob("*.jsonl"))

    def all(self) -> dict[int, str]:
        """Every checkpoint kept here, by number. Raises WrongCopy."""
        return read_copies(self.files())

    def last(self) -> tuple[int, str]:
        """Number and text of the newest; 0 and "" where there is none. Raises WrongCopy."""
        files = self.files()
        return max(read_copies(files[-1:]).items(), default=(0, ""))

    def add(self, checkpoints: Sequence[Checkpoint]) -> None:
        """Adds those that are newer than what is here; on disk when this returns. Raises WrongCopy, OSError."""
        with alone_in(self.folder):
            last, _ = self.last()
            for checkpoint in sorted(checkpoints, key=lambda one: one.number):
                if checkpoint.number > last:
                    self._append(f"{checkpoint.at:%Y-%m}.jsonl", written(checkpoint))

    def _append(self, name: str, line: str) -> None:
        path = (
            max(self.folder / name, *self.files()) if self.files() else self.folder / name
        )  # never behind a clock that jumped back
        with os.fdopen(open_privately(path), "r+b") as file:
            text = file.read()
            file.truncate(text.rfind(b"\n") + 1)  # what was cut off in writing
            file.seek(0, os.SEEK_END)
            file.write(f"{line}\n".encode())
            file.flush()
            os.fsync(file.fileno())
