"""Escalation: who is told when a case waits for a person, and what the clock does when nobody acts."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from access.accounts import Account
from access.freezes import ACCOUNT, Frozen
from broker.letter import Letter
from cases.auditor import unwatched
from cases.case import Case
from cases.duty.absence import Absence
from cases.duty.standing_order import Duty, Shift
from cases.lifecycle import State
from contacts.alerts.alerts import Alert, AlertState
from contacts.alerts.dead_numbers import dead_among
from contacts.alerts.provider_health import hear
from contacts.alerts.still_wanted import still_wanted
from contacts.alerts.texting import Texting
from contacts.sms.console import Console
from contacts.sms.provider import AccountRefused, PermanentFailure, Sent
from deploy.clock import wake_cases
from responders.escalation.ladders import frozen_steps, start_ladders
from storage.database import Database
from supervisors.decisions.overdue import mark_overdue
from tests.kinds import once
from tests.rooms.county import ASKER, CLERK, CONTACT, MACHINE, MONDAY, SECOND, County, counted, never_remembered, settle, wish
from tests.routes import RULEBOOK

EVENING = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # eight in the evening
TUESDAY = datetime(2026, 3, 3, 0, 30, tzinfo=UTC)  # half past eight in the morning, the doors open
WHOLE = [("clerk", "desk_new"), ("second", "desk_next"), ("leader", "leader_alert"), ("supervisor", "supervisor_alert")]


def at(hour: float, day: int = 2) -> datetime:
    """That hour of the clock on the wall in Yiwu."""
    return datetime(2026, 3, day, tzinfo=RULEBOOK.calendar.zone).astimezone(UTC) + timedelta(hours=hour)


def away(username: str, first: int, last: int, deputy: str = "") -> Absence:
    """Somebody is away on these days of March."""
    days = {"first_day": date(2026, 3, first), "last_day": date(2026, 3, last)}
    return Absence(username=username, unit="police", deputy=deputy, entered_by=username, entered_at=MONDAY, **days)


def handed_over(county: County, count: int = 1) -> list[str]:
    numbers = county.ask(count)
    county.moves([wish(number, "hand_over", MACHINE) for number in numbers])
    return numbers


def consulted(county: County, *phones: str) -> str:
    """A case whose clerk asks contacts with these telephones."""
    (number,) = county.asked_into(State.WITH_CONTACT)
    contacts = [{"kind": "contact", "id": str(n), "phone": phone} for n, phone in enumerate(phones, 1)]
    people = [("secretary", contact, "consult_contact") for contact in contacts]
    row = {"number": number, "kind": "consult", "area": "A", "started_at": county.now, "position": 0}
    with county.database.write() as session:
        start_ladders(session, [{**row, "steps": frozen_steps(people, [0, 30, 60])}])
    return number


def wait(county: County, until: datetime) -> None:
    """Lets the clock do what is due at each moment on the way, half a minute apart at most near the moments that matter."""
    while county.now < until:
        county.tick()
        with county.database.read() as session:
            times = [case.wake_at for case in session.exec(select(Case)).all() if case.wake_at]
        county.now = min([until, *(max(t, county.now + timedelta(seconds=1)) for t in times)])
    county.tick()


# The desk's ladder


def test_a_silent_machine_is_followed_by_a_person(county: County):
    """Trap 2: after the item's minutes a person looks, by itself."""
    county.hear("police")
    (number,) = county.ask()
    minutes = RULEBOOK.catalogue.item("kinship").machine_minutes
    county.later(minutes=minutes, seconds=-1)
    assert county.tick() == 0
    county.later(seconds=1)
    county.tick()

    assert county.case(number).state == "at_desk"
    assert county.trail(number)[-1].who == "clock"
    assert county.texts() == [("clerk", "desk_new")]


