"""Unread answers: marked for who asked, until they look; who watched the answer arrive has read it."""

import asyncio
import json
import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlmodel import col, delete, select, update

from access.principal import Principal
from broker.letter import Letter
from broker.outbox import Outgoing
from cases.case import Case
from cases.lifecycle import State
from cases.moves import Move, Refusal
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from requesters.own_cases.unread import (
    Unread,
    count_unread,
    forget_old_marks,
    forget_unread,
    unread_among,
    unread_cases,
    viewed_since_answer,
)
from requesters.webhooks.outcome_notices import take_outcomes
from tests.broadcasters import hub_of
from tests.rooms.county import ASKER, CLERK, CLOCK, MACHINE, County, counted, wish

ME = Principal("asker", "甲", "bank", frozenset({"asker"}), "zh")


def told(county: County) -> None:
    """The outcomes' worker reads what was posted since it last did."""
    with county.database.read() as session:
        found = session.exec(select(Outgoing).where(Outgoing.kind == "outcome").order_by(col(Outgoing.seq))).all()
        letters = [Letter.post("outcome", one.to_queue, one.about, json.loads(one.body), county.now) for one in found]
    with county.database.write() as session:
        take_outcomes(session, letters, county.now)
        session.connection().execute(delete(Outgoing))


def unread(county: County, who: str = "asker") -> list[str]:
    with county.database.read() as session:
        return [case.number for case in unread_cases(session, "bank", who, 50)]


def looks(county: County, numbers: Sequence[str], who: str = "asker") -> None:
    with county.database.write() as session:
        trail.write(session, [TrailLine(county.now, "look", "person", who, "bank", number) for number in numbers])


def test_answers_and_returns_are_unread_and_nothing_else_is(county: County) -> None:
    answered, returned, _desk = (county.asked_into(state)[0] for state in (State.ANSWERED, State.RETURNED, State.AT_DESK))
    told(county)

    assert sorted(unread(county)) == sorted([answered, returned])
    with county.database.read() as session:
        assert (count_unread(session, "bank"), count_unread(session, "bank", "other"), count_unread(session, "court")) == (2, 0, 0)
        assert unread_among(session, [answered, _desk]) == {answered}


def test_who_watched_the_answer_arrive_has_read_it(county: County) -> None:
    """The page shows the answer before the letter about it is read; a look from before the answer counts for nothing."""
    seen, unseen = county.ask(2)
    looks(county, [unseen])
    county.moves([wish(seen, "find", MACHINE), wish(unseen, "find", MACHINE)])
    looks(county, [seen])
    told(county)

    assert unread(county) == [unseen]
    with county.database.read() as session:
        cases = [session.get_one(Case, number) for number in (seen, unseen)]
        assert [viewed_since_answer(session, case, ME) for case in cases] == [True, False]


def test_a_colleague_s_look_takes_nothing_away(county: County) -> None:
    (number,) = county.ask()
    county.move(number, "find", MACHINE)
    looks(county, [number], who="colleague")
    told(county)

    assert unread(county) == [number]


def test_a_second_answer_is_unread_again(county: County) -> None:
    (number,) = county.ask()
    county.move(number, "find", MACHINE)
    looks(county, [number])
    for name, mover in (("dispute", ASKER), ("take", CLERK), ("answer", CLERK)):
        county.move(number, name, mover)
    told(county)

    assert unread(county) == [number]


def test_who_takes_a_dispute_back_has_read_the_answer(county: County) -> None:
    (number,) = county.ask()
    county.move(number, "find", MACHINE)
    told(county)
    with county.database.write() as session:
        forget_unread(session, [number])
    for name in ("dispute", "take_back"):
        assert not isinstance(county.move(number, name, ASKER), Refusal)
    told(county)

    assert unread(county) == []


def test_what_is_dealt_with_is_read(county: County) -> None:
    """Accepted by the clock after ten working days, too."""
    one, two = county.asked_into(State.ANSWERED, 2)
    told(county)
    with county.database.write() as session:
        forget_unread(session, [one])
    assert unread(county) == [two]
    county.moves([Move(two, "accept", CLOCK)])
    told(county)

    assert unread(county) == []


