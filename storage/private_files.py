"""Private files: written whole or not at all, mode 600, in a folder of mode 700 (for keys and passwords)."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

OTHERS = 0o007  # the rights of those who are neither owner nor of the group


def write_privately(path: Path, content: str | bytes, anew: bool = False) -> bool:
    """Writes a secret, on the disk when this returns; with `anew` only where there is nothing, else it says False."""
    private_folder(path.parent)
    scratch = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        written = _settle(scratch, path, anew)
    finally:
        scratch.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)  # a file's name is on the disk only when its folder is
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return written


def private_folder(folder: Path) -> None:
    """Makes a folder that only its owner can open, where there is none."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def private_file(path: str | Path) -> None:
    """Makes an empty file of mode 600 where there is none; takes others' rights off one of ours and what SQLite lays beside.

    Where that cannot be done nothing is said: whoever opens the file is told then.
    """
    if not Path(path).name or str(path).startswith((":", "file:")):
        return  # a database in memory, or one named by an address of its own
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for one in (path, f"{path}-wal", f"{path}-shm"):
        with suppress(OSError):
            mode = Path(one).stat().st_mode
            if mode & OTHERS:
                Path(one).chmod(mode & ~OTHERS)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One process at a time writes in this folder."""
    private_folder(folder)
    with os.fdopen(os.open(folder / ".lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _settle(scratch: Path, path: Path, anew: bool) -> bool:
    if not anew:
        scratch.replace(path)
        return True
    try:
        path.hardlink_to(scratch)
    except FileExistsError:
        return False
    return True