def test_the_ladder_is_climbed_in_office_time(county: County):
    (number,) = handed_over(county)
    told = []
    for moment in (at(9), at(9.5), at(10.5), at(14.5)):
        county.now = moment - timedelta(seconds=1)
        county.tick()
        told.append(len(county.texts()))
        county.now = moment
        county.tick()

    assert [text[0] for text in county.texts()] == [name for name, _ in WHOLE]
    assert told == [0, 1, 2, 3], "not a second before its time"
    assert county.case(number).taken_by == ""


def test_after_the_last_step_it_starts_anew_the_next_office_day(county: County):
    handed_over(county)
    wait(county, at(23))
    assert [name for name, _ in county.texts()] == [name for name, _ in WHOLE]
    wait(county, at(10, 4))

    assert [name for name, _ in county.texts()] == [name for name, _ in WHOLE] * 2


def test_every_answer_stops_the_ladder(county: County):
    """Trap 4: after answer, withdrawal or taking nobody else is told."""
    answered, withdrawn, taken = handed_over(county, 3)
    county.tick()
    county.move(answered, "find", MACHINE)
    county.move(withdrawn, "withdraw", ASKER)
    county.move(taken, "take", CLERK)
    wait(county, at(9.7))

    assert county.texts() == [("clerk", "desk_new")] * 3


def test_trap_4_what_was_ordered_before_is_dropped_when_it_should_go(county: County):
    """Trap 4: a text that waited for the throttle is looked at again: not after answer, withdrawal, taking, return, forward."""
    numbers = handed_over(county, 7)
    county.tick()
    answered, withdrawn, taken, returned, forwarded, mine, waits = numbers
    for number, name, mover in [(answered, "find", MACHINE), (withdrawn, "withdraw", ASKER), (taken, "take", SECOND),
                                (returned, "return", CLERK), (forwarded, "forward", CLERK), (mine, "take", CLERK)]:  # fmt: skip
        assert isinstance(county.move(number, name, mover), Case)
    with county.database.read() as session:
        alerts = session.exec(select(Alert)).all()
        wanted = still_wanted(session, alerts, county.now)

    assert {alert.about for alert in alerts} == set(numbers)
    assert {alert.about for alert in alerts if alert.id in wanted} == {mine, waits}


def test_trap_4_contacts_are_texted_only_while_they_are_asked(county: County):
    """Trap 4: the statement of one contact, or the clerk's answer, ends the texts to the others."""
    stated, waits = consulted(county, "+8613900010011"), consulted(county, "+8613900010012")
    county.tick()
    county.move(stated, "state", CONTACT)
    with county.database.read() as session:
        alerts = session.exec(select(Alert).where(Alert.purpose == "consult")).all()
        wanted = still_wanted(session, alerts, county.now)

    assert {alert.about for alert in alerts if alert.id in wanted} == {waits}


@pytest.mark.parametrize(
    ("phones", "first"),
    [
        ({"clerk": ""}, [("second", 9), ("leader", 9.5)]),
        ({"clerk": "+8657985230011"}, [("second", 9), ("leader", 9.5)]),
        ({"second": ""}, [("clerk", 9), ("leader", 9.5)]),
        ({"clerk": "", "second": "", "leader": ""}, [("supervisor", 9)]),
    ],
)
def test_trap_5_who_cannot_be_texted_holds_nobody_up(database: Database, phones: dict[str, str], first: list[tuple[str, float]]):
    """Trap 5: a clerk without a number, or with a landline only, is no step at all: the next moves up to that time."""
    county = settle(database, phones)
    handed_over(county)
    for place, (_, hour) in enumerate(first, 1):
        county.now = at(hour)
        county.tick()
        assert county.texts()[place - 1][0] == first[place - 1][0]
        assert len(county.texts()) == place


