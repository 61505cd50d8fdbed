"""Texting: what was ordered goes out once it is still wanted; the clock's chores send again and look at what is in doubt."""

import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from broker.letter import Letter
from cases.case import Case
from cases.lifecycle import State
from contacts.alerts.alerts import LETTER_GRACE, Alert, Order, due, order
from contacts.alerts.delivery import FRESH
from contacts.alerts.still_wanted import still_wanted
from contacts.alerts.texting import Texting
from contacts.sms.console import Console
from contacts.sms.provider import Sent, TemporaryFailure
from deploy.settings import Settings
from tests.rooms.county import CLERK, MACHINE, MONDAY, SECOND, County, counted
from tests.routes import RULEBOOK

TEMPLATES = {"desk": "desk_new", "consult": "consult_contact", "supervisor": "supervisor_overdue", "verify": "verify_contact"}
KINDS = {"supervisor": "supervisor"}
PARAMS = {"number_tail": "0042", "minutes": 30, "due": "11-24 09:00", "window_phone": "0579-85230000", "count": 1}


def ordered(county: County, number: str, purpose: str = "desk", recipient: str = "clerk", phone: str = "+8613900020001") -> Alert:
    text = Order(
        about=number, purpose=purpose, recipient_kind=KINDS.get(recipient, "clerk"), recipient=recipient, to_number=phone,
        template=TEMPLATES[purpose],
        params=PARAMS, wants_reply=purpose in ("consult", "verify"),
    )  # fmt: skip
    with county.database.write() as session:
        return order(session, [text], county.now)[0]


def wanted(county: County, *alerts: Alert) -> list[bool]:
    with county.database.read() as session:
        there = still_wanted(session, alerts, county.now)
    return [alert.id in there for alert in alerts]


def texting(county: County, *providers: Console) -> Texting:
    return Texting(county.database, providers, lambda: county.now, Settings())


def state(county: County, alert: Alert) -> str:
    with county.database.read() as session:
        return session.get_one(Alert, alert.id).state


def letter(*alerts: Alert) -> list[Letter]:
    return [Letter.post("alert", "alerts", alert.about, {"alert": str(alert.id)}, MONDAY) for alert in alerts]


@pytest.mark.parametrize(
    ("purpose", "states"),
    [
        ("desk", {State.AT_DESK}),
        ("consult", {State.WITH_CONTACT}),
        ("supervisor", {State.ASKED, State.AT_DESK, State.WITH_CONTACT}),
        ("verify", set(State)),
    ],
)
def test_trap_4_a_text_is_wanted_only_where_its_purpose_still_is(county: County, purpose: str, states: set[State]):
    """Trap 4: notices that go on after the answer. Each purpose has the states in which somebody should still get it."""
    there = {state: ordered(county, county.asked_into(state)[0], purpose) for state in State}
    if purpose == "supervisor":
        with county.database.write() as session:
            for case in session.exec(select(Case)):
                case.due_at = county.now - timedelta(minutes=1)

    assert {state for state, alert in there.items() if wanted(county, alert) == [True]} == states


def test_trap_4_what_somebody_took_is_wanted_by_nobody_else(county: County):
    """Trap 4: the clerk who has the case may be reminded; colleagues, the leader and the supervisor are left in peace."""
    (number,) = county.asked_into(State.AT_DESK)
    alerts = [ordered(county, number, recipient=name) for name in ("clerk", "second", "leader", "supervisor")]
    assert wanted(county, *alerts) == [True, False, False, False]
    county.move(number, "release", CLERK)
    assert wanted(county, *alerts) == [True] * 4
    county.move(number, "take", SECOND)
    assert wanted(county, *alerts) == [False, True, False, False]


def test_what_was_overdue_and_got_more_time_is_not_told_as_overdue(county: County):
    (number,) = county.asked_into(State.AT_DESK)

    assert wanted(county, ordered(county, number, "supervisor")) == [False], "its time is not over"


