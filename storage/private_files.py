"""Private files: written whole or not at all, mode 600, in a folder of mode 700 (for keys and passwords).

What root writes in somebody's folder is that somebody's: an operator's `hecha keys rotate` must not lock the parts out that run as
a user of their own. A file that is replaced keeps its owner and its mode.
"""

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
            _own_like(file.fileno(), path)
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
    """Makes a folder that only its owner can open, where there is none; what root makes belongs to who owns the folder above."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        private_folder(folder.parent)
    with suppress(FileExistsError):  # another process was faster
        folder.mkdir(mode=0o700)
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            _own_like(number, folder.parent)
        finally:
            os.close(number)


def open_privately(path: Path) -> int:
    """The number of a file that is opened for reading and writing; made of mode 600 where there is none, its folder's owner's."""
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    _own_like(number, path.parent)
    return number


def make_ready(path: Path) -> None:
    """Makes an empty private file where there is none, its folder's owner's, for somebody who opens it by name; SQLite does.

    From one that is there, and from what SQLite lays beside it, others' rights are taken. Where that cannot be, whoever opens it
    says so.
    """
    if not path.name or str(path).startswith((":", "file:")):
        return  # a database in memory, or one named by an address of its own
    with suppress(OSError):
        if not path.exists():
            os.close(open_privately(path))
    for one in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        with suppress(OSError):
            mode = one.stat().st_mode
            if mode & OTHERS:
                one.chmod(mode & ~OTHERS)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One process at a time writes in this folder."""
    private_folder(folder)
    with os.fdopen(open_privately(folder / ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _own_like(number: int, path: Path) -> None:
    """The mode of the file that is replaced, unless everybody might read it; and where root writes its owner, or its folder's."""
    replaced = path.stat() if path.is_file() and not path.is_symlink() else None
    if replaced and not replaced.st_mode & 0o007:
        os.fchmod(number, replaced.st_mode & 0o770)
    if os.geteuid() == 0:
        found = replaced or (path if path.is_dir() else path.parent).stat()
        os.fchown(number, found.st_uid, found.st_gid)


def _settle(scratch: Path, path: Path, anew: bool) -> bool:
    if not anew:
        scratch.replace(path)
        return True
    try:
        path.hardlink_to(scratch)
    except FileExistsError:
        return False
    return True
