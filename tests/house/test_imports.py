"""Down by call, sideways by letter, never up: kept, and seen when it is not."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.rooms import ROOMS, ROOT

LINT = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """What import-linter says about the rooms in this folder."""
    return subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_the_rooms_keep_the_import_rules() -> None:
    done = lint(ROOT)

    assert done.returncode == 0, done.stdout
    assert " 0 broken." in done.stdout


def test_an_import_that_points_upwards_is_caught(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__", "*.html", "*.toml"))
    with (tmp_path / "broker/outbox.py").open("a") as planted:
        planted.write("\nimport cases.units\n")

    done = lint(tmp_path)

    assert done.returncode == 1
    assert "broker.outbox -> cases.units" in done.stdout
