"""What both sides say on a case through the forms that people fill in: texts, marks, bounds, reasons told at once."""

import json
from datetime import timedelta

import pytest

from broker.letter import Letter
from cases.actions import ActionContext, MoveRefused, perform
from cases.case import Case
from cases.conversation.message import MOST, Message, note_read, of_case
from cases.lifecycle import State
from deploy.case_actions_api import action_for
from requesters.own_cases.unread import unread_among
from requesters.webhooks.outcome_notices import take_outcomes
from responders.desk.desk_piles import LISTS, Desk, read_desk
from storage.problem import Problem
from supervisors.decisions.deciders import count_waiting, remind_deciders
from tests.hostile.life import PEOPLE
from tests.kinds import once
from tests.rooms.county import ASKER, CLERK, MACHINE, County
from tests.routes import RULEBOOK


def say(county: County, who: str, number: str, move: str, **said: object) -> Case:
    with county.database.write() as session:
        doer = ActionContext(session, PEOPLE[who], county.now, RULEBOOK)
        return perform(doer, number, action_for(doer, number, move), said)


def wrong(county: County, who: str, number: str, move: str, **said: object) -> list[tuple[str, str]]:
    with pytest.raises(Problem) as caught:
        say(county, who, number, move, **said)
    return [(fault.field, fault.code) for fault in caught.value.faults]


def words(county: County, number: str) -> list[tuple[str, str, str]]:
    with county.database.read() as session:
        return [(one.side, one.kind, one.words) for one in of_case(session, session.get_one(Case, number))]


def hear(county: County) -> None:
    """The letters about outcomes arrive at the asking side."""
    posted = county.letters("outcome")
    letters = [Letter.post("outcome", one.to_queue, one.about, json.loads(one.body), county.now) for one in posted]
    with county.database.write() as session:
        take_outcomes(session, letters, county.now)


def piles(county: County, number: str) -> list[str]:
    with county.database.read() as session:
        lists = read_desk(session, Desk("police"), "clerk")
    return [name for name in LISTS for case in lists[name] if case.number == number]


def test_trap_19_a_case_with_an_unread_message_is_in_one_pile_on_both_sides(county: County):
    """Traps 19 and 20: at the desk and with the asker; and in no pile more once it was read."""
    (desk,), (told,) = county.asked_into(State.AT_DESK), county.asked_into(State.ANSWERED)
    for number in (desk, told):
        say(county, "asker", number, "message", words="在 1993 年")
    assert (piles(county, desk), piles(county, told)) == (["mine"], ["messages"])
    with county.database.write() as session:
        for number in (desk, told):
            note_read(session, session.get_one(Case, number), "second", "police")
    assert county.case(desk).desk_unread, "a colleague's look is not the look of who has the case"
    assert piles(county, told) == []

    say(county, "clerk", desk, "message", words="收到")
    hear(county)
    with county.database.read() as session:
        assert unread_among(session, [desk]) == {desk}
    say(county, "asker", desk, "message", words="好")
    with county.database.read() as session:
        assert unread_among(session, [desk]) == set(), "who writes has read"


