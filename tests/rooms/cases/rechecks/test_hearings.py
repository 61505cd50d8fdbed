"""Being heard: told first, time to object, decided by somebody else; what stands is listed for a time, and comes off."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from access.principal import Principal
from cases.case import Case
from cases.rechecks.heard import decide, locked, object_to, tell
from cases.rechecks.listed import Listed, listed_of
from cases.rechecks.listing import ask_off, settle_off
from contacts.alerts.alerts import Alert
from deploy.operations.retention import wipe_commitments
from storage.problem import Problem
from tests.rooms.cases.test_amendments import done, reasoned
from tests.rooms.committed import CLERK, NO, SECOND, SUPERVISOR, Committed, principal
from tests.rooms.county import ASKER
from tests.rooms.county import CLERK as POLICE
from tests.routes import RULEBOOK, SON


def step(committed: Committed, number: str, by: Principal, act: object) -> str:
    """Takes a step in a transaction; the code of the fault, or nothing."""
    try:
        with committed.county.database.write() as session:
            act(locked(session, number, by, committed.now, RULEBOOK))  # type: ignore[operator]
    except Problem as problem:
        return problem.faults[0].code
    return ""


def told(committed: Committed, number: str) -> None:
    assert step(committed, number, CLERK, lambda s: tell(s, "handed")) == ""


def stands(reason: str = "登记显示不是父子") -> object:
    return lambda s: decide(s, True, reason)


def over(committed: Committed, number: str) -> None:
    """The time to object passes."""
    due = committed.hearing(number).due_at
    assert due is not None
    committed.at(due + timedelta(minutes=1))


def listed(committed: Committed, key: str = SON) -> list[Listed]:
    with committed.county.database.read() as session:
        return list(listed_of(session, key, committed.now))


def test_nobody_decides_before_the_person_was_told_and_had_the_time(committed: Committed) -> None:
    number = committed.checked(NO)
    committed.chores()
    assert committed.state(number) == "found_false"
    assert step(committed, number, SUPERVISOR, stands()) == "not_yet", "not told yet"
    assert step(committed, number, CLERK, lambda s: tell(s, "")) == "missing"
    told(committed, number)
    hearing = committed.hearing(number)
    assert hearing.due_at == RULEBOOK.calendar.add_working_days(committed.now, 10).at, "as the person was told at the signing"
    assert step(committed, number, SUPERVISOR, stands()) == "not_yet", "the time to object runs"
    assert step(committed, number, CLERK, lambda s: tell(s, "posted")) == "moved_on"
    assert listed(committed) == []

    over(committed, number)
    assert step(committed, number, SUPERVISOR, stands("")) == "missing", "not without a reason"
    assert step(committed, number, SUPERVISOR, stands()) == ""
    assert (committed.state(number), committed.hearing(number).decided_by) == ("stands_false", "supervisor")
    (entry,) = listed(committed)
    assert (entry.number, entry.reason, entry.decided_by, entry.unit) == (number, "登记显示不是父子", "supervisor", "bank")
    assert entry.until.year == entry.since.year + 1
    assert listed(committed, "330725193607120013") == [], "of nobody else"
    actions = committed.county.actions(number)
    assert actions == ["check_asked", "check_settled", "found_false", "person_texted", "hearing_told", "hearing_decided"]


def test_an_objection_is_written_down_once_with_what_was_signed_and_in_time(committed: Committed) -> None:
    number = committed.checked(NO)
    assert step(committed, number, CLERK, lambda s: object_to(s, "不对", "p1")) == "moved_on", "nobody objects to what nobody told"
    told(committed, number)
    assert step(committed, number, CLERK, lambda s: object_to(s, "", "p1")) == "missing"
    assert step(committed, number, CLERK, lambda s: object_to(s, "不对", "")) == "missing"
    assert step(committed, number, CLERK, lambda s: object_to(s, "x" * 2001, "p1")) == "too_long"
    assert step(committed, number, CLERK, lambda s: object_to(s, "户口簿有误，我有公证书", "p1")) == ""
    assert (committed.state(number), committed.hearing(number).objection) == ("objected", "户口簿有误，我有公证书")
    assert step(committed, number, CLERK, lambda s: object_to(s, "再说", "p1")) == "moved_on"
    assert step(committed, number, SUPERVISOR, lambda s: decide(s, False, "公证书成立")) == ""
    assert (committed.state(number), committed.hearing(number).state, listed(committed)) == ("corrected", "falls", [])


def test_a_late_objection_says_why_and_whoever_decides_says_whether_it_counts(committed: Committed) -> None:
    number = committed.checked(NO)
    told(committed, number)
    over(committed, number)
    assert step(committed, number, CLERK, lambda s: object_to(s, "不对", "p1")) == "too_late"
    by = committed.hearing(number).decide_by
    assert step(committed, number, CLERK, lambda s: object_to(s, "不对", "p1", "住院")) == ""
    assert (committed.state(number), committed.hearing(number).decide_by) == ("objected", by)
    assert step(committed, number, SUPERVISOR, stands()) == "missing"
    assert step(committed, number, SUPERVISOR, lambda s: decide(s, False, "公证书成立", "accepted")) == ""
    assert (committed.hearing(number).late_reason, committed.hearing(number).late_word) == ("住院", "accepted")


@pytest.mark.parametrize("who", ["asker", "police"])
def test_who_found_it_was_witness_or_wrote_the_objection_does_not_decide(committed: Committed, who: str) -> None:
    number = committed.checked(NO)
    told(committed, number)
    assert step(committed, number, CLERK, lambda s: object_to(s, "不对", "p1")) == ""
    same = principal(who, "data-office", "supervisor")
    assert step(committed, number, same, stands()) == "same_person"
    assert committed.state(number) == "objected"


def test_while_the_answer_is_looked_at_again_nothing_is_decided(committed: Committed) -> None:
    number = committed.checked(NO)
    told(committed, number)
    over(committed, number)
    done(committed.county, reasoned(committed.check(number).case_number, "dispute", ASKER))
    assert step(committed, number, SUPERVISOR, stands()) == "looked_at_again"
    committed.county.move(committed.check(number).case_number, "answer", POLICE)
    committed.read()
    assert (committed.hearing(number).state, committed.state(number)) == ("ended", "corrected"), "the new answer is a yes"


def standing(committed: Committed) -> str:
    number = committed.checked(NO)
    told(committed, number)
    over(committed, number)
    assert step(committed, number, SUPERVISOR, stands()) == ""
    return number


def off(committed: Committed, number: str, by: Principal, confirmed: bool | None = None, reason: str = "新证据") -> str:
    try:
        with committed.county.database.write() as session:
            if confirmed is None:
                ask_off(session, number, reason, by, committed.now)
            else:
                settle_off(session, number, confirmed, by, committed.now)
    except Problem as problem:
        return problem.faults[0].code
    return ""


def test_two_supervisors_take_it_off_the_list(committed: Committed) -> None:
    number = standing(committed)
    assert off(committed, number, SECOND, confirmed=True) == "not_proposed"
    assert off(committed, number, SUPERVISOR, reason="") == "missing"
    assert off(committed, number, SUPERVISOR) == ""
    assert off(committed, number, SECOND) == "asked_off"
    assert off(committed, number, SUPERVISOR, confirmed=True) == "same_person"
    assert len(listed(committed)) == 1
    assert off(committed, number, SECOND, confirmed=False) == ""
    assert off(committed, number, SUPERVISOR) == ""
    assert off(committed, number, SECOND, confirmed=True) == ""
    assert (listed(committed), committed.state(number)) == ([], "corrected")
    assert off(committed, number, SUPERVISOR) == "unknown"
    assert committed.county.actions(number)[-4:] == ["list_off_asked", "list_off_declined", "list_off_asked", "list_off"]


def test_it_comes_off_at_once_when_its_answer_is_withdrawn(committed: Committed) -> None:
    number = standing(committed)
    done(committed.county, reasoned(committed.check(number).case_number, "withdraw_answer", POLICE))
    committed.read()
    assert (listed(committed), committed.state(number), committed.hearing(number).state) == ([], "corrected", "ended")
    entry = committed.entry(number)
    assert entry is not None
    assert (entry.off_by, entry.off_reason) == ("clock", "answer_changed")


def test_its_time_is_over_by_itself(committed: Committed) -> None:
    number = standing(committed)
    entry = committed.entry(number)
    assert entry is not None
    committed.at(entry.until - timedelta(seconds=1))
    committed.chores()
    assert len(listed(committed)) == 1
    committed.at(entry.until)
    committed.chores()
    assert (listed(committed), committed.entry(number), committed.state(number)) == ([], None, "expired")


def texts(committed: Committed) -> list[tuple[str, str, str]]:
    with committed.county.database.read() as session:
        found = session.exec(select(Alert).where(Alert.purpose == "recheck").order_by(col(Alert.created_at), col(Alert.template)))
        return [(one.recipient_kind, one.recipient, one.template) for one in found]


def test_who_must_act_is_texted_and_urged_once_a_working_day(committed: Committed) -> None:
    number = committed.checked(NO)
    committed.chores()
    committed.chores()
    assert texts(committed) == [("person", number, "person_letter")], "the person once, and without a word about anybody"
    over(committed, number)
    committed.chores()
    committed.chores()
    assert texts(committed)[1:] == [("asker", "asker", "recheck_tell")]
    told(committed, number)
    over(committed, number)
    committed.chores()
    committed.chores()
    assert texts(committed)[2:] == [("supervisor", "second-supervisor", "supervisor_hearing")]
    by = committed.hearing(number).decide_by
    assert by is not None
    committed.at(RULEBOOK.calendar.next_opening(by + timedelta(minutes=1)))
    committed.chores()
    committed.chores()
    late = [("supervisor", who, "supervisor_hearing_late") for who in ("second-supervisor", "supervisor")]
    assert sorted(texts(committed)[3:]) == late


def test_a_person_without_a_mobile_is_not_texted(committed: Committed) -> None:
    committed.checked(NO, phone="")
    committed.chores()
    assert texts(committed) == []


def test_a_case_says_whose_check_it_is(committed: Committed) -> None:
    number = committed.checked(NO)
    with committed.county.database.read() as session:
        case = session.exec(select(Case)).one()
    assert case.batch == number


def test_what_was_found_and_said_goes_with_the_commitment(committed: Committed) -> None:
    number = standing(committed)
    with committed.county.database.write() as session:
        wipe_commitments(session, [number], committed.now)
    hearing, entry = committed.hearing(number), committed.entry(number)
    assert entry is not None
    assert (hearing.record, hearing.objection, hearing.reason, entry.reason, entry.key) == ({}, "", "", "", "")
    assert listed(committed) == []
