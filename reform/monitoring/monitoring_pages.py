"""/reform/monitoring: who has reported, who is urged; new names to decide about, and who must be told."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col, select

from access.accounts import Account, names_of
from access.principal import Principal
from access.units import all_units
from cases.certificates.certificate import Certificate
from cases.certificates.changes import Editor
from cases.certificates.directory import directory
from contacts.alerts.alerts import Alert, AlertState, Order, Purpose, order
from contacts.phone_numbers import takes_sms
from reform.changes import ReformAct, acts_about, note_acts
from reform.monitoring.deciding import decide
from reform.monitoring.months import is_due, late_months, monitors, reported_months, shown_months
from reform.monitoring.sighting import Sighting, SightingState, found_by_name, to_do
from reform.monitoring.sighting_words import CLASS_WORDS, SEEN_WORDS, STATE_WORDS
from reform.page_frame import Reformer, known, show
from reform.papers.paper import SIGHTING, papers_about
from storage.problem import N_, FieldFault, Problem
from web.context import Context, context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
SHOWN = 50  # tasks on the page
NO_SIGHTING = N_("There is no such report.")
NOBODY = N_("No mobile number is known of this monitoring point's people: ring them.")
URGED = N_("These people were texted about it within the last day. Ring them.")
NOT_AGAIN = timedelta(hours=20)  # nobody gets the same urging twice a day


@router.get("/reform/monitoring")
def show_points(request: Request, principal: Reformer) -> Response:
    """The points month by month, and what waits."""
    return _page(request, principal)


def _page(
    request: Request, principal: Principal, form_data: FormData | None = None, faults: Sequence[FieldFault] = (), about: int = 0
) -> Response:  # fmt: skip
    context = context_of(request)
    today = context.today()
    with context.database.read() as session:
        by_unit, certificates, units = monitors(session), directory(session), all_units(session)
        reported = reported_months(session, by_unit, today)
        tasks = to_do(session, SHOWN)
        papers = papers_about(session, SIGHTING, [str(one.id) for one in tasks])
        changes = acts_about(session, "sighting", at_most=20)
        names = names_of(session, {*(one.by for one in tasks), *(act.who for act in changes)})
    missing = {unit: late_months(reported.get(unit, {}), today) for unit in by_unit}
    late = {unit: [month for month in months if is_due(month, today)] for unit, months in missing.items()}
    values: dict[str, Any] = {"by_unit": by_unit, "months": shown_months(today), "reported": reported, "late": late}
    values |= {"missing": missing, "tasks": tasks, "papers": papers, "changes": changes, "names": names, "units": units}
    values |= {"like": {one.id: found_by_name(one.name, certificates) for one in tasks if one.state == SightingState.OPEN}}
    values |= {"certificates": certificates, "about": about, "form_data": form_data or {}}
    return show(
        request, principal, "monitoring_points", **values, **_words(context, request, principal, certificates), faults=faults
    )


def _words(context: Context, request: Request, principal: Principal, certificates: Mapping[str, Certificate]) -> dict[str, Any]:
    """Words for states and classes, and for the codes in the history."""
    say, locale = context.say, context.locale(request, principal)
    known = {code: say(locale, word) for code, word in STATE_WORDS.items()}
    known |= {code: one.title.say(locale) for code, one in certificates.items()}
    return {"seen_words": SEEN_WORDS, "states": STATE_WORDS, "classes": CLASS_WORDS, "known": known}


@router.post("/reform/monitoring/urge")
def urge_points(request: Request, principal: Reformer, form_data: FormTyped) -> Response:
    """Texts the people of a point, or of all points, of which a month is missing; out of hours when the offices open."""
    context, now, only = context_of(request), context_of(request).now(), form_data.get("unit", "")
    with context.database.write() as session:
        by_unit = monitors(session)
        reported = reported_months(session, by_unit, context.today())
        wanted = [unit for unit in by_unit if only in ("", unit) and late_months(reported.get(unit, {}), context.today())]
        reached = [one for unit in wanted for one in by_unit[unit] if takes_sms(one.phone)]
        known = _urged(session, now)
        people = [one for one in reached if one.username not in known]
        order(session, [_text(one) for one in people], now, not_before=context.rulebook.calendar.next_opening(now))
        urged = {one.unit for one in people}
        note_acts(session, principal, now, [ReformAct("sighting", unit, "report_urged") for unit in wanted if unit in urged])
    if only and not people:
        fault = FieldFault("", "urged", URGED) if reached else FieldFault("", "nobody", NOBODY)
        return _page(request, principal, faults=[fault])
    return RedirectResponse("/reform/monitoring?flash=reports_urged", 303)


def _urged(session: Session, now: datetime) -> set[str]:
    """The people who were texted about a missing report lately, or are about to be."""
    ours = (col(Alert.purpose) == Purpose.MONITOR.value, col(Alert.state) != AlertState.DROPPED.value)
    return set(session.exec(select(Alert.recipient).where(*ours, col(Alert.created_at) > now - NOT_AGAIN)))


def _text(one: Account) -> Order:
    return Order(purpose=Purpose.MONITOR, recipient_kind="monitor", recipient=one.username, to_number=one.phone,
                 template="report_missing", locale=one.locale)  # fmt: skip


@router.post("/reform/monitoring/{sighting_id}")
def decide_sighting(request: Request, principal: Reformer, sighting_id: int, form_data: FormTyped) -> Response:
    """Joins a new name to a certificate, adds it to the directory, dismisses it; or notes that somebody was told."""
    context = context_of(request)
    try:
        with context.database.write() as session:
            found = select(Sighting).where(Sighting.id == sighting_id).with_for_update()
            one = known(session.exec(found).first(), "sighting", NO_SIGHTING)
            editor = Editor(session, principal, context.now(), context.rulebook)
            decide(editor, one, form_data)
    except Problem as problem:
        if problem.status == 404:
            raise
        return _page(request, principal, form_data, problem.faults, sighting_id)
    return RedirectResponse("/reform/monitoring?flash=sighting_decided", 303)