def test_a_batch_s_answers_are_read_in_its_sheet(county: County) -> None:
    """Ten thousand marks would hide the one that matters; what comes back for correction is marked all the same."""
    answered, returned = county.asked_into(State.ANSWERED)[0], county.asked_into(State.RETURNED)[0]
    with county.database.write() as session:
        session.connection().execute(update(Case).where(col(Case.number).in_([answered, returned])).values(batch="b1"))
    told(county)

    assert unread(county) == [returned]


def test_marks_cost_the_same_for_one_letter_and_for_fifty(county: County) -> None:
    def statements(count: int) -> int:
        county.asked_into(State.ANSWERED, count)
        with counted(county.database) as seen:
            told(county)
        return len([statement for statement in seen if "unread" in statement])

    assert statements(1) == statements(50) == 1


def test_old_marks_are_forgotten(county: County) -> None:
    county.asked_into(State.ANSWERED)
    told(county)
    with county.database.write() as session:
        gone = [forget_old_marks(session, county.now), forget_old_marks(session, county.now + timedelta(seconds=1))]

    assert (gone, unread(county)) == ([0, 1], [])


@pytest.mark.parametrize("unit", ["bank", "court"])
def test_whoever_waits_for_answers_hears_of_a_mark(county: County, unit: str) -> None:
    """The mark comes a moment after the answer: a list that only heard of the answer would not show it."""
    broadcaster, stop = hub_of(county.database), threading.Event()
    thread = threading.Thread(target=broadcaster.run, args=(stop,))
    thread.start()
    county.asked_into(State.ANSWERED)

    async def listen() -> bool:
        with broadcaster.listener([f"unread:{unit}"]) as ear:
            await ear.listen(1.5)  # what was there before
            await asyncio.to_thread(told, county)
            return f"unread:{unit}" in await ear.listen(5.0 if unit == "bank" else 1.0)

    heard = asyncio.run(listen())
    stop.set()
    thread.join(20)

    assert heard == (unit == "bank")


# Answers that were put right


def test_an_amended_answer_is_unread_again_for_its_asker_and_for_who_relied_on_it(county: County) -> None:
    (number,) = county.asked_into(State.CLOSED)
    looks(county, [number])
    looks(county, [number], who="colleague")
    with county.database.write() as session:
        trail.write(session, [TrailLine(county.now, "receipt", "person", "cashier", "bank", number)])
        trail.write(session, [TrailLine(county.now, "look", "person", "clerk", "police", number)])
    told(county)
    assert unread(county, "") == []
    county.later(days=3)
    county.move(number, "amend", CLERK)
    looks(county, [number], who="colleague")
    told(county)

    with county.database.read() as session:
        whose = session.exec(select(Unread.asked_by).order_by(col(Unread.asked_by))).all()
    assert whose == ["asker", "cashier"], "who has looked since needs no mark, and other units have none"
    assert unread(county, "cashier") == [number] == unread(county, "")
    with county.database.read() as session:
        assert count_unread(session, "bank") == 1, "one case, however many marks"


@pytest.mark.parametrize("move", ["amend", "withdraw_answer"])
def test_an_answer_of_a_batch_that_is_put_right_is_marked_by_itself(county: County, move: str) -> None:
    (number,) = county.ask()
    with county.database.write() as session:
        session.connection().execute(update(Case).where(col(Case.number) == number).values(batch="B1"))
    county.move(number, "find", MACHINE)
    told(county)
    assert unread(county) == []
    county.move(number, move, CLERK)
    told(county)

    assert unread(county) == [number]


def test_accepting_an_amended_answer_takes_the_marks_away(county: County) -> None:
    (number,) = county.asked_into(State.ANSWERED)
    county.move(number, "amend", CLERK)
    told(county)
    county.move(number, "accept", ASKER)
    told(county)

    assert unread(county) == []
