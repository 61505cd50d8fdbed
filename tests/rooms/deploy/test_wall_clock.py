"""The clock on the wall, and the one that stories move."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.wall_clock import clock_of, real_now

NEAR = timedelta(minutes=1)


def test_the_wall_clock_is_aware_and_in_utc():
    assert real_now().tzinfo is UTC
    assert abs(real_now() - datetime.now(UTC)) < NEAR
    assert clock_of(None) is real_now


@pytest.mark.parametrize(("text", "moved"), [("", 0), ("  \n", 0), ("3600", 3600), ("-90.5\n", -90.5)])
def test_a_file_moves_it(tmp_path: Path, text: str, moved: float):
    file = tmp_path / "clock"
    file.write_text(text)

    assert abs(clock_of(file)() - real_now() - timedelta(seconds=moved)) < NEAR


def test_the_file_may_come_change_and_go_while_we_run(tmp_path: Path):
    file = tmp_path / "clock"
    now = clock_of(file)
    assert abs(now() - real_now()) < NEAR
    file.write_text("86400")
    assert abs(now() - real_now() - timedelta(days=1)) < NEAR
    file.unlink()
    assert abs(now() - real_now()) < NEAR