def kept(county: County, template: str, recipient: str = "clerk") -> bool:
    """Whether a text that only counts cases is still wanted."""
    text = Order(
        purpose="desk", recipient_kind="clerk", recipient=recipient, to_number="+8613900020001", template=template, params=PARAMS
    )
    with county.database.write() as session:
        (alert,) = order(session, [text], county.now)
    return wanted(county, alert) == [True]


def test_a_text_that_counts_cases_goes_while_there_is_one(county: County):
    """Ordered in the evening, it waits for the morning; by then a colleague may have answered all of it."""
    texts = ("desk_handed", "desk_deputy", "desk_left", "supervisor_overdue_many")
    assert [kept(county, template) for template in texts] == [False] * 4
    (number,) = county.asked_into(State.AT_DESK)
    assert [kept(county, template) for template in texts] == [True, True, True, False]
    assert [kept(county, template, "second") for template in texts] == [False] * 4, "a colleague has it"
    county.now = county.case(number).due_at + timedelta(minutes=1)
    assert kept(county, "supervisor_overdue_many")
    county.move(number, "find", MACHINE)
    assert [kept(county, template) for template in texts] == [False] * 4


def test_what_came_too_late_to_be_of_use_is_not_sent(county: County):
    """A code is good for ten minutes: half an hour later nobody knows what it was for."""
    code = ordered(county, "", "verify")
    assert wanted(county, code) == [True]
    county.later(minutes=11)
    assert wanted(county, code) == [False]


def test_urgent_ones_go_first_through_a_busy_phone(county: County):
    """The urge had to wait behind whatever else the throttle held back for this telephone."""
    numbers = county.asked_into(State.AT_DESK, 6)
    routine, console = [ordered(county, number) for number in numbers], Console()
    sender = texting(county, console)
    sender.deliver(letter(*routine))
    with county.database.write() as session:
        urge = Order(
            about=numbers[-1], purpose="urge", recipient_kind="clerk", recipient="clerk", to_number="+8613900020001",
            template="desk_urged", params=PARAMS,
        )  # fmt: skip
        (urged,) = order(session, [urge], county.now)
    sender.deliver(letter(urged))
    assert state(county, urged) == "queued", "one a minute"
    with county.database.write() as session:
        first = due(session, county.later(minutes=1, seconds=1))[0].id
    sender.deliver(letter(*routine, urged))

    assert (first, state(county, urged)) == (urged.id, "sent")


def test_what_comes_late_waits_for_the_morning(county: County):
    """A provider that is well again at three in the morning wakes nobody up; who waits for a code gets it."""
    (number,) = county.asked_into(State.AT_DESK)
    late, code = ordered(county, number), ordered(county, "", "verify")
    night = county.later(hours=9)  # after six in the evening
    opening = RULEBOOK.calendar.next_opening(night)
    assert opening > night
    Texting(county.database, [Console()], lambda: county.now, "", RULEBOOK.calendar.next_opening).chores(night)
    with county.database.read() as session:
        tries = [session.get_one(Alert, alert.id).next_try_at for alert in (late, code)]

    assert tries == [opening, night + LETTER_GRACE]


def test_a_letter_that_lay_over_closing_time_wakes_nobody(county: County):
    """The text was ordered by day; whoever sends it came back in the evening."""
    (number,) = county.asked_into(State.AT_DESK)
    late, code = ordered(county, number), ordered(county, "", "verify")
    night = county.later(hours=9)
    texting = Texting(county.database, [Console()], lambda: county.now, "", RULEBOOK.calendar.next_opening)
    texting.deliver([*letter(late), *letter(code)])

    assert (state(county, late), state(county, code)) == ("queued", "dropped")  # whether anybody waits for a code is asked at once
    with county.database.read() as session:
        assert session.get_one(Alert, late.id).next_try_at == RULEBOOK.calendar.next_opening(night)


def test_what_is_about_no_case_is_always_wanted(county: County):
    assert wanted(county, ordered(county, ""), ordered(county, "20200101-AAAAAAAA", "supervisor")) == [True, True]


