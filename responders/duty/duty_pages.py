"""/duty: shifts, absences, standing order, and handing over one's cases."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.authentication import Authenticated
from access.principal import Principal
from access.units import Unit
from cases.actions import ActionContext, Filled, read_form
from cases.calendar.deadlines import Calendar
from cases.duty.gaps import AHEAD, gaps_of
from cases.duty.rota import Rota, Stand, office_days, read_rotas
from cases.duty.standing_order import leads
from contacts.alerts.dead_numbers import dead_among
from contacts.phone_numbers import takes_sms
from contacts.sms.reasons import reason_words
from responders.duty.duty_plan import AHEAD as PLANNED
from responders.duty.duty_plan import AbsenceForm, OrderForm, Planner, ShiftForm, arranges
from responders.duty.handovers import hand_over, held_by, how_told
from storage.days import TypedDay
from storage.json import Json
from storage.problem import FieldFault, Problem
from web.context import Context, context_of
from web.form_data import FormData, FormTyped, filled

router = APIRouter(include_in_schema=False)
Clerk = Annotated[Principal, Depends(Authenticated("clerk"))]
CHOSEN = "case-"  # the field of one case's box: the name before the number
Do = Callable[[ActionContext], None]


@dataclass
class Tried:
    """What was tried: which form, what was typed, and why it was not done. Empty when the page is just opened."""

    form: str = ""
    form_data: FormData = field(default_factory=dict)
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
def show_duty(request: Request, principal: Clerk, since: TypedDay | None = None) -> Response:
    """Two weeks from today, or from a later day."""
    return _page(request, principal, Tried(), since)


def _page(request: Request, principal: Principal, tried: Tried, since: date | None = None) -> Response:
    context, now = context_of(request), context_of(request).now()
    calendar = context.rulebook.calendar
    today = calendar.day_at(now)
    start = min(max(since or today, today), date.fromordinal(today.toordinal() + 330))
    with context.database.read() as session:
        values = _values(session, principal, now, calendar, office_days(calendar, start, AHEAD + 1))
    values |= {
        "tried": tried,
        "today": today,
        "later": start > today,
        "takes_sms": takes_sms,
        "why_dead": reason_words,
        "chosen": CHOSEN,
    }
    return context.page(request, "responders/duty.html", 422 if tried.faults else 200, principal=principal, **values)


def _values(session: Session, principal: Principal, now: datetime, calendar: Calendar, days: Sequence[date]) -> Json:
    # The first of the days that are not shown any more is where the next page begins.
    shown, today = days[:-1], calendar.day_at(now)
    rota = read_rotas(session, [principal.unit], today, max(shown[-1], today + PLANNED))[principal.unit]
    gaps = gaps_of(rota, shown, takes_sms)
    alone = {day for gap in gaps if gap.serious for day in shown if gap.first <= day <= gap.last}
    return {
        "unit": session.get_one(Unit, principal.unit),
        "rota": rota,
        "rows": [_row(rota, day, day in alone) for day in shown],
        "gaps": gaps,
        "held": held_by(session, principal.unit, principal.username),
        "arranges": arranges(rota, principal.username, today),
        "next": days[-1],
        "dead": dead_among(session, {account.phone for account in rota.people.values() if takes_sms(account.phone)}, now),
        "leads": leads(session, principal.unit, principal.username),
    }


def _row(rota: Rota, day: date, alone: bool) -> Row:
    there, shift = rota.there(day), rota.shifts.get(day)
    clerks = [stand for stand in there if not stand.leader]
    leaders = [stand for stand in there if stand.leader]
    away = [one.username for one in rota.absences if one.covers(day) and one.username in rota.people]
    return Row(day, clerks, leaders, away, shift.username if shift else "", alone)


@router.post("/duty/shift")
def set_shift(request: Request, principal: Clerk, form_data: FormTyped) -> Response:
    """Somebody stands first on a day."""
    return _try(
        request, principal, Tried("shift", form_data), lambda acting: Planner(acting).set_shift(_read(ShiftForm, form_data))
    )


@router.post("/duty/away")
def add_absence(request: Request, principal: Clerk, form_data: FormTyped) -> Response:
    """Somebody will be away."""
    return _try(
        request, principal, Tried("away", form_data), lambda acting: Planner(acting).add_absence(_read(AbsenceForm, form_data))
    )


@router.post("/duty/away/{absence}/end")
def end_absence(request: Request, absence: int, principal: Clerk, form_data: FormTyped) -> Response:
    """Somebody is back."""
    return _try(request, principal, Tried("back", form_data), lambda acting: Planner(acting).end_absence(absence))


@router.post("/duty/order")
def change_order(request: Request, principal: Clerk, form_data: FormTyped) -> Response:
    """Changes the standing order."""
    return _try(
        request, principal, Tried("order", form_data), lambda acting: Planner(acting).change_order(_read(OrderForm, form_data))
    )


@router.post("/duty/hand-over")
def pass_cases(request: Request, principal: Clerk, form_data: FormTyped) -> Response:
    """Gives the chosen cases to a colleague."""
    numbers = [name.removeprefix(CHOSEN) for name in form_data if name.startswith(CHOSEN)]
    clerk, note = form_data.get("clerk", ""), form_data.get("note", "").strip()[:500]
    return _try(request, principal, Tried("handed", form_data), lambda acting: _passed(acting, numbers, clerk, note))


def _passed(acting: ActionContext, numbers: Sequence[str], clerk: str, note: str) -> None:
    hand_over(acting, numbers, clerk, note)


def _handed(context: Context, tried: Tried) -> str:
    with context.database.read() as session:
        how = how_told(session, tried.form_data.get("clerk", ""), context.rulebook.calendar, context.now())
    return f"handed{how}"


def _read(form: type[Filled], form_data: FormData) -> Filled:
    return read_form(form, filled(form_data))


def _try(request: Request, principal: Principal, tried: Tried, do: Do) -> Response:
    """Does it and shows the page anew; where it cannot be done the page says why, with everything that was typed."""
    context = context_of(request)
    try:
        with context.database.write() as session:
            do(ActionContext(session, principal, context.now(), context.rulebook))
    except Problem as problem:
        tried.faults = problem.faults
        return _page(request, principal, tried)
    said = _handed(context, tried) if tried.form == "handed" else f"duty_{tried.form}"
    return RedirectResponse(f"/duty?flash={said}", 303)
