"""Departures: what a clerk had in hand who is not there any more is the desk's at once, and somebody hears of it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from access.accounts import Account
from access.freezes import ACCOUNT, UNIT
from access.principal import Principal
from administrators.accounts.accounts import follow_duty
from cases.actions import ActionContext
from cases.duty.absence import Absence
from cases.lifecycle import State
from contacts.alerts.alerts import Alert
from contacts.alerts.still_wanted import still_wanted
from contacts.departures import NOT_THERE, any_orphans, take_back
from deploy.clock import Clock
from responders.duty.duty_plan import AbsenceForm, Planner
from responders.escalation.ladders import frozen_steps, start_ladders
from supervisors.holds.freezing import do_freeze
from tests.rooms.county import CONTACT, MACHINE, SECOND, County, counted, wish
from tests.routes import RULEBOOK

WATCHER = Principal("supervisor", "甲", "data-office", frozenset({"supervisor"}), "en")
LEADER = Principal("leader", "甲", "police", frozenset({"clerk"}), "en")
Leave = Callable[[County], None]


def freeze(kind: str, subject: str) -> Leave:
    """A supervisor freezes this."""

    def leave(county: County) -> None:
        with county.database.write() as session:
            do_freeze(ActionContext(session, WATCHER, county.now, RULEBOOK), kind, subject, "a lost key")

    return leave


def change(**values: object) -> Leave:
    """The clerk's account is changed by a way that looks after no case: the clock sees it."""

    def leave(county: County) -> None:
        with county.database.write() as session:
            account = session.get_one(Account, "clerk")
            account.sqlmodel_update(values)
            session.flush()
            follow_duty(session, account)
        beat(county)

    return leave


def go_away(county: County, deputy: str = "", username: str = "clerk") -> None:
    """The leader enters that somebody is away from today on."""
    with county.database.write() as session:
        days = {"first_day": date(2026, 3, 2), "last_day": date(2026, 3, 6)}
        acting = ActionContext(session, LEADER, county.now, RULEBOOK)
        Planner(acting).add_absence(AbsenceForm(username=username, deputy=deputy, **days))


def beat(county: County) -> None:
    """One round of the clock."""
    Clock(county.database, RULEBOOK, lambda: county.now, lambda _now: None).beat()


def consulted(county: County, count: int = 1) -> list[str]:
    """Cases whose clerk asks the community; its first contact was texted."""
    numbers = county.asked_into(State.WITH_CONTACT, count)
    people = [("secretary", {"kind": "contact", "id": str(n), "phone": f"+861390001001{n}"}, "consult_contact") for n in (1, 2)]
    ladder = {"kind": "consult", "area": "A", "started_at": county.now, "position": 0, "steps": frozen_steps(people, [0, 30, 60])}
    with county.database.write() as session:
        start_ladders(session, [{"number": number, **ladder} for number in numbers])
    county.tick()
    return numbers


def told(county: County) -> list[tuple[str, str]]:
    """The texts to people of the house, by name."""
    return sorted(text for text in county.texts() if text[1] != "consult_contact")


LEAVES = {
    "frozen": freeze(ACCOUNT, "clerk"),
    "off": change(active=False),
    "other unit": change(unit="civil"),
    "no clerk": change(roles=["asker"]),
    "away": go_away,
}


@pytest.mark.parametrize("how", LEAVES)
def test_what_somebody_gone_had_in_hand_is_the_desks_at_once(county: County, how: str):
    (desk,), (community,) = county.asked_into(State.AT_DESK), consulted(county)
    county.later(minutes=1)
    LEAVES[how](county)

    for number, state in ((desk, "at_desk"), (community, "with_contact")):
        case, line = county.case(number), county.trail(number)[-1]
        assert (case.taken_by, case.taken_at, case.state) == ("", None, state)
        assert (line.action, line.who, line.note, line.details) == ("release", "clock", NOT_THERE, {"clerk": "clerk"})
    county.tick()
    assert told(county) == [("second", "desk_left"), ("second", "desk_new")]


def test_a_whole_unit_that_is_frozen_leaves_its_cases_to_the_supervisor(county: County):
    (desk,), (community,) = county.asked_into(State.AT_DESK), consulted(county)
    freeze(UNIT, "police")(county)
    county.tick()

    assert [county.case(number).taken_by for number in (desk, community)] == ["", ""]
    assert told(county) == [("supervisor", "supervisor_alert")]


