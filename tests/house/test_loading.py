"""What each command loads: nothing of the sample city in production, and only what the command needs."""

import json
import subprocess
import sys

import pytest

from deploy.cli.app import COMMANDS
from tests.house.rooms import ROOT

PRODUCTION = ("serve", "relay", "work", "clock", "respond")
LOAD = """import json, sys
from deploy.cli.app import Commands
Commands().get_command(None, {command!r})
print(json.dumps(sorted(sys.modules)))"""


def loaded_by(command: str) -> list[str]:
    """Every module that is loaded once this command is."""
    done = subprocess.run([sys.executable, "-c", LOAD.format(command=command)], cwd=ROOT, capture_output=True, text=True,
                          timeout=60, check=True)  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.parametrize("command", PRODUCTION)
def test_what_runs_in_production_loads_nothing_of_the_sample(command: str) -> None:
    loaded = loaded_by(command)

    assert [name for name in loaded if name.partition(".")[0] == "sample"] == []
    assert "deploy.assembly" in loaded, "a test that sees nothing loaded looks at nothing"


def test_the_sample_would_be_seen_where_it_is_loaded() -> None:
    assert "sample.load" in loaded_by("up")


def test_every_command_stands_among_the_commands() -> None:
    assert {place.partition(":")[0].rpartition(".")[0] for place in COMMANDS.values()} == {"deploy.cli", "sample.cli"}