def test_trap_5_with_two_clerks_left_the_leader_is_told_no_sooner(county: County):
    """Trap 5: one of three clerks has no number; the other two fill their steps, and the leader's time stays what it was."""
    with county.database.write() as session:
        session.get_one(Account, "clerk").phone = ""
        session.add(Account(username="third", name="三甲", unit="police", roles=["clerk"], phone="+8613900020004"))
        session.flush()
        session.add(Duty(username="third", unit="police", place=3))
    handed_over(county)
    wait(county, at(10.4))
    assert [name for name, _ in county.texts()] == ["second", "third"]
    wait(county, at(10.5))
    assert [name for name, _ in county.texts()] == ["second", "third", "leader"]


def test_a_unit_without_anybody_is_looked_at_again_every_office_day(county: County):
    with county.database.write() as session:
        session.add_all(away(duty.username, 2, 19) for duty in session.exec(select(Duty)).all())
        session.get_one(Account, "supervisor").phone = ""
    handed_over(county)
    wait(county, at(23, 4))

    assert county.texts() == []
    with county.database.write() as session:
        mark_overdue(session, county.now, RULEBOOK.calendar)
        assert unwatched(session, county.now) == 0


def test_who_is_away_is_passed_over_until_they_are_back(county: County):
    with county.database.write() as session:
        session.add(away("clerk", 1, 2))
    handed_over(county)
    county.tick()
    county.now = at(9, 3)
    handed_over(county)
    county.tick()

    assert {county.texts()[0][0]} == {"second"}
    assert "clerk" in [name for name, _ in county.texts()]


def test_a_deputy_takes_the_place_of_who_is_away(county: County):
    with county.database.write() as session:
        session.add(away("clerk", 2, 6, deputy="leader"))
    handed_over(county)
    county.tick()
    wait(county, at(9.5))

    assert county.texts() == [("leader", "desk_instead"), ("second", "desk_next")]


def test_trap_22_a_chain_of_deputies_is_followed_to_its_end(county: County):
    """Trap 22: A names B, B names C: C is told, and told for whom it waits; two who name each other are nobody."""
    with county.database.write() as session:
        session.add_all([away("clerk", 2, 6, deputy="second"), away("second", 2, 6, deputy="leader")])
    handed_over(county)
    county.tick()
    assert county.texts() == [("leader", "desk_instead")]

    with county.database.write() as session:
        session.exec(select(Absence).where(Absence.username == "second")).one().deputy = "clerk"
    county.later(seconds=1)
    handed_over(county)
    county.tick()
    assert county.texts()[1:] == [("leader", "leader_alert")], "nobody is left at the first two places: the next step at once"


def test_who_leaves_after_the_ladder_started_is_passed_over_at_once(county: County):
    """The ladder keeps its steps, not its people: who was switched off is no step; who is away has their substitute on it."""
    handed_over(county)
    county.tick()
    with county.database.write() as session:
        session.get_one(Account, "second").active = False
    wait(county, at(9.5))
    assert county.texts() == [("clerk", "desk_new"), ("leader", "leader_alert")]

    county.now = at(9, 3)
    with county.database.write() as session:
        session.get_one(Account, "second").active = True
    handed_over(county)
    county.tick()
    with county.database.write() as session:
        session.add(away("second", 3, 19, deputy="leader"))
    known = len(county.texts())
    wait(county, at(9.5, 3))
    assert ("leader", "desk_instead") in county.texts()[known:]


def test_a_frozen_supervisor_is_no_step_and_another_one_is_told(county: County):
    with county.database.write() as session:
        session.add_all(away(name, 2, 19) for name in ("clerk", "second", "leader"))
        session.add(Account(username="third", name="三甲", unit="data-office", roles=["supervisor"], phone="+8613900020010"))
        session.add(Frozen(kind=ACCOUNT, subject="supervisor", reason="x", at=MONDAY, by="third"))
    handed_over(county)
    county.tick()

    assert county.texts() == [("third", "supervisor_alert")]


def test_who_has_the_shift_is_told_first_on_that_day_alone(county: County):
    with county.database.write() as session:
        session.add(Shift(unit="police", day=date(2026, 3, 2), username="second", entered_by="leader", entered_at=MONDAY))
    handed_over(county)
    county.tick()
    county.now = at(9, 3)
    handed_over(county)
    county.tick()

    assert county.texts()[0][0] == "second"
    assert county.texts()[-1][0] == "clerk"


