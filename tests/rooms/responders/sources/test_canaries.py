"""Signs of a sick source: a canary that is answered otherwise, and a share of "none" that leaps."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from responders.handlers import RecordsAway
from responders.sources import none_share
from tests.rooms.responders.agent.letters import NOW
from tests.rooms.responders.agent.stores import FATHER, SON, about
from tests.rooms.responders.sources.files import COMMON, DATABASE, HEADINGS, ROWS, Asked, loaded, write

CANARY = """
[[canaries]]
number = "{number}"
name = "{name}"
outcome = "{outcome}"
details = {{ plate = "{plate}" }}
"""
YES, NONE = about("vehicle", SON), about("vehicle", FATHER)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The department's own table."""
    connection = sqlite3.connect(tmp_path / "vehicles.sqlite")
    connection.execute(f"CREATE TABLE clxx ({', '.join(HEADINGS)})")
    connection.executemany("INSERT INTO clxx VALUES (?, ?, ?, ?, ?)", ROWS)
    connection.commit()
    yield connection
    connection.close()


def source(folder: Path, *canaries: dict[str, str]) -> Asked:
    text = DATABASE.format(address=f"sqlite:///{folder / 'vehicles.sqlite'}") + COMMON
    write(folder, text + "".join(CANARY.format(**one) for one in canaries))
    return Asked(loaded(folder))


FOUND = {"number": SON, "name": "王建国", "outcome": "confirmed", "plate": "浙GA0001"}
SILENT = {"number": FATHER, "name": "王根福", "outcome": "no_record", "plate": ""}


@pytest.mark.usefixtures("register")
def test_a_canary_that_is_answered_otherwise_is_named_by_its_place(tmp_path: Path) -> None:
    assert source(tmp_path, FOUND, SILENT).outcomes(YES, NONE) == ["confirmed", "no_record"]
    with pytest.raises(RecordsAway, match="canary 2 must be confirmed, and is contradicted") as told:
        source(tmp_path, FOUND, FOUND | {"plate": "浙GA0009"}).ask(NONE)
    assert SON not in str(told.value)


def test_a_register_that_lies_between_two_looks_is_caught_behind_a_none(tmp_path: Path, register: sqlite3.Connection) -> None:
    """Its count and its first entries are as before, and yet it is not what it was."""
    asked = source(tmp_path, FOUND)
    asked.ask(YES)
    register.execute("UPDATE clxx SET SFZHM = ? WHERE SFZHM = ?", (ROWS[0][0], SON))
    register.commit()

    asked.handler.look(asked.records, NOW)
    asked.handler.find(asked.records, [NONE])
    with pytest.raises(RecordsAway, match="canary 1"):
        asked.handler.look(asked.records, NOW)


@pytest.mark.usefixtures("register")
def test_a_leap_in_the_share_of_none_makes_it_rest_unless_a_canary_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(none_share, "LATELY", 10)
    monkeypatch.setattr(none_share, "BEFORE", 20)
    sick, well = source(tmp_path), source(tmp_path, FOUND)
    for one in (sick, well):
        one.ask(*[YES] * 25, *[NONE] * 5)
    with pytest.raises(RecordsAway, match='suddenly most say "none"'):
        sick.ask(*[NONE] * 10)
    with pytest.raises(RecordsAway, match='suddenly most say "none"'):
        sick.ask(YES)

    assert set(well.outcomes(*[NONE] * 10)) == {"no_record"}
    monkeypatch.setattr(none_share, "REST", 0.0)
    again = source(tmp_path)
    again.ask(*[YES] * 30)
    with pytest.raises(RecordsAway):
        again.ask(*[NONE] * 10)
    assert again.outcomes(YES) == ["confirmed"], "after a rest it is tried again"
