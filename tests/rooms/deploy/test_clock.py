"""The clock: what is due is done once, by however many clocks; one that falls over does not stop the rest."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from broker.inbox import Handled, fresh
from cases.case import Case
from cases.lifecycle import State
from contacts.alerts.texting import Texting
from deploy import clock as clock_file
from deploy.clock import LATER, Clock, wake_cases
from deploy.settings import Settings
from reform.lots.drawing_lots import take_steps
from responders.escalation import escalation, wakes
from storage.database import Database
from tests.rooms.county import MACHINE, MONDAY, County, at_once, counted, found, wish
from tests.routes import RULEBOOK


def no_texts(_now: datetime) -> None:
    """There are no texts."""


def clock(county: County, alerts: Callable[[datetime], None] = no_texts) -> Clock:
    return Clock(county.database, RULEBOOK, lambda: county.now, alerts)


def waiting(county: County, count: int) -> list[str]:
    numbers = county.ask(count)
    county.moves([wish(number, "hand_over", MACHINE) for number in numbers])
    return numbers


def test_a_beat_does_what_is_due_and_nothing_twice(county: County):
    county.hear("police")
    asked, desk = county.ask()[0], waiting(county, 1)[0]
    one = clock(county)
    one.beat()
    one.beat()
    assert county.texts() == [("clerk", "desk_new")]
    county.later(minutes=5)
    one.beat()

    assert (county.case(asked).state, county.case(desk).wake_for) == ("at_desk", "ladder")
    assert county.texts() == [("clerk", "desk_new")] * 2
    assert (one.beats, one.last_beat, one.unwatched) == (3, county.now, 0)


def test_what_is_overdue_is_marked(county: County):
    (number,) = county.ask()
    county.now = county.case(number).due_at + timedelta(seconds=1)
    clock(county).beat()

    assert county.actions(number).count("overdue") == 1


def test_two_clocks_at_once_never_do_a_step_twice(county: County):
    """Trap 11: any number of clocks, on both databases: each case is looked at by one of them."""
    numbers = waiting(county, 60)
    results = at_once(*[clock(county).beat] * 3)

    assert results == [None] * 3
    assert county.texts() == [("clerk", "desk_new")] * 60
    county.now = MONDAY + timedelta(minutes=30)
    at_once(*[clock(county).beat] * 3)
    assert sorted(set(county.texts())) == [("clerk", "desk_new"), ("second", "desk_next")]
    assert len(county.texts()) == 120
    assert {county.case(number).version for number in numbers} == {2}


def test_trap_11_more_than_a_round_holds_is_done_in_several(county: County):
    """Trap 11: after three days of silence 450 cases are due at once; each is handed over once."""
    numbers = county.ask(450)
    county.now = MONDAY + timedelta(days=3)
    clock(county).beat()
    lines = county.trail(*numbers)

    assert sum(line.action == "hand_over" for line in lines) == 450
    assert sum(line.action == "overdue" for line in lines) == 450


# One that cannot be helped


def poison(monkeypatch: pytest.MonkeyPatch, number: str, error: Exception) -> None:
    """Makes the desk's ladder fail for this case."""
    start = escalation.start_desk

    def fails(session: Session, cases: list[Case], scene: Any) -> None:
        start(session, cases, scene)
        if number in [case.number for case in cases]:
            raise error

    monkeypatch.setitem(wakes.WAKES, "desk", fails)  # a fault of ours that the house does not have


def test_one_case_that_cannot_be_woken_holds_up_nobody(county: County, monkeypatch: pytest.MonkeyPatch):
    """Its item may have been taken out of the catalogue: the others of its round are told, and it is tried again later."""
    first, bad, last = waiting(county, 3)
    poison(monkeypatch, bad, KeyError("item"))
    (overdue,) = county.asked_into(State.AT_DESK)
    clock(county).beat()

    assert county.texts() == [("clerk", "desk_new")] * 2
    assert (county.case(bad).wake_at, county.case(bad).wake_for) == (MONDAY + LATER, "desk")
    assert {county.case(number).wake_for for number in (first, last)} == {"ladder"}
    monkeypatch.undo()
    county.later(minutes=10)
    clock(county).beat()
    assert county.case(bad).wake_for == "ladder"
    assert county.case(overdue).taken_by == "clerk"


def test_a_real_item_that_is_gone_does_not_stop_the_clock(county: County):
    good, bad = waiting(county, 2)
    with county.database.write() as session:
        session.get_one(Case, bad).item = "abolished"
    clock(county).beat()

    assert county.case(good).wake_for == "ladder"
    assert county.case(bad).wake_at == MONDAY + LATER


def test_a_need_nobody_knows_does_not_stop_the_clock(county: County):
    good, bad = waiting(county, 2)
    with county.database.write() as session:
        session.get_one(Case, bad).wake_for = "teatime"
    clock(county).beat()

    assert (county.case(good).wake_for, county.case(bad).wake_at) == ("ladder", MONDAY + LATER)


