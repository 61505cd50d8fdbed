"""Duty in the browser: who is there when, shifts, absences, the standing order, and handing one's own cases over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.authentication import Door
from access.principal import Visitor
from access.units import Unit
from cases.actions import Doer, read_form
from cases.calendar.deadlines import Calendar
from cases.duty.gaps import AHEAD, gaps_of
from cases.duty.rota import Rota, Stand, office_days, read_rotas
from contacts.phone_numbers import takes_sms
from responders.duty.duty_plan import AHEAD as PLANNED
from responders.duty.duty_plan import AbsenceForm, OrderForm, Planner, ShiftForm, arranges
from responders.duty.handovers import hand_over, held_by
from storage.problem import FieldFault, Problem
from web.context import house_of
from web.form_data import FormTyped, Typed, filled

router = APIRouter(include_in_schema=False)
Clerk = Annotated[Visitor, Depends(Door("clerk"))]
CHOSEN = "case-"  # the field of one case's box: the name before the number
Do = Callable[[Doer], None]


@dataclass
class Tried:
    """What was tried: which form, what was typed, and why it was not done. Empty when the page is just opened."""

    form: str = ""
    typed: Typed = field(default_factory=dict)
    faults: Sequence[FieldFault] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One working day: clerks in order, who leads, who is away, whether a shift was set, and whether nobody would be told."""

    day: date
    clerks: Sequence[Stand]
    leaders: Sequence[Stand]
    away: Sequence[str]
    shift: str
    alone: bool


@router.get("/duty")
def show_duty(request: Request, visitor: Clerk, since: date | None = None) -> Response:
    """Two weeks from today, or from a later day."""
    return _page(request, visitor, Tried(), since)


def _page(request: Request, visitor: Visitor, tried: Tried, since: date | None = None) -> Response:
    house, now = house_of(request), house_of(request).now()
    calendar = house.rulebook.calendar
    today = calendar.day_at(now)
    start = min(max(since or today, today), date.fromordinal(today.toordinal() + 330))
    with house.database.read() as session:
        values = _values(session, visitor, now, calendar, office_days(calendar, start, AHEAD + 1))
    values |= {"tried": tried, "today": today, "later": start > today, "takes_sms": takes_sms, "chosen": CHOSEN}
    return house.page(request, "responders/duty.html", 422 if tried.faults else 200, visitor=visitor, **values)


def _values(session: Session, visitor: Visitor, now: datetime, calendar: Calendar, days: Sequence[date]) -> dict[str, Any]:
    # The first of the days that are not shown any more is where the next page begins.
    shown, today = days[:-1], calendar.day_at(now)
    rota = read_rotas(session, [visitor.unit], today, max(shown[-1], today + PLANNED))[visitor.unit]
    gaps = gaps_of(rota, shown, takes_sms)
    alone = {day for gap in gaps if gap.serious for day in shown if gap.first <= day <= gap.last}
    return {
        "unit": session.get_one(Unit, visitor.unit),
        "rota": rota,
        "rows": [_row(rota, day, day in alone) for day in shown],
        "gaps": gaps,
        "held": held_by(session, visitor.unit, visitor.username),
        "arranges": arranges(rota, visitor.username, today),
        "next": days[-1],
    }


def _row(rota: Rota, day: date, alone: bool) -> Row:
    there, shift = rota.there(day), rota.shifts.get(day)
    clerks = [stand for stand in there if not stand.leader]
    leaders = [stand for stand in there if stand.leader]
    away = [one.username for one in rota.absences if one.covers(day) and one.username in rota.people]
    return Row(day, clerks, leaders, away, shift.username if shift else "", alone)


@router.post("/duty/shift")
def set_shift(request: Request, visitor: Clerk, typed: FormTyped) -> Response:
    """Somebody stands first on a day."""
    return _try(request, visitor, Tried("shift", typed), lambda doer: Planner(doer).set_shift(_read(ShiftForm, typed)))


@router.post("/duty/away")
def add_absence(request: Request, visitor: Clerk, typed: FormTyped) -> Response:
    """Somebody will be away."""
    return _try(request, visitor, Tried("away", typed), lambda doer: Planner(doer).add_absence(_read(AbsenceForm, typed)))


@router.post("/duty/away/{absence}/end")
def end_absence(request: Request, absence: int, visitor: Clerk, typed: FormTyped) -> Response:
    """Somebody is back."""
    return _try(request, visitor, Tried("back", typed), lambda doer: Planner(doer).end_absence(absence))


@router.post("/duty/order")
def change_order(request: Request, visitor: Clerk, typed: FormTyped) -> Response:
    """Changes the standing order."""
    return _try(request, visitor, Tried("order", typed), lambda doer: Planner(doer).change_order(_read(OrderForm, typed)))


@router.post("/duty/hand-over")
def pass_cases(request: Request, visitor: Clerk, typed: FormTyped) -> Response:
    """Gives the chosen cases to a colleague."""
    numbers = [name.removeprefix(CHOSEN) for name in typed if name.startswith(CHOSEN)]
    clerk, note = typed.get("clerk", ""), typed.get("note", "").strip()[:500]
    return _try(request, visitor, Tried("handed", typed), lambda doer: _passed(doer, numbers, clerk, note))


def _passed(doer: Doer, numbers: Sequence[str], clerk: str, note: str) -> None:
    hand_over(doer, numbers, clerk, note)


def _read(form: type[Any], typed: Typed) -> Any:
    return read_form(form, filled(typed))


def _try(request: Request, visitor: Visitor, tried: Tried, do: Do) -> Response:
    """Does it and shows the page anew; where it cannot be done the page says why, with everything that was typed."""
    house = house_of(request)
    try:
        with house.database.write() as session:
            do(Doer(session, visitor, house.now(), house.rulebook))
    except Problem as problem:
        tried.faults = problem.faults
        return _page(request, visitor, tried)
    said = tried.form if tried.form == "handed" else f"duty_{tried.form}"
    return RedirectResponse(f"/duty?said={said}", 303)