def test_others_keep_what_they_have(county: County):
    mine, theirs = county.ask(2)
    for number, who in ((mine, SECOND), (theirs, SECOND)):
        county.moves([wish(number, "hand_over", MACHINE), wish(number, "take", who)])
    freeze(ACCOUNT, "clerk")(county)
    beat(county)

    assert [county.case(number).taken_by for number in (mine, theirs)] == ["second", "second"]
    with county.database.read() as session:
        assert not any_orphans(session, county.now)


def test_who_takes_a_case_while_away_is_there_for_it(county: County):
    go_away(county)
    county.later(minutes=1)
    (number,) = county.asked_into(State.AT_DESK)
    beat(county)
    assert county.case(number).taken_by == "clerk"

    county.later(days=1)
    with county.database.write() as session:
        assert take_back(session, county.now, RULEBOOK) == 1, "what was left over night is taken back with the new day"


def test_an_absence_that_begins_later_takes_nothing_today(county: County):
    (number,) = consulted(county)
    with county.database.write() as session:
        days = {"first_day": date(2026, 3, 3), "last_day": date(2026, 3, 6)}
        acting = ActionContext(session, LEADER, county.now, RULEBOOK)
        Planner(acting).add_absence(AbsenceForm(username="clerk", deputy="", **days))
    beat(county)
    assert county.case(number).taken_by == "clerk"

    county.later(hours=15)  # midnight
    beat(county)
    assert county.case(number).taken_by == ""


def test_trap_23_the_substitute_is_told_that_something_waits_in_somebodys_place(county: County):
    """Trap 23: one text for all of it, though the substitute be third in the order."""
    county.asked_into(State.AT_DESK, 2)
    consulted(county)
    county.later(minutes=1)
    go_away(county, deputy="leader")

    assert told(county) == [("leader", "desk_deputy")]
    with county.database.read() as session:
        assert session.exec(select(Alert.params).where(Alert.recipient == "leader")).one() == {"count": 3}


def test_a_statement_about_a_case_without_its_clerk_goes_the_desks_way(county: County):
    (number,) = consulted(county)
    freeze(ACCOUNT, "clerk")(county)
    county.later(minutes=5)
    county.move(number, "state", CONTACT)
    county.tick()

    assert told(county) == [("second", "desk_left"), ("second", "desk_new")]


def test_a_text_already_ordered_is_not_sent_to_somebody_gone_and_the_next_is_told_at_once(county: County):
    (number,) = county.ask()
    county.move(number, "hand_over", MACHINE)
    county.tick()
    assert county.texts() == [("clerk", "desk_new")]
    with county.database.read() as session:
        alert = session.exec(select(Alert)).one()
        assert still_wanted(session, [alert], county.now) == {alert.id}
    county.later(minutes=1)
    freeze(ACCOUNT, "clerk")(county)
    with county.database.read() as session:
        assert still_wanted(session, [alert], county.now) == set()
    county.tick()

    assert county.texts()[1:] == [("second", "desk_next")]


@pytest.mark.parametrize(("entered", "wanted"), [(timedelta(minutes=1), False), (timedelta(minutes=-1), True)])
def test_a_text_to_somebody_away_is_wanted_only_where_that_was_known(county: County, entered: timedelta, wanted: bool):
    """Who is urged while away has taken the case while away: they read it."""
    (number,) = county.ask()
    county.move(number, "hand_over", MACHINE)
    county.tick()
    with county.database.write() as session:
        days = {"first_day": date(2026, 3, 2), "last_day": date(2026, 3, 6), "entered_at": county.now + entered}
        session.add(Absence(username="clerk", unit="police", entered_by="leader", **days))
    county.later(minutes=2)
    with county.database.read() as session:
        alerts = session.exec(select(Alert).where(Alert.recipient == "clerk")).all()
        assert (len(alerts), len(still_wanted(session, alerts, county.now))) == (1, int(wanted))


def test_many_cases_cost_as_many_statements_as_one(county: County):
    def cost(count: int) -> int:
        county.asked_into(State.AT_DESK, count)
        with county.database.write() as session:
            session.get_one(Account, "clerk").active = False
        with county.database.write() as session, counted(county.database) as statements:
            assert take_back(session, county.now, RULEBOOK) == count
        with county.database.write() as session:
            session.get_one(Account, "clerk").active = True
        return len(statements)

    assert cost(30) == cost(1)


def test_the_page_that_switches_an_account_off_takes_back_at_once(office):  # type: ignore[no-untyped-def]
    county, desk = office.county, office.client()
    (number,) = county.asked_into(State.AT_DESK)
    assert desk.post("/admin/accounts/clerk/off").status_code == 303
    assert county.case(number).taken_by == ""
    with county.database.read() as session:
        line = session.exec(select(Alert).order_by(col(Alert.created_at))).first()
    assert line is None, "the desk's ladder tells"