def test_a_move_that_was_undone_is_undone_in_the_object_too(county: County, monkeypatch: pytest.MonkeyPatch):
    """The rolled-back release must not leave a version behind that nobody else has: the case would never be woken again."""
    (number,) = county.asked_into(State.AT_DESK)
    release = escalation.release_silent

    def fails(*given: Any) -> None:
        release(*given)
        raise KeyError

    monkeypatch.setitem(wakes.WAKES, "silent", fails)  # the same
    with county.database.write() as session:
        case = session.get_one(Case, number)
        case.wake_at, case.wake_for = MONDAY, "silent"
    clock(county).beat()

    assert (county.case(number).taken_by, county.case(number).wake_at) == ("clerk", MONDAY + LATER)
    assert "release" not in county.actions(number)


def test_the_databases_own_trouble_is_not_blamed_on_a_case(county: County, monkeypatch: pytest.MonkeyPatch):
    (number,) = waiting(county, 1)
    poison(monkeypatch, number, OperationalError("x", {}, Exception()))
    with pytest.raises(OperationalError), county.database.write() as session:
        wake_cases(session, county.now, RULEBOOK)
    clock(county).beat()

    assert county.case(number).wake_at == MONDAY


@pytest.mark.parametrize("failing", ["wake_cases", "mark_overdue", "unwatched"])
def test_a_failing_chore_does_not_stop_the_others(county: County, monkeypatch: pytest.MonkeyPatch, failing: str):
    done = []

    def fails(*_: Any) -> None:
        raise ValueError

    monkeypatch.setattr(clock_file, failing, fails)  # a fault that cannot be had to order
    county.hear("police")
    desk, late = waiting(county, 1)[0], county.ask()[0]
    with county.database.write() as session:
        session.get_one(Case, late).due_at = MONDAY - timedelta(minutes=1)
    one = clock(county, lambda now: done.append(now))
    one.beat()

    assert (done, one.beats) == ([MONDAY], 1)
    assert (county.texts().count(("clerk", "desk_new")) == 1) is (failing != "wake_cases")
    assert ("overdue" in county.actions(late)) is (failing != "mark_overdue")
    assert county.case(desk).state == "at_desk"


def test_failing_texts_do_not_stop_the_clock(county: County):
    def fails(_now: datetime) -> None:
        raise RuntimeError

    waiting(county, 1)
    clock(county, fails).beat()

    assert county.texts() == [("clerk", "desk_new")]


# Idle


def test_an_idle_beat_takes_no_write_lock_and_rings_no_bell(county: County):
    """A clock with nothing to do never stands in a writer's way: it looks, and nothing else."""
    county.asked_into(State.AT_DESK)
    with county.database.write() as session:
        fresh(session, "findings", [found("1")], MONDAY)
        take_steps(session, county.now, RULEBOOK)  # the month's lot is sealed: that is no idling
    texting = Texting(county.database, [], lambda: county.now, Settings())
    one = clock(county, texting.chores)
    bell = county.database.signal()
    while bell.wait(0.05):
        pass
    with counted(county.database) as statements:
        one.beat()  # the first one audits and forgets too
        one.beat()

    assert statements
    assert {statement.split()[0] for statement in statements} == {"SELECT"}
    assert not bell.wait(0.05)
    bell.close()


def test_an_idle_beat_does_not_wait_for_somebody_who_writes(county: County):
    with county.database.write() as session:
        take_steps(session, county.now, RULEBOOK)
    with county.database.write() as session:
        session.add(Handled(letter_id=found("1").id, queue="x", handled_at=MONDAY))
        session.flush()
        start = time.monotonic()
        clock(county).beat()

        assert time.monotonic() - start < 10


def test_handled_letters_are_forgotten_after_two_weeks(county: County):
    with county.database.write() as session:
        fresh(session, "findings", [found("1")], MONDAY - timedelta(days=15))
        fresh(session, "findings", [found("2")], MONDAY - timedelta(days=13))
    clock(county).beat()
    with county.database.read() as session:
        assert len(session.exec(select(Handled)).all()) == 1


def test_the_auditor_is_asked_now_and_then(county: County):
    (number,) = county.ask()
    with county.database.write() as session:
        session.get_one(Case, number).wake_at = None
    one = clock(county)
    one.beat()
    assert one.unwatched == 1


def test_it_runs_until_it_is_told_to_stop(database: Database, county: County):
    stop, one = threading.Event(), clock(county)
    thread = threading.Thread(target=one.run, args=(stop,))
    thread.start()
    try:
        (number,) = county.ask()
        county.move(number, "hand_over", MACHINE)
        end = time.monotonic() + 30
        while not county.texts() and time.monotonic() < end:
            time.sleep(0.02)
        assert county.texts() == [("clerk", "desk_new")], "it hears a write at once or finds it at the next beat"
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()
