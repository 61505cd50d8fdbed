"""A paper that follows by a day: reminders, the day itself, put off, handed in, missed; the clock moved on."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from cases.commitments.commitment import Commitment
from cases.rechecks.inspection import Inspection
from cases.rechecks.lot import Lot, month_of
from contacts.alerts.alerts import Alert
from contacts.alerts.still_wanted import still_wanted
from requesters.commitments.acting import Acting
from requesters.commitments.later_paper import PutOffForm, hand_in, put_off, take_back
from storage.office_time import office_date
from storage.problem import Problem
from tests.kinds import once
from tests.rooms.requesters.commitments.counter import Counter
from tests.routes import RULEBOOK, later


class Clerk:
    """A clerk of the bank, as a principal."""

    username, name, unit, roles, key = "asker", "asker甲", "bank", frozenset({"asker"}), ""


def lease(counter: Counter, due_on: str = "2026-03-13", phone: str = "13900010001") -> str:
    return counter.signed(certificate="lease", stated={}, due_on=due_on, phone=phone)


def act(counter: Counter, what: Any, number: str, *given: Any) -> Commitment:
    who: Any = Clerk()
    with counter.doors.database.write() as session:
        what(Acting(session, who, counter.doors.now, RULEBOOK), number, *given)
    return counter.stands(number)


def texts(counter: Counter) -> list[str]:
    with counter.doors.database.read() as session:
        return [alert.text() for alert in session.exec(select(Alert).order_by(col(Alert.created_at)))]


def run_until(counter: Counter, moment: str) -> None:
    """The clock looks every hour until then."""
    while counter.doors.now.isoformat() < moment:
        later(counter.doors, hours=1)
        counter.tick()


def test_the_person_is_reminded_before_the_day_and_on_it_and_then_it_stands_as_missed(counter: Counter) -> None:
    number = lease(counter)
    run_until(counter, "2026-03-09T23:30")
    assert texts(counter) == []
    run_until(counter, "2026-03-12T12:00")
    assert len(texts(counter)) == 1, "three working days before Friday is Tuesday"
    run_until(counter, "2026-03-13T08:00")
    assert [("03-13" in text, "今天" in text) for text in texts(counter)] == [(True, False), (True, True)]
    assert all(word not in " ".join(texts(counter)) for word in ("吴", "bank", "租赁", "http", "B-17"))
    assert counter.stands(number).paper == "awaited", "the window is open for another hour and a half"
    run_until(counter, "2026-03-13T10:00")

    one = counter.stands(number)
    assert (one.paper, one.state, one.missed_at is not None, one.look_for) == ("missed", "signed", True, "expire")
    assert counter.actions(number)[2:] == ["commitment_remind", "commitment_remind", "commitment_missed"]
    assert counter.tick() == 0


@once
def test_whoever_left_no_number_gets_no_text(counter: Counter) -> None:
    number = lease(counter, phone="")
    run_until(counter, "2026-03-13T10:00")

    assert texts(counter) == []
    assert "commitment_remind" in counter.actions(number), "the unit is reminded all the same"


@once
def test_handed_in_in_time_nothing_more_is_sent(counter: Counter) -> None:
    number = lease(counter)
    run_until(counter, "2026-03-10T01:00")
    with counter.doors.database.read() as session:
        (alert,) = session.exec(select(Alert)).all()
        assert still_wanted(session, [alert], counter.doors.now) == {alert.id}
    one = act(counter, hand_in, number, None)
    assert (one.paper, one.paper_how, one.missed_at, one.look_for) == ("handed_in", "sight", None, "expire")
    with counter.doors.database.read() as session:
        assert still_wanted(session, [alert], counter.doors.now) == set(), "it is here: a text that waits is not sent"
    run_until(counter, "2026-03-14T00:00")
    assert act(counter, hand_in, number, None).paper_at == one.paper_at, "recorded twice, it is recorded once"
    assert counter.actions(number)[2:] == ["commitment_remind", "commitment_paper"]


@once
def test_what_comes_after_the_day_is_recorded_as_late(counter: Counter) -> None:
    number = lease(counter)
    run_until(counter, "2026-03-16T02:00")
    one = act(counter, hand_in, number, None)

    assert (one.paper, one.missed_at is not None, one.paper_at) == ("handed_in", True, counter.doors.now)


@once
def test_the_day_is_put_off_once_with_a_reason_and_the_reminders_move_along(counter: Counter) -> None:
    number = lease(counter)
    form = PutOffForm.model_validate({"due_on": "2026-03-21", "reason": "出租人在外地"})
    one = act(counter, put_off, number, form)

    assert (one.due_on, one.first_due_on, one.put_off_reason) == (date(2026, 3, 23), date(2026, 3, 13), "出租人在外地")
    run_until(counter, "2026-03-17T12:00")
    assert (texts(counter), one.paper) == ([], "awaited")
    with pytest.raises(Problem, match="once"):
        act(counter, put_off, number, PutOffForm.model_validate({"due_on": "2026-03-27", "reason": "再等"}))
    run_until(counter, "2026-03-23T10:00")
    assert (counter.stands(number).paper, len(texts(counter))) == ("missed", 2)
    with pytest.raises(Problem, match="missed"):
        act(counter, put_off, number, form)


@once
@pytest.mark.parametrize("day", ["2026-03-13", "2026-03-02", "2026-06-01"])
def test_a_day_that_is_no_later_one_is_refused(counter: Counter, day: str) -> None:
    with pytest.raises(Problem, match="no_such_day"):
        act(counter, put_off, lease(counter), PutOffForm.model_validate({"due_on": day, "reason": "r"}))


@once
def test_taken_back_it_is_over(counter: Counter) -> None:
    number = lease(counter)
    one = act(counter, take_back, number)
    assert (one.state, one.settled_at, one.look_at) == ("taken_back", counter.doors.now, None)
    run_until(counter, "2026-03-14T00:00")

    assert texts(counter) == []
    with pytest.raises(Problem):
        act(counter, hand_in, number, None)


@once
def test_what_is_being_drawn_or_inspected_is_not_taken_back(counter: Counter) -> None:
    number, now = counter.signed(), counter.doors.now
    listed = {"candidates": [[number, "bank", "bank", ""]], "closed_at": now}
    lot = Lot(month=month_of(office_date(now)), rule=1, secret="s", seal="s", sealed_at=now, **listed)
    with counter.doors.database.write() as session:
        session.add(lot)
    with pytest.raises(Problem, match="in_a_lot"):
        act(counter, take_back, number)
    with counter.doors.database.write() as session:
        session.get_one(Lot, month_of(office_date(now))).drawn_at = now
        session.add(Inspection(number=number, lot="2026-03", place=1, inspector="i", unit="bank", due_at=now))
    with pytest.raises(Problem, match="drawn"):
        act(counter, take_back, number)
    with counter.doors.database.write() as session:
        session.get_one(Inspection, number).done_at = now
    assert act(counter, take_back, number).state == "taken_back"


@once
def test_a_commitment_ends_when_its_time_is_over(counter: Counter) -> None:
    number = counter.signed()
    later(counter.doors, days=365)
    assert counter.tick() == 0
    later(counter.doors, days=1)
    assert counter.tick() == 1

    one = counter.stands(number)
    assert (one.state, one.settled_at, one.check_due, one.look_at) == ("expired", counter.doors.now, None, None)


@once
def test_nobody_signs_for_a_day_on_which_the_window_has_closed(counter: Counter) -> None:
    number = counter.drafted(certificate="lease", stated={}, due_on="2026-03-03")
    later(counter.doors, hours=24 + 9)
    refused = counter.sign(number)

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "over"), "it would be missed within a minute"
