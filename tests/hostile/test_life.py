"""The life of a case under everybody at once: no sequence of moves by any actors breaks what must hold.

Longer, and other lives each time: `python -m tests.hostile.test_life 500`.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import text

from access.accounts import Account
from cases.grants.grants import Grant
from deploy.tables import all_tables
from storage.database import Database
from storage.engine import open_engine
from tests.hostile.life import Life
from tests.rooms.cases.stations.house import EAST, build, rule
from tests.rooms.county import County, settle
from tests.vaults import VAULT

QUICK = settings(
    max_examples=12, stateful_step_count=25, deadline=None, derandomize=True, database=None,
    phases=[Phase.generate], suppress_health_check=list(HealthCheck), print_blob=False,
)  # fmt: skip


@pytest.fixture
def begin(sqlite_pattern: Path, tmp_path: Path) -> Callable[[], County]:
    """Gives the same fresh county each time it is called."""
    shutil.copy(sqlite_pattern, tmp_path / "begin.sqlite")
    return counties(tmp_path)


def counties(tmp_path: Path) -> Callable[[], County]:
    """Where `begin.sqlite` in this folder has all tables and nothing in them."""
    database = Database(f"sqlite:///{tmp_path / 'begin.sqlite'}", VAULT)
    build(settle(database), rule(EAST, "prefix", "110101"))
    with database.write() as session:
        session.add(Account(username="registrar", name="余二", unit="civil", roles=["clerk"]))
        session.add(Grant(unit="bank", item="kinship", matter="close_relative_card", until=date(2099, 12, 31)))
    database.close()

    def fresh() -> County:
        for name in tmp_path.glob("run.sqlite*"):
            name.unlink()
        shutil.copy(tmp_path / "begin.sqlite", tmp_path / "run.sqlite")
        return County(Database(f"sqlite:///{tmp_path / 'run.sqlite'}", VAULT))

    return fresh


def test_no_sequence_of_moves_by_anybody_breaks_what_must_hold(begin: Callable[[], County]) -> None:
    """Traps 1, 2, 3, 9 and 11."""
    live(begin, QUICK)


def live(begin: Callable[[], County], how: settings) -> None:
    """So many lives, from this beginning."""
    run_state_machine_as_test(type("LifeHere", (Life,), {"begin": staticmethod(begin)}), settings=how)


BREAKS: dict[str, str] = {
    "an open case that nobody wakes": "UPDATE cases SET wake_at = NULL",
    "a deadline that moved": "UPDATE cases SET due_at = '2027-01-01 00:00:00.000000'",
    "a state that no line tells of": "UPDATE cases SET state = 'withdrawn', wake_at = NULL",
    "a version without a move": "UPDATE cases SET version = version + 1",
    "a question that was sent twice": "INSERT INTO outbox (id, kind, to_queue, about, body, posted_at) "
    "SELECT hex(randomblob(16)), kind, to_queue, about, body, posted_at FROM outbox",
}


@pytest.mark.parametrize("statement", BREAKS.values(), ids=list(BREAKS))
def test_the_machine_sees_it_when_something_does_not_hold(begin: Callable[[], County], statement: str) -> None:
    class Broken(Life):
        def _try(self, number: str, name: str, make: Callable[[Any], bool]) -> None:
            super()._try(number, name, make)
            with self.county.database.engine.begin() as connection:
                connection.execute(text(statement))

    Broken.begin = staticmethod(begin)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Broken, settings=settings(QUICK, max_examples=3, phases=[Phase.generate]))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        engine = open_engine(f"sqlite:///{home}/begin.sqlite")
        all_tables().create_all(engine)
        engine.dispose()
        live(counties(Path(home)), settings(QUICK, max_examples=int(sys.argv[1]), derandomize=False))
