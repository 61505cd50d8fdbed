"""A copy of the rooms to plant something in, compiled as far as the rooms are: a process that starts from it need not do that."""

import os
import shutil
from pathlib import Path

from tests.house.rooms import ROOMS, ROOT


def copy_rooms(folder: Path) -> None:
    """The rooms' Python files and what pyproject.toml says about them, in this folder."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("*.html", "static"))


def take_compiled(folder: Path) -> None:
    """What the rooms' files compile to, beside the same files in this folder: a file of another size is compiled anew."""
    for compiled in (found for room in ROOMS for found in (ROOT / room).rglob("__pycache__")):
        beside = folder / compiled.parent.relative_to(ROOT)
        if beside.is_dir():
            shutil.copytree(compiled, beside / "__pycache__", dirs_exist_ok=True)
            for source in compiled.parent.glob("*.py"):
                taken, status = beside / source.name, source.stat()
                if taken.exists():
                    os.utime(taken, ns=(status.st_atime_ns, status.st_mtime_ns))


def plant(file: Path, text: str) -> None:
    """Adds lines at the end of a file."""
    with file.open("a", encoding="utf-8") as planted:
        planted.write(text)