def test_what_was_asked_back_waits_in_a_pile_of_its_own_and_is_told_without_its_words(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    say(county, "clerk", number, "ask_back", words="哪一年？")
    hear(county)
    with county.database.read() as session:
        assert unread_among(session, [number]) == {number}
    assert piles(county, number) == ["paused"]
    say(county, "asker", number, "reply_back", words="1993 年")

    assert words(county, number) == [("clerk", "ask_back", "哪一年？"), ("asker", "reply_back", "1993 年")]
    assert not [line for line in county.trail(number) if "1993" in line.note]
    assert all("1993" not in one.body and "哪一年" not in one.body for one in county.letters("outcome"))
    assert piles(county, number) == ["mine"]


def test_several_messages_in_a_row_are_one_text(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    for text in ("一", "二"):
        say(county, "asker", number, "message", words=text)
    county.later(minutes=31)
    say(county, "asker", number, "message", words="三")

    assert [template for who, template in county.texts() if who == "clerk"].count("desk_message") == 2


def test_a_message_keeps_the_form_that_the_other_side_has_open_only_where_its_page_shows_it(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    seen = county.case(number).version
    say(county, "clerk", number, "message", words="在查")
    assert say(county, "clerk", number, "take", seen=seen).taken_by == "clerk"
    say(county, "asker", number, "message", words="补充")
    with pytest.raises(MoveRefused) as caught:
        say(county, "clerk", number, "answer", outcome="confirmed", archive="7-12", seen=county.case(number).version - 1)
    assert caught.value.refusal.code == "changed"


@once
def test_words_are_bounded_in_length_and_number(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    assert wrong(county, "asker", number, "message", words=" ") == [("words", "missing")]
    assert [field for field, _ in wrong(county, "asker", number, "message", words="长" * 1001)] == ["words"]
    with county.database.write() as session:
        one = {"number": number, "at": county.now, "kind": "message", "side": "asker", "unit": "bank", "who": "asker", "words": "x"}
        session.add_all(Message(**one) for _ in range(MOST))
    assert wrong(county, "asker", number, "message", words="x") == [("words", "too_many")]
    assert say(county, "clerk", number, "message", words="x").number == number


def test_the_asker_urges_once_a_working_day_and_the_holder_is_told(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    due, wake = county.case(number).due_at, county.case(number).wake_at
    case = say(county, "asker", number, "urge", note="客户在窗口等")
    assert (case.due_at, case.wake_at, case.asker_urged_at) == (due, wake, county.now)
    assert ("clerk", "desk_asker_urges") in county.texts()
    county.later(hours=5)
    with pytest.raises(MoveRefused) as caught:
        say(county, "asker", number, "urge")
    assert caught.value.refusal.code == "urged"
    county.later(hours=17)
    assert say(county, "asker", number, "urge").asker_urged_at == county.now


def test_order_809_everything_that_is_missing_is_told_at_once(county: County):
    """Order 809: and what comes up only at a later return needs a sentence why."""
    (number,) = county.asked_into(State.AT_DESK)
    assert wrong(county, "clerk", number, "return") == [("reasons", "missing")]
    assert wrong(county, "clerk", number, "return", reasons=["nonsense"]) == [("reasons", "unknown_reason")]
    say(county, "clerk", number, "return", reasons=["year_missing", "number_doubtful"], note="写明村名")
    line = county.trail(number)[-1]
    assert line.note.splitlines() == ["证件号码或姓名疑似有误", "缺少年份或时间范围", "写明村名"]
    assert line.details["reasons"] == ["number_doubtful", "year_missing"]
    item = RULEBOOK.catalogue.item("kinship")
    assert item.retold(line.note, "en").splitlines()[1] == "The year or the time it is about is missing"

    county.move(number, "correct", ASKER)
    county.move(number, "hand_over", MACHINE)
    assert wrong(county, "clerk", number, "return", reasons=["year_missing", "place_missing"]) == [("why_later", "why_later")]
    again = say(county, "clerk", number, "return", reasons=["year_missing", "place_missing"], why_later="更正后才看出")
    assert again.arbitration


def test_trap_25_a_decision_is_told_to_a_supervisor_and_again_once_it_is_overdue(county: County):
    """Trap 25: it reaches somebody, also where nobody has the case. It has a time, and is told until somebody decides."""
    (number,) = county.asked_into(State.AT_DESK)
    county.move(number, "return", CLERK)
    county.move(number, "correct", ASKER)
    county.move(number, "hand_over", MACHINE)
    county.move(number, "return", CLERK)
    told = []
    for ahead in (timedelta(seconds=1), timedelta(hours=1), timedelta(days=1, hours=1), timedelta(hours=2), timedelta(days=1)):
        county.now += ahead
        with county.database.write() as session:
            told.append(remind_deciders(session, county.now, RULEBOOK.calendar))
    assert told == [[number], [], [number], [], [number]]
    texts = [template for who, template in county.texts() if who == "supervisor"]
    assert texts == ["supervisor_decide", "supervisor_decide_late", "supervisor_decide_late"]
    assert county.actions(number).count("decision_overdue") == 2
    with county.database.read() as session:
        assert count_waiting(session, county.now) == 0
