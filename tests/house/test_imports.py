"""Down by call, sideways by letter, never up: `make test` looks whether it is kept; here that it is seen when it is not."""

import subprocess
import sys
from pathlib import Path

from tests.house.copies import copy_rooms, plant

LINT = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """What import-linter says about the rooms in this folder."""
    return subprocess.run([LINT, "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_an_import_that_points_upwards_is_caught(tmp_path: Path) -> None:
    copy_rooms(tmp_path)
    plant(tmp_path / "broker/outbox.py", "\nimport access.units\n")

    done = lint(tmp_path)

    assert done.returncode == 1
    assert "broker.outbox -> access.units" in done.stdout
