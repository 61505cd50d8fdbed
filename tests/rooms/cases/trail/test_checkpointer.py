"""The checkpointer: checkpoints at a steady beat, with copies outside the database that show what was cut out of it."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlmodel import col, select
from structlog.testing import capture_logs

from cases.trail import trail
from cases.trail.checkpoint_copies import Copies, WrongCopy, read_copies
from cases.trail.checkpointer import Checkpointer
from cases.trail.checkpoints import Verification
from cases.trail.trail_line import TrailLine
from tests.rooms.cases.trail.strongroom import CHECKPOINTS, LEAVES, TRAIL, faults, tamper, verified
from tests.rooms.county import MACHINE, County


@pytest.fixture
def checkpointer(county: County, tmp_path: Path) -> Checkpointer:
    """A checkpointer of the county, with a folder of its own."""
    return Checkpointer(county.database, lambda: county.now, Copies(tmp_path / "checkpoints"), timedelta(minutes=5))


def beats(checkpointer: Checkpointer, count: int) -> None:
    """So many looks at the time."""
    for _ in range(count):
        checkpointer.beat()


def test_it_signs_what_grew_every_five_minutes_and_says_once_an_hour_that_nothing_did(
    county: County, checkpointer: Checkpointer
) -> None:
    (number,) = county.ask()
    beats(checkpointer, 3)
    assert verified(county).checkpoints == 1
    county.move(number, "hand_over", MACHINE)
    county.later(minutes=4)
    beats(checkpointer, 3)
    assert (verified(county).checkpoints, verified(county).uncovered) == (1, 1)
    county.later(minutes=1)
    beats(checkpointer, 3)
    assert (verified(county).checkpoints, verified(county).uncovered) == (2, 0)
    for _ in range(11):
        county.later(minutes=5)
        beats(checkpointer, 1)
    assert verified(county).checkpoints == 2
    county.later(minutes=5)
    beats(checkpointer, 2)

    assert (verified(county).checkpoints, checkpointer.healthy, checkpointer.last_beat) == (3, True, county.now)
    assert sorted(checkpointer.copies.all()) == [1, 2, 3]


def test_a_clock_that_jumps_back_does_not_stop_it(county: County, checkpointer: Checkpointer) -> None:
    checkpointer.beat()
    county.ask()
    county.later(days=-40)
    checkpointer.beat()

    assert (verified(county).checkpoints, sorted(checkpointer.copies.all())) == (2, [1, 2])
    assert checkpointer.copies.last()[0] == 2


def test_copies_are_for_the_house_alone_and_tell_what_they_say(county: County, checkpointer: Checkpointer) -> None:
    county.ask(3)
    checkpointer.beat()
    (file,) = checkpointer.copies.files()

    assert (file.name, file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == ("2026-03.jsonl", 0o600, 0o700)
    told = json.loads(file.read_text())
    assert (told["number"], told["chains"]) == (1, 3)
    assert faults(county, checkpointer.copies.all()) == []


def test_checkpoints_that_were_cut_out_of_the_database_are_noticed_at_the_next_beat(
    county: County, checkpointer: Checkpointer
) -> None:
    (number,) = county.ask()
    checkpointer.beat()
    county.move(number, "hand_over", MACHINE)
    county.later(minutes=5)
    checkpointer.beat()
    gone = [delete(table).where(table.c[name] == 2) for table, name in ((CHECKPOINTS, "number"), (LEAVES, "checkpoint"))]
    tamper(county, *gone)
    with capture_logs() as logs:
        checkpointer.beat()

    assert not checkpointer.healthy
    assert {line["event"] for line in logs} == {"checkpoints_were_removed_or_changed"}
    assert ("checkpoint_missing", "", 2) in faults(county, checkpointer.copies.all())


def test_a_chain_that_does_not_hold_raises_the_alarm(county: County, checkpointer: Checkpointer) -> None:
    county.ask(2)
    checkpointer.beat()
    number, _ = county.ask(2)
    tamper(county, TRAIL.update().where(TRAIL.c.number == number).values(who="somebody"))
    county.later(minutes=5)
    with capture_logs() as logs:
        checkpointer.beat()

    assert [(line["event"], line["chains"]) for line in logs] == [("trail_does_not_hold", 1)]


def test_all_of_the_trail_is_verified_at_the_start_and_then_every_night(county: County, checkpointer: Checkpointer) -> None:
    (number,) = county.ask()
    beats(checkpointer, 3)
    assert found(county) == [(1, 0)]
    tamper(county, TRAIL.update().where(TRAIL.c.number == number).values(who="somebody"))
    county.later(hours=16)  # one in the morning
    beats(checkpointer, 2)
    assert found(county) == [(1, 0)]
    county.later(hours=2)
    with capture_logs() as logs:
        beats(checkpointer, 2)

    assert found(county) == [(1, 0), (1, 1)]
    assert [(line["event"], line["first"], line["seq"]) for line in logs] == [("trail_was_tampered_with", "altered", 1)]
    county.later(hours=12)
    beats(checkpointer, 1)
    assert len(found(county)) == 2


def found(county: County) -> list[tuple[int, int]]:
    """Lines and faults of each verification, oldest first."""
    with county.database.read() as session:
        return [(one.lines, one.faults) for one in session.exec(select(Verification).order_by(col(Verification.id)))]


def test_a_line_cut_off_in_writing_is_written_again(county: County, checkpointer: Checkpointer) -> None:
    checkpointer.beat()
    (file,) = checkpointer.copies.files()
    whole = file.read_bytes()
    county.later(hours=1)
    checkpointer.beat()
    file.write_bytes(whole + file.read_bytes()[len(whole) : -30])  # the machine stopped in the middle
    checkpointer.beat()

    assert sorted(read_copies([file])) == [1, 2]
    assert checkpointer.healthy


@pytest.mark.parametrize("text", ["{}\n", "nonsense\n", '{"jws": "a.b.c"}\n', '{"jws": 7}\n'])
def test_a_file_that_is_none_is_refused_by_name_and_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(text)

    with pytest.raises(WrongCopy, match=r"x\.jsonl, line 1"):
        read_copies([file])


def test_without_a_trail_nothing_happens(county: County) -> None:
    """It fails closed: what cannot be written down is not done."""
    (number,) = county.ask()
    refuse = {
        True: ("CREATE TRIGGER no BEFORE INSERT ON trail BEGIN SELECT RAISE(ABORT, 'full'); END",),
        False: (
            "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'full'; END $$",
            "CREATE TRIGGER no BEFORE INSERT ON trail FOR EACH ROW EXECUTE FUNCTION no()",
        ),
    }
    with county.database.engine.begin() as connection:
        for statement in refuse[county.database.sqlite]:
            connection.exec_driver_sql(statement)
    acts: list[Callable[[], object]] = [county.ask, lambda: county.move(number, "hand_over", MACHINE), lambda: look(county, number)]
    for act in acts:
        with pytest.raises(Exception, match="full"):
            act()

    assert county.case(number).state == "asked"
    assert len(county.letters("question")) == 1
    assert county.actions(number) == ["ask"]


def look(county: County, number: str) -> None:
    """Somebody looks at a case."""
    with county.database.write() as session:
        trail.write(session, [TrailLine(county.now, "look", "person", "clerk", number=number)])