def test_the_ladder_is_frozen_when_it_starts(county: County):
    handed_over(county)
    county.tick()
    with county.database.write() as session:
        session.add(Shift(unit="police", day=date(2026, 3, 2), username="leader", entered_by="leader", entered_at=MONDAY))
    wait(county, at(9.5))

    assert [name for name, _ in county.texts()] == ["clerk", "second"]


# Night and weekend


@once
@pytest.mark.parametrize(("moment", "opening"), [(EVENING, TUESDAY), (at(3, 7), at(8.5, 9)), (at(13), at(14))])
def test_trap_8_at_night_on_weekends_and_at_noon_nobody_is_texted(county: County, moment: datetime, opening: datetime):
    """Trap 8: the first step waits for the doors to open."""
    county.now = moment
    (number,) = handed_over(county)
    county.tick()
    assert (county.texts(), county.case(number).wake_at) == ([], opening)
    county.now = opening
    county.tick()
    assert county.texts() == [("clerk", "desk_new")]


def test_trap_8_a_step_due_in_the_office_is_not_told_at_night_by_a_late_clock(county: County):
    """Traps 8 and 11: the clock was off over closing time; nobody is rung out of bed when it comes back."""
    (desk,), (claimed,) = handed_over(county), county.asked_into(State.AT_DESK)
    with_contact = consulted(county, "+8613900010011", "+8613900010012")
    county.tick()
    known = county.texts()
    county.now = EVENING
    county.tick()

    assert county.texts() == known
    assert {county.case(number).wake_at for number in (desk, claimed, with_contact)} == {TUESDAY}
    county.now = TUESDAY
    county.tick()
    assert sorted(name for name, _ in county.texts()[len(known) :]) == ["2", "clerk", "second"]


def test_trap_8_a_statement_at_night_is_told_in_the_morning(county: County):
    """Trap 8: the contact answers at supper; the clerk sleeps on."""
    number = consulted(county, "+8613900010011")
    county.now = EVENING
    county.move(number, "state", CONTACT)
    county.tick()
    assert county.texts() == []
    county.now = TUESDAY
    county.tick()
    assert county.texts() == [("clerk", "desk_statement")]
    assert county.case(number).wake_for == "claim"


def test_trap_11_a_clock_that_was_off_for_three_days_does_each_step_once(county: County):
    """Trap 11: due times are rows: nothing ran meanwhile, and nothing runs three times afterwards."""
    (number,) = handed_over(county)
    county.tick()
    county.now = at(10, 5)
    assert county.tick() == 1
    assert county.tick() == 0

    assert county.texts() == [("clerk", "desk_new"), ("second", "desk_next")]
    assert county.case(number).wake_at == at(11, 5)


# A claim


def test_trap_9_a_silent_clerk_is_reminded_then_released_and_heard_all_the_same(county: County):
    """Trap 9: locks that expire while somebody types. First a word, then the case is anybody's, and the late answer counts."""
    (number,) = county.asked_into(State.AT_DESK)
    seen = county.case(number).version
    wait(county, at(9.7))
    assert (county.texts(), county.case(number).taken_by) == ([], "clerk")
    wait(county, at(9.75))
    assert (county.texts(), county.case(number).taken_by) == ([("clerk", "desk_next")], "clerk")
    wait(county, at(9.99))
    assert county.case(number).taken_by == "clerk"
    wait(county, at(10))
    assert (county.case(number).taken_by, county.actions(number)[-1]) == ("", "release")

    answered = county.move(number, "answer", CLERK, seen)
    assert isinstance(answered, Case)
    assert answered.answered_by == "clerk"


