"""The wheel holds everything that Hecha needs to run."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.copies import take_compiled
from tests.house.rooms import ROOMS, ROOT


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(build, check=True, timeout=120)
    with zipfile.ZipFile(next(folder.glob("hecha-*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    take_compiled(folder / "site")
    return folder / "site"


def test_every_file_of_the_rooms_is_in_the_wheel(unpacked: Path) -> None:
    files = (path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file() and "__pycache__" not in path.parts)

    assert [str(path.relative_to(ROOT)) for path in files if not (unpacked / path.relative_to(ROOT)).exists()] == []


def test_hecha_starts_from_the_wheel_alone(unpacked: Path, tmp_path: Path) -> None:
    start = f"import sys; sys.path[0] = {str(unpacked)!r}; from deploy.cli import app; print(app.__file__); app.app()"
    env = {**os.environ, "HECHA_HOME": str(tmp_path / "home")}

    shown = [subprocess.run([sys.executable, "-c", start, command], cwd=tmp_path, env=env, capture_output=True, text=True,
                            timeout=60, check=True).stdout for command in ("--help", "migrate")]  # fmt: skip

    assert all(out.startswith(str(unpacked)) for out in shown)
    assert (tmp_path / "home/hecha.sqlite").exists()
