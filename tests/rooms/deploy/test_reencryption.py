"""Changing keys: what is there is sealed anew, a few rows at a time, and an old key goes when nothing needs it."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from cases.case import Case, question_of
from cases.case_search import asked_before
from cases.subject_index import numbers_of
from deploy.assembly import Assembly, assemble
from deploy.cli.encrypt import begin_key, encrypt_all, retire_keys
from deploy.operations import reencryption
from deploy.operations.reencryption import left, reencrypt
from deploy.operations.secret_keys import house_keys
from deploy.settings import Settings
from responders.desk import drafts
from storage.row_encryption import Misplaced
from storage.vault import Broken, Vault
from tests.rooms.county import MONDAY, County, settle
from tests.routes import SON

KEY, TYPED = ("clerk", "H-1", "answer"), {"words": "查到父子关系"}


@pytest.fixture
def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assembly]:
    """A house with keys of its own at home and a few cases, whose rows are sealed two at a time."""
    monkeypatch.setattr(reencryption, "AT_MOST", 2)  # several rounds with few rows
    house = assemble(Settings(home=tmp_path, database_url=database_url))
    settle(house.database).ask(5)
    with house.database.write() as session:
        drafts.save(session, KEY, TYPED, MONDAY)
    yield house
    house.database.close()


def names(house: Assembly) -> list[str]:
    """Who is named in all cases, and what stands in the draft."""
    with house.database.read() as session:
        cases = [session.get_one(Case, number) for number in numbers_of(session, SON)]
        typed = drafts.of_case(session, "clerk", "H-1")["answer"].fields["words"]
        return [*(case.subjects["person"].name for case in cases), typed]


def not_current(house: Assembly) -> dict[str, int]:
    with house.database.read() as session:
        return left(session, Vault(house_keys(house.settings)).head)


def first(house: Assembly) -> str:
    with house.database.read() as session:
        return numbers_of(session, SON)[0]


def test_a_new_key_seals_all_there_is_and_the_old_one_goes(house: Assembly) -> None:
    before = names(house)
    old = house_keys(house.settings)
    begin_key(house)
    assert not_current(house).keys() >= {"cases", "draft", "outbox"}
    assert encrypt_all(house) == 0
    assert (not_current(house), len(house_keys(house.settings).data)) == ({}, 2)
    retire_keys(house, wait=lambda _seconds: None)

    keys = house_keys(house.settings)
    assert (len(keys.data), keys.data.keys() & old.data.keys(), keys.index) == (1, set(), old.index)
    assert names(house) == before
    assert len(before) == 6


def test_killed_in_the_middle_it_goes_on(house: Assembly) -> None:
    begin_key(house)
    steps = reencrypt(house.database, Vault(house_keys(house.settings)))
    done = sum(step.rows for step in islice(steps, 2))
    steps.close()  # type: ignore[attr-defined]  # a generator
    waiting = sum(not_current(house).values())

    assert (done > 0, waiting > 0, len(names(house))) == (True, True, 6)
    encrypt_all(house)
    assert not_current(house) == {}


def test_while_something_needs_the_old_key_it_stays(house: Assembly) -> None:
    """A value that was moved opens under no key: that it was there must not be forgotten with the key."""
    number = first(house)
    with house.database.write() as session:
        other = "UPDATE cases SET purpose = (SELECT max(purpose) FROM cases WHERE number <> :n) WHERE number = :n"
        session.execute(text(other), {"n": number})
    begin_key(house)

    assert encrypt_all(house) == 1
    retire_keys(house, wait=lambda _seconds: None)
    assert len(house_keys(house.settings).data) == 2
    with house.database.read() as session, pytest.raises(Misplaced, match=f"cases.purpose of {number}"):
        session.get(Case, number)


def test_a_part_that_runs_takes_up_a_new_key_without_a_restart(house: Assembly, monkeypatch: pytest.MonkeyPatch) -> None:
    running = house.database.vault
    assert running is not None
    begin_key(house)
    fresh = Vault(house_keys(house.settings))

    assert running.open(fresh.encrypt(b"x", "a:1"), "a:1") == b"x"
    assert running.head == fresh.head
    begin_key(house)
    monkeypatch.setattr("storage.vault.LOOK_SECONDS", -1.0)  # looks at once instead of after five seconds
    assert running.encrypt(b"x", "a:1").startswith(Vault(house_keys(house.settings)).head)


def test_what_stands_in_clear_is_refused_and_sealed_for_nobody(house: Assembly) -> None:
    """Somebody with full access to the database writes the answer they want: it has no seal, and they have no key."""
    number = first(house)
    forged = """UPDATE cases SET finding = '{"outcome": "confirmed", "source": "record", "words": "是"}' WHERE number = :n"""
    with house.database.write() as session:
        session.execute(text(forged), {"n": number})
    assert encrypt_all(house) == 1  # it must not become genuine by that

    with house.database.read() as session, pytest.raises(Misplaced, match=f"cases.finding of {number}: .* in clear"):
        session.get(Case, number)
    with house.database.read() as session:
        assert left(session) == {"cases": 1}


def test_a_key_file_that_is_gone_or_wrong_stops_nobody_who_has_the_keys(house: Assembly) -> None:
    running = house.database.vault
    assert running is not None
    (house.settings.home / "keys" / "secret.keys").write_text("nonsense")

    with pytest.raises(Broken):
        running.open(b"\x01" + bytes(60), "a:1")
    assert running.open(running.encrypt(b"x", "a:1"), "a:1") == b"x"


def test_the_same_question_is_known_again_after_a_change_of_keys(house: Assembly) -> None:
    county = County(house.database)
    begin_key(house)
    encrypt_all(house)
    question = question_of(county.case(first(house)))

    def before(session: Session) -> int:
        return len(asked_before(session, question, "bank", MONDAY))

    with house.database.read() as session:
        assert before(session) == 5