def test_a_clerk_who_does_something_starts_the_claim_anew(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    county.now = at(9.7)
    county.move(number, "take", CLERK)
    wait(county, at(10.4))

    assert (county.texts(), county.case(number).taken_by) == ([], "clerk")


def test_a_released_case_goes_up_the_desks_ladder(county: County):
    county.asked_into(State.AT_DESK)
    wait(county, at(10.5))

    assert county.texts() == [("clerk", "desk_next"), ("clerk", "desk_new"), ("second", "desk_next")]


# The community


def test_contacts_are_asked_one_after_the_other_and_then_the_desk(county: County):
    """Trap 3: nobody answered; the case is back on the desk without an outcome, marked as nobody reached."""
    number = consulted(county, "+8613900010011", "+8613900010012")
    wait(county, at(9.49))
    assert [name for name, _ in county.texts()] == ["1"]
    wait(county, at(9.99))
    assert [name for name, _ in county.texts()] == ["1", "2"]
    wait(county, at(10.1))
    case = county.case(number)

    assert (case.state, case.nobody_reached, case.outcome, case.finding) == ("at_desk", True, "", None)


def test_trap_5_with_nobody_to_text_the_case_is_back_at_once(county: County):
    """Trap 5: a consultation without a single mobile number does not wait half an hour for nobody."""
    number = consulted(county)
    county.tick()

    assert (county.case(number).state, county.case(number).nobody_reached) == ("at_desk", True)


def test_a_statement_is_told_to_the_clerk_who_asked(county: County):
    number = consulted(county, "+8613900010011", "+8613900010012")
    county.tick()
    county.move(number, "state", CONTACT)
    wait(county, at(9.6))

    assert sorted(county.texts()) == [("1", "consult_contact"), ("clerk", "desk_statement")]
    assert county.case(number).wake_for == "claim"


def test_trap_26_a_statement_taken_by_telephone_sets_the_clock_right_and_texts_nobody_who_wrote_it(county: County):
    """Trap 26: the contacts are texted no more, the claim begins anew, and after its silence the case is anybody's."""
    number = consulted(county, "+8613900010011", "+8613900010012")
    county.tick()
    county.now = at(9.3)
    county.move(number, "state", CLERK)
    assert (county.case(number).wake_for, county.case(number).wake_at) == ("claim", at(9.3 + 0.75))
    county.tick()
    assert county.texts() == [("1", "consult_contact")]
    wait(county, at(10.4))
    assert (county.case(number).state, county.case(number).taken_by) == ("at_desk", "")


def test_trap_17_what_is_sent_again_goes_its_way_like_the_first_time(county: County):
    """Traps 17 and 27: the machine is asked, a person looks when it is silent, and the deadline is the old one."""
    (number,) = county.asked_into(State.RETURNED)
    due = county.case(number).due_at
    county.later(hours=2)
    county.move(number, "correct", ASKER)
    assert (county.case(number).state, county.case(number).wake_for) == ("asked", "machine")
    county.later(minutes=RULEBOOK.catalogue.item("kinship").machine_minutes)
    county.tick()
    case = county.case(number)

    assert (case.state, case.taken_by, case.due_at) == ("at_desk", "", due)
    assert county.texts() == [("clerk", "desk_new")]


# Returned and answered


def test_the_asker_of_a_returned_case_is_reminded(county: County):
    (number,) = county.asked_into(State.RETURNED)
    wait(county, at(23, 4))
    moves = [json.loads(letter.body)["move"] for letter in county.letters("outcome")]

    assert moves.count("remind") == 3
    assert county.case(number).state == "returned"
    assert county.texts() == []


def test_an_answer_nobody_disputes_is_accepted_after_ten_working_days(county: County):
    (number,) = county.asked_into(State.ANSWERED)
    wait(county, at(17.49, 16))
    assert county.case(number).state == "answered"
    wait(county, at(17.5, 16))

    assert (county.case(number).state, county.case(number).wake_at) == ("closed", None)
    assert (county.trail(number)[-1].action, county.trail(number)[-1].who) == ("accept", "clock")


# Dead numbers


class Landline(Console):
    """No text ever arrives at the first clerk's."""

    def send(self, to: str, text: str, callback_url: str = "", template: str = "") -> Sent:
        if to == "+8613900020001":
            raise PermanentFailure("21614", bad_number=True)
        return super().send(to, text, callback_url, template)


def _send_all(county: County) -> None:
    with county.database.read() as session:
        waiting = [Letter.post("alert", "alerts", "", {"alert": str(a.id)}, MONDAY) for a in session.exec(select(Alert))]
    Texting(county.database, [Landline()], lambda: county.now, "").deliver(waiting)


def test_where_a_number_is_dead_the_next_is_told_at_once(county: County):
    """The ladder stood for an hour at a clerk whom no text can reach."""
    handed_over(county)
    county.tick()
    _send_all(county)
    county.later(seconds=1)
    county.tick()
    assert county.texts() == WHOLE[:2]
    _send_all(county)
    county.later(minutes=5)
    county.tick()
    assert county.texts() == WHOLE[:2], "who was reached has the usual time"
    with county.database.read() as session:
        numbers = ["+8613900020001", "+8613900020002", "+8613900020003"]
        assert dead_among(session, numbers, county.now) == {"+8613900020001": "21614"}


# Texts for what is over


def _waiting(county: County) -> list[tuple[str, str]]:
    """Who would still be texted, and what: of the texts that have not gone."""
    with county.database.read() as session:
        waiting = session.exec(select(Alert).where(Alert.state == "queued").order_by(col(Alert.created_at))).all()
        wanted = still_wanted(session, waiting, county.now)
        return [(alert.recipient, alert.template) for alert in waiting if alert.id in wanted]


def test_after_forwarding_nobody_of_the_old_unit_is_told(county: County):
    """The old unit's clerk still got "at your window", up to a day later."""
    (number,) = handed_over(county)
    county.tick()
    county.move(number, "take", CLERK)
    county.move(number, "forward", CLERK)
    county.later(minutes=1)
    assert county.case(number).holder == "civil"
    assert _waiting(county) == []
    county.move(number, "hand_over", MACHINE)
    county.tick()

    assert "police" not in {unit_of(county, who) for who, _ in _waiting(county)}


def unit_of(county: County, username: str) -> str:
    with county.database.read() as session:
        return session.get_one(Account, username).unit


def test_of_each_kind_one_text_waits_and_a_new_ladder_takes_the_place_of_the_old(county: County):
    """Three of one kind came in a row, when the telephone was free again."""
    handed_over(county)
    wait(county, at(10, 5))

    assert len(county.texts()) > len(WHOLE), "told day after day"
    assert len(_waiting(county)) == len(set(_waiting(county))) <= len(WHOLE)


def test_a_second_community_gets_the_place_of_the_first(county: County):
    """Who was to be asked for another community and has not been texted yet is not texted any more."""
    number = consulted(county, "+8613900010011")
    county.tick()
    county.move(number, "hand_over", CLERK)
    county.move(number, "take", CLERK)
    county.later(minutes=5)
    county.move(number, "consult", CLERK, area="A")
    with county.database.write() as session:
        other = {"kind": "contact", "id": "9", "phone": "+8613900010099"}
        row = {"number": number, "kind": "consult", "area": "B", "started_at": county.now, "position": 0}
        start_ladders(session, [{**row, "steps": frozen_steps([("secretary", other, "consult_contact")], [0])}])
    county.tick()

    assert _waiting(county) == [("9", "consult_contact")]


# Texts that do not go out


def _ill_since_now(county: County) -> None:
    """What waits cannot go: the provider answers with a fault."""
    with county.database.write() as session:
        hear(session, [("twilio", AccountRefused("20003"))], county.now)
        for alert in session.exec(select(Alert).where(Alert.state == "queued")):
            alert.error = "20003"


def _well_again(county: County) -> None:
    with county.database.write() as session:
        hear(session, [("twilio", None)], county.now)
        for alert in session.exec(select(Alert).where(Alert.state == "queued")):
            alert.move(AlertState.SENT, county.now)


def test_a_ladder_waits_where_nobody_could_be_told(county: County):
    """The first clerk's text stands still: the next, the leader and the supervisor are not counted as told one after the other."""
    handed_over(county)
    county.tick()
    _ill_since_now(county)
    wait(county, at(16))
    assert county.texts() == WHOLE[:1]
    _well_again(county)
    wait(county, at(17.9))

    assert county.texts() == WHOLE[:2], "from then on in its usual time"


def test_the_community_is_not_given_up_where_nobody_could_be_told(county: County):
    number = consulted(county, "+8613900010011", "+8613900010012")
    county.tick()
    _ill_since_now(county)
    wait(county, at(17))

    assert (county.case(number).state, county.case(number).nobody_reached) == ("with_contact", False)


def test_whose_reminder_stands_still_keeps_the_case(county: County):
    """A clerk was called silent of whom nobody had asked anything."""
    (number,) = county.asked_into(State.AT_DESK)
    with county.database.read() as session:
        reminded_at = session.get_one(Case, number).wake_at
    assert reminded_at is not None
    wait(county, reminded_at)
    assert county.texts()[-1] == ("clerk", "desk_next")
    _ill_since_now(county)
    wait(county, at(17.9))
    assert county.case(number).taken_by == "clerk"
    _well_again(county)
    wait(county, at(12, 3))
    assert county.case(number).taken_by == ""


# All together


@pytest.mark.parametrize("state", [State.ASKED, State.AT_DESK, State.WITH_CONTACT, State.RETURNED])
def test_trap_3_left_alone_for_a_month_no_case_gets_an_answer(county: County, state: State):
    """Trap 3: silence is never an answer, whoever is silent; and the auditor never finds a case without a timer."""
    (number,) = county.asked_into(state)
    for day in range(3, 31, 3):
        county.now = at(10, day)
        county.tick()
        with county.database.write() as session:
            mark_overdue(session, county.now, RULEBOOK.calendar)
            assert unwatched(session, county.now) == 0
    case = county.case(number)

    assert case.open
    assert (case.outcome, case.finding, case.answered_at) == ("", None, None)
    late = county.move(number, "find", MACHINE) if state != State.RETURNED else county.move(number, "correct", ASKER)
    assert isinstance(late, Case)


@pytest.mark.parametrize("what", ["machine", "desk", "ladder", "claim", "silent", "stated", "returned", "accept", "consult"])
def test_200_cases_with_one_need_cost_as_many_statements_as_one(database: Database, what: str):
    county = settle(database)

    def cost(count: int) -> int:
        numbers = _needing(county, what, count)
        with county.database.write() as session, counted(database) as statements:
            assert wake_cases(session, county.now, RULEBOOK) == count
        assert len(numbers) == count
        _put_away(county, numbers)
        return len(statements)

    with never_remembered():
        assert cost(200) == cost(1) <= 16


def _needing(county: County, what: str, count: int) -> list[str]:
    """So many cases that need the same of the clock now, and nothing else that does."""
    county.now = MONDAY
    states = {"machine": State.ASKED, "returned": State.RETURNED, "accept": State.ANSWERED, "consult": State.WITH_CONTACT}
    numbers = (
        handed_over(county, count) if what in ("desk", "ladder") else county.asked_into(states.get(what, State.AT_DESK), count)
    )
    if what == "ladder":
        county.tick()
    if what == "stated":
        county.moves([wish(number, "state", CONTACT) for number in numbers])
    with county.database.write() as session:
        for case in session.exec(select(Case).where(col(Case.number).in_(numbers))):
            case.wake_at, case.wake_for = county.now, what
    return numbers


def _put_away(county: County, numbers: Sequence[str]) -> None:
    with county.database.write() as session:
        session.exec(update(Case).where(col(Case.number).in_(numbers)).values(wake_at=None))
