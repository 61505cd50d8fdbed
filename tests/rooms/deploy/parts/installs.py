"""`hecha-agent` installed into an empty environment: its wheel, and the locked packages as they are installed here."""

import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from tests.house.rooms import ROOT

AGENT = ROOT / "deploy/agent"
LOCK = AGENT / "requirements.lock"


class AgentInstall:
    """An environment in which there is nothing but the agent and what its lock file names. Nothing is downloaded for it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.python, self.command = folder, folder / "bin/python", folder / "bin/hecha-agent"
        venv.create(folder, with_pip=False)
        self.site = next((folder / "lib").glob("python3.*")) / "site-packages"
        for name in locked():
            _copy(name, self.site)
        self.wheel = _built(folder / "wheel")
        self._pip("install", "--quiet", "--no-deps", "--no-index", str(self.wheel))
        self._pip("check")  # what the wheel asks for is there

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Runs the command with these settings."""
        return subprocess.run([self.command, *words], env=clean(settings), capture_output=True, text=True, timeout=60, check=False)

    def ask(self, program: str, *words: str) -> str:
        """What a little program prints there."""
        asked = [self.python, "-I", "-c", program, *words]  # without -I it would look in our own folder
        return subprocess.run(asked, env=clean({}), capture_output=True, text=True, timeout=60, check=True).stdout

    def _pip(self, *words: str) -> None:
        subprocess.run([sys.executable, "-m", "pip", "--python", self.python, *words], env=clean({}), check=True, timeout=120)


def clean(settings: dict[str, str]) -> dict[str, str]:
    """An environment that leads to no module of ours and to no settings but these."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "HECHA_"))} | settings


def locked() -> Sequence[str]:
    """The packages that the agent's lock file names."""
    return re.findall(r"^([a-z0-9-]+)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)


def _copy(name: str, site: Path) -> None:
    for file in metadata.files(name) or ():
        if ".." not in file.parts and "__pycache__" not in file.parts:  # no commands, and nothing compiled
            place = site / file
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(str(file.locate()), place)


def _built(folder: Path) -> Path:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([*build, str(AGENT)], check=True, timeout=120)
    return next(folder.glob("hecha_agent-*.whl"))
