"""A copy of the rooms to plant something in."""

import shutil
from pathlib import Path

from tests.house.rooms import ROOMS, ROOT


def copy_rooms(folder: Path) -> None:
    """The rooms' Python files and what pyproject.toml says about them, in this folder."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__", "*.html", "static"))


def plant(file: Path, text: str) -> None:
    """Adds lines at the end of a file."""
    with file.open("a", encoding="utf-8") as planted:
        planted.write(text)
