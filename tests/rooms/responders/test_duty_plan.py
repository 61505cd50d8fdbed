"""Planning duty: who may plan what, what cannot be planned, and what is left on the trail."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import select

from access.accounts import Account
from access.principal import Principal
from cases.actions import ActionContext
from cases.duty.absence import Absence
from cases.duty.rota import on_duty
from cases.duty.standing_order import Duty
from cases.trail.trail import Trail
from responders.duty.duty_plan import AbsenceForm, OrderForm, Planner, ShiftForm
from storage.problem import Problem
from tests.kinds import once
from tests.rooms.county import County
from tests.routes import RULEBOOK

TUESDAY, SATURDAY = date(2026, 3, 3), date(2026, 3, 7)


def principal(username: str) -> Principal:
    return Principal(username, f"{username}甲", "police", frozenset({"clerk"}), "zh")


def plan(county: County, who: str, do: str, form: Any) -> None:
    with county.database.write() as session:
        getattr(Planner(ActionContext(session, principal(who), county.now, RULEBOOK)), do)(form)


def wrong(county: County, who: str, do: str, form: Any) -> tuple[str, str]:
    with pytest.raises(Problem) as caught:
        plan(county, who, do, form)
    (fault,) = caught.value.faults
    return fault.field, fault.code


def there(county: County, day: int = 3) -> list[str]:
    """Who is told on that day of March, in order; a leader in brackets."""
    with county.database.read() as session:
        stands = on_duty(session, ["police"], datetime(2026, 3, day, 2, tzinfo=UTC))["police"]
    return [f"({one.account.username})" if one.leader else one.account.username for one in stands]


def away(first: int = 3, last: int = 4, **more: str) -> AbsenceForm:
    return AbsenceForm(first_day=date(2026, 3, first), last_day=date(2026, 3, last), **more)


def last_line(county: County) -> Trail:
    with county.database.read() as session:
        return session.exec(select(Trail).order_by(Trail.id.desc())).first()  # type: ignore[union-attr, return-value]


def test_the_leader_sets_and_unsets_who_stands_first(county: County):
    plan(county, "leader", "set_shift", ShiftForm(day=TUESDAY, username="second"))
    assert there(county) == ["second", "clerk", "(leader)"]
    assert (last_line(county).action, last_line(county).details) == ("duty_shift", {"day": "2026-03-03", "clerk": "second"})
    plan(county, "leader", "set_shift", ShiftForm(day=TUESDAY))
    assert there(county) == ["clerk", "second", "(leader)"]


@pytest.mark.parametrize("gone", ["away", "off"])
def test_trap_24_with_the_leader_gone_and_nobody_in_their_place_everybody_arranges(county: County, gone: str):
    """Trap 24: nobody can act while the one who decides is away. Back again, the leader decides alone."""
    assert wrong(county, "second", "set_shift", ShiftForm(day=TUESDAY, username="clerk")) == ("username", "not_yours")
    if gone == "away":
        plan(county, "leader", "add_absence", away(first=2))
    else:
        with county.database.write() as session:
            session.get_one(Account, "leader").active = False
    plan(county, "second", "set_shift", ShiftForm(day=TUESDAY, username="clerk"))
    assert there(county)[0] == "clerk"

    if gone == "away":
        plan(county, "leader", "end_absence", 1)
        assert wrong(county, "second", "set_shift", ShiftForm(day=TUESDAY, username="leader")) == ("username", "not_yours")


def test_a_clerk_gives_an_own_day_away_and_takes_a_colleagues(county: County):
    plan(county, "clerk", "set_shift", ShiftForm(day=TUESDAY, username="second"))
    plan(county, "clerk", "set_shift", ShiftForm(day=TUESDAY, username="clerk"))

    assert there(county)[0] == "clerk"


def test_a_clerk_cannot_give_away_a_colleagues_day(county: County):
    assert wrong(county, "second", "set_shift", ShiftForm(day=TUESDAY, username="leader")) == ("username", "not_yours")


@once
@pytest.mark.parametrize(
    ("form", "fault"),
    [
        (ShiftForm(day=SATURDAY, username="clerk"), ("day", "closed")),
        (ShiftForm(day=date(2026, 3, 1), username="clerk"), ("day", "not_then")),
        (ShiftForm(day=date(2027, 3, 9), username="clerk"), ("day", "not_then")),
        (ShiftForm(day=TUESDAY, username="asker"), ("username", "not_a_clerk")),
    ],
)
def test_a_day_that_cannot_be_set_is_refused_by_name(county: County, form: ShiftForm, fault: tuple[str, str]):
    assert wrong(county, "leader", "set_shift", form) == fault


def test_nobody_stands_first_on_a_day_of_absence(county: County):
    plan(county, "clerk", "add_absence", away())

    assert wrong(county, "clerk", "set_shift", ShiftForm(day=TUESDAY, username="clerk")) == ("username", "away")


def test_an_absence_with_a_deputy_ends_when_it_is_taken_back(county: County):
    plan(county, "clerk", "add_absence", away(deputy="leader"))
    assert [there(county, day) for day in (2, 3, 4, 5)] == [
        ["clerk", "second", "(leader)"],
        ["leader", "second", "(leader)"],
        ["leader", "second", "(leader)"],
        ["clerk", "second", "(leader)"],
    ]
    plan(county, "clerk", "end_absence", 1)
    assert there(county)[0] == "clerk"
    assert (last_line(county).action, last_line(county).who) == ("duty_back", "clerk")
    with pytest.raises(Problem):
        plan(county, "clerk", "end_absence", 1)


@once
@pytest.mark.parametrize(
    ("form", "fault"),
    [
        (away(4, 3), ("last_day", "backwards")),
        (AbsenceForm(first_day=date(2026, 2, 1), last_day=date(2026, 3, 1)), ("last_day", "over")),
        (AbsenceForm(first_day=TUESDAY, last_day=date(2027, 6, 1)), ("last_day", "not_then")),
        (away(deputy="clerk"), ("deputy", "oneself")),
        (away(deputy="asker"), ("deputy", "not_a_clerk")),
        (away(deputy="second"), ("deputy", "away")),
        (away(username="asker"), ("username", "not_a_clerk")),
        (away(username="second"), ("username", "not_yours")),
    ],
)
def test_an_absence_that_cannot_be_is_refused_by_name(county: County, form: AbsenceForm, fault: tuple[str, str]):
    plan(county, "leader", "add_absence", away(4, 9, username="second"))

    assert wrong(county, "clerk", "add_absence", form) == fault
    with county.database.read() as session:
        assert len(session.exec(select(Absence)).all()) == 1


def test_nobody_is_away_twice(county: County):
    plan(county, "clerk", "add_absence", away())

    assert wrong(county, "clerk", "add_absence", away(4, 5)) == ("first_day", "away_then")


def test_a_colleagues_absence_is_not_ended_by_just_anybody(county: County):
    plan(county, "clerk", "add_absence", away())

    assert wrong(county, "second", "end_absence", 1) == ("absence", "not_yours")


def test_the_leader_changes_the_order(county: County):
    for username, change in [("second", "up"), ("clerk", "lead"), ("leader", "follow"), ("leader", "up"), ("leader", "up")]:
        plan(county, "leader" if change != "up" or username == "second" else "clerk", "change_order",
             OrderForm(username=username, change=change))  # fmt: skip

    assert there(county) == ["leader", "second", "(clerk)"]
    with county.database.read() as session:
        assert sorted(duty.place for duty in session.exec(select(Duty)).all()) == [1, 2, 3]


def test_somebody_is_put_into_the_order_and_taken_out(county: County):
    with county.database.write() as session:
        session.add(Account(username="new", name="新", unit="police", roles=["clerk"], phone="+8613900020005"))
    for _ in range(2):
        plan(county, "leader", "change_order", OrderForm(username="new", change="add"))
    assert there(county) == ["clerk", "second", "new", "(leader)"]
    plan(county, "leader", "change_order", OrderForm(username="clerk", change="off"))
    assert there(county) == ["second", "new", "(leader)"]


def test_only_who_leads_changes_the_order_and_without_a_leader_everybody(county: County):
    form = OrderForm(username="second", change="up")
    assert wrong(county, "second", "change_order", form) == ("username", "not_yours")
    plan(county, "leader", "change_order", OrderForm(username="leader", change="off"))
    plan(county, "second", "change_order", form)

    assert there(county) == ["second", "clerk"]


def test_who_stands_in_for_the_leader_plans_meanwhile(county: County):
    plan(county, "leader", "add_absence", away(2, 2, deputy="second"))
    plan(county, "second", "change_order", OrderForm(username="second", change="up"))

    assert there(county)[0] == "second"
