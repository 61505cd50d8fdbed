"""What is remembered is as good as read: a change of this process shows at once, another process's within a second."""

import time
from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlmodel import Session

from access.freezes import ACCOUNT, UNIT, Frozen, freeze, frozen_among, thaw
from storage import remembered as memory
from storage.database import Database
from storage.remembered import remembered
from tests.rooms.county import County, counted

BANK = "bank-binjiang"


def frozen(county: County, county_database: Database | None = None) -> bool:
    with (county_database or county.database).read() as session:
        return (UNIT, BANK) in frozen_among(session, [BANK])


def freeze_bank(county: County, session: Session) -> None:
    assert freeze(session, Frozen(kind=UNIT, subject=BANK, reason="x", at=county.now, by="admin"))


def test_what_was_just_read_is_not_read_again(county: County):
    assert not frozen(county)
    with counted(county.database) as statements:
        assert not frozen(county)
    assert not statements


def test_a_change_of_this_process_shows_at_once(county: County):
    for _ in range(3):
        assert not frozen(county)
        with county.database.write() as session:
            freeze_bank(county, session)
        assert frozen(county)
        with county.database.write() as session:
            assert thaw(session, UNIT, BANK)  # what is taken away too


def test_a_transaction_sees_what_it_changed_and_nobody_else_does(county: County):
    assert not frozen(county)
    with county.database.write() as session:
        freeze_bank(county, session)
        assert (UNIT, BANK) in frozen_among(session, [BANK])  # not flushed yet, and what was remembered is of no use
        session.rollback()
    assert not frozen(county)


def test_another_processs_change_shows_within_a_second(county: County):
    assert not frozen(county)
    with county.database.engine.begin() as connection:  # past this process's own way in: as another process would
        connection.execute(
            text("INSERT INTO frozen (kind, subject, reason, at, by) VALUES ('unit', :unit, 'x', :at, 'x')"),
            {"unit": BANK, "at": county.now},
        )
    end = time.monotonic() + 1.0
    while not frozen(county):
        assert time.monotonic() < end, "still not seen after a second"
        time.sleep(0.01)


def test_only_what_is_missing_is_read(county: County):
    asked: list[Sequence[str]] = []

    def read(keys: list[str]) -> dict[str, int]:
        asked.append(sorted(keys))
        return {key: len(key) for key in keys}

    with county.database.read() as session:
        assert remembered(session, "lengths", ("unit",), ["a", "bb"], read) == {"a": 1, "bb": 2}
        assert remembered(session, "lengths", ("unit",), ["bb", "ccc"], read) == {"bb": 2, "ccc": 3}
        assert remembered(session, "other", ("unit",), ["bb"], read) == {"bb": 2}
    assert asked == [["a", "bb"], ["ccc"], ["bb"]]


def test_what_is_remembered_does_not_grow_for_ever(county: County, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(memory, "MOST", 10)
    with county.database.read() as session:
        for n in range(50):
            remembered(session, "numbers", ("unit",), [n], lambda keys: dict.fromkeys(keys, 0))
        assert len(session.info[memory.INFO]._known) <= 12


def test_accounts_and_units_of_one_name_are_two(county: County):
    with county.database.write() as session:
        freeze_bank(county, session)
    with county.database.read() as session:
        assert frozen_among(session, [BANK], [BANK]) == {(UNIT, BANK)}
        assert not frozen_among(session, [], [BANK])
        assert (ACCOUNT, BANK) not in frozen_among(session, [BANK], [BANK])
