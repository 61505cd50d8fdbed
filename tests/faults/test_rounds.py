"""Twelve short rounds of trouble over the whole deployment, as `python -m tests.faults.rounds` runs them at length."""

import os
import subprocess
import sys

import pytest

KINDS = 12
PATIENCE = 600  # seconds


@pytest.mark.timeout(PATIENCE + 30)
def test_twelve_rounds_of_trouble_lose_nothing_answer_nothing_twice_and_text_nobody_too_late() -> None:
    """Every part killed, stopped, cut off or left without disk; start in any order, rolling restart, migration at work.

    Hosts are network namespaces of their own; without the right to make them, nothing is cut off and no disk runs full.
    """
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "tests.faults.rounds", "--short", "--questions", "60", "--lasts", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, env=inherited)
    print(done.stdout[-6000:])

    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-4000:]
    assert done.stdout.count("s: all answered") == KINDS
    assert done.stdout.count(": 0 failed") == 2
    counted = [line.split()[-1] for line in done.stdout.splitlines() if line.startswith(("  lost", "  twice", "  wrong", "  late"))]
    assert counted == ["0"] * 4
