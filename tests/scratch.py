"""Where the tests write: into memory where the machine has enough of it, since thousands of small databases wear out a disk."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # a folder of our own is made in it
ENOUGH = 4 * 1024**3  # bytes; a whole run has had 1.5 GB at the most
NAME = "hecha-tests-"


def write_into_memory() -> Path | None:
    """From now on temporary files of this process and its children lie in memory; where. None: they stay on the disk."""
    _clear_up()
    if not _fits():
        return None
    folder = MEMORY / f"{NAME}{os.getpid()}"
    folder.mkdir(mode=0o711)  # PostgreSQL runs as another user and goes through it
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    return folder


def _fits() -> bool:
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return False
    room = os.statvfs(MEMORY)
    return room.f_bavail * room.f_frsize > ENOUGH and not room.f_flag & os.ST_NOEXEC


def _clear_up() -> None:
    # A run that was killed could not tidy up behind itself.
    for left in MEMORY.glob(f"{NAME}*"):
        if not Path("/proc", left.name.removeprefix(NAME)).exists():
            shutil.rmtree(left, ignore_errors=True)