def test_asking_costs_two_queries_for_any_number(county: County):
    alerts = [ordered(county, number) for number in county.asked_into(State.AT_DESK, 30)]
    with county.database.read() as session, counted(county.database) as statements:
        still_wanted(session, alerts, county.now)

    assert len(statements) == 2


def test_a_wanted_text_goes_out_once(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    alert, console = ordered(county, number), Console()
    sender = texting(county, console)
    sender.deliver(letter(alert) * 2)
    sender.deliver(letter(alert))

    assert state(county, alert) == "sent"
    assert len(console.find_recent(alert.to_number, alert.text(), MONDAY)) == 1


def test_trap_4_an_answered_cases_text_is_dropped_at_the_last_moment(county: County):
    """Trap 4: ordered, queued, and then the machine answers: nothing goes out."""
    (number,) = county.ask()
    county.move(number, "hand_over", MACHINE)
    alert, console = ordered(county, number), Console()
    county.move(number, "find", MACHINE)
    texting(county, console).deliver(letter(alert))

    assert state(county, alert) == "dropped"
    assert console.find_recent(alert.to_number, alert.text(), MONDAY) == []


def test_a_letter_about_nothing_is_nothing(county: County):
    letters = [Letter.post("alert", "alerts", "", {}, MONDAY)]
    letters += [Letter.post("alert", "alerts", "", {"alert": str(UUID(int=1))}, MONDAY)]
    (number,) = county.asked_into(State.AT_DESK)
    alert, console = ordered(county, number), Console()
    texting(county, console).deliver(letters)

    assert (state(county, alert), console.find_recent(alert.to_number, alert.text(), MONDAY)) == ("queued", [])
    texting(county, console).deliver([*letters, *letter(alert)])
    assert state(county, alert) == "sent", "what is about nothing holds up nobody"


def test_trap_11_a_lost_letter_is_posted_again_by_the_clock(county: County):
    """Trap 11: the time of the next try is a row; a letter that never came is written anew after a minute, once."""
    (number,) = county.asked_into(State.AT_DESK)
    ordered(county, number)
    sender = texting(county, Console())
    sender.chores(county.later(seconds=59))
    assert len(county.letters("alert")) == 1
    sender.chores(county.later(seconds=1))
    sender.chores(county.now)

    assert len(county.letters("alert")) == 2


def test_a_text_whose_sender_died_is_looked_for(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    alert, console = ordered(county, number), Console()
    with county.database.write() as session:
        there = session.get_one(Alert, alert.id)
        there.state, there.claimed_at, there.next_try_at = "sending", MONDAY, None
    console.send(alert.to_number, alert.text())
    texting(county, console).chores(MONDAY + timedelta(minutes=2))

    assert state(county, alert) == "sent", "the provider has it: it is not sent again"


def test_without_anything_to_do_the_chores_only_look(county: County):
    with counted(county.database) as statements:
        texting(county, Console()).chores(MONDAY)

    assert {statement.split()[0] for statement in statements} == {"SELECT"}
    with county.database.read() as session:
        assert session.exec(select(Alert)).all() == []


class Slow(Console):
    """A provider that takes its time and then refuses; meanwhile somebody answers the case."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self.asked, self._meanwhile = 0, meanwhile

    def send(self, to: str, text: str, callback_url: str = "", template: str = "") -> Sent:
        self.asked += 1
        self._meanwhile()
        time.sleep(FRESH)
        raise TemporaryFailure("20429")


def test_nothing_is_sent_again_for_what_was_answered_while_the_provider_thought(county: County):
    """A process that was stopped between its claim and its call looks again too: a text after the answer helps nobody."""
    (number,) = county.asked_into(State.AT_DESK)
    alert, second = ordered(county, number), Console()
    slow = Slow(lambda: county.move(number, "find", MACHINE))

    texting(county, slow, second).deliver(letter(alert))

    assert (slow.asked, second.find_recent(alert.to_number, alert.text(), MONDAY), state(county, alert)) == (1, [], "dropped")
