"""/monitoring: a monitoring point's month: what was still issued or asked for, or nothing in one click."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from cases.attachments.cleaning import MOST_BYTES, CleanFile, clean
from cases.certificates.certificate import Certificate
from cases.certificates.directory import directory
from reform.monitoring.months import late_months, reported_months, shown_months
from reform.monitoring.reporting import keep_nothing, keep_sighting
from reform.monitoring.sighting import MOST_A_MONTH, Sighting, month_of_unit
from reform.monitoring.sighting_form import Typed, read_sighting
from reform.monitoring.sighting_words import CLASS_WORDS, SEEN_WORDS, STATE_WORDS
from reform.page_frame import show
from reform.papers.paper import SIGHTING, papers_about
from storage.problem import N_, FieldFault, Problem
from web.context import context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
Monitor = Annotated[Principal, Depends(Authenticated("monitor"))]
ENVELOPE = 64 * 1024  # what a form adds to the file inside it
FULL = N_("{most} certificates stand in this month already; no more are taken.")
NOT_NOTHING = N_("Certificates stand in this month already, so that nothing cannot be reported.")


@router.get("/monitoring")
def show_month(request: Request, principal: Monitor, month: str = "") -> Response:
    """The month that is asked for; else the oldest that is not reported, or this one."""
    return _page(request, principal, month, {})


def _page(
    request: Request, principal: Principal, month: str, form_data: FormData, typed: Typed | None = None,
    faults: Sequence[FieldFault] = (),
) -> Response:  # fmt: skip
    context = context_of(request)
    today = context.today()
    with context.database.read() as session:
        reported = reported_months(session, [principal.unit], today).get(principal.unit, {})
        missing = late_months(reported, today)
        first = _month(month, today, missing)
        here, certificates = month_of_unit(session, principal.unit, first), directory(session)
        papers, units = papers_about(session, SIGHTING, [str(one.id) for one in here.seen]), all_units(session)
    values: dict[str, Any] = {"first": first, "here": here, "missing": missing, "months": shown_months(today), "reported": reported}
    values |= {"certificates": certificates, "papers": papers, "units": units, "form_data": form_data, "typed": typed}
    values |= {"seen_words": SEEN_WORDS, "states": STATE_WORDS, "classes": CLASS_WORDS, "today": today}
    values |= {"photograph_months": context.rulebook.photograph_months}
    return show(request, principal, "monitoring", **values, faults=faults)


def _month(text: str, today: date, missing: Sequence[date]) -> date:
    known = {f"{one:%Y-%m}": one for one in shown_months(today)}
    return known.get(text) or (missing[0] if missing else today.replace(day=1))


@router.post("/monitoring/nothing")
def report_nothing(request: Request, principal: Monitor, form_data: FormTyped) -> Response:
    """Says that nothing was seen in the month."""
    context, now = context_of(request), context_of(request).now()
    first = _month(form_data.get("month", ""), context.today(), ())
    with context.database.write() as session:
        faults = [FieldFault("", "not_nothing", NOT_NOTHING)] if month_of_unit(session, principal.unit, first).seen else []
        if not faults:
            keep_nothing(session, principal, first, now)
    if faults:
        return _page(request, principal, f"{first:%Y-%m}", {}, faults=faults)
    return RedirectResponse(f"/monitoring?month={first:%Y-%m}&flash=nothing_seen", 303)


@router.post("/monitoring", max_body_size=MOST_BYTES + ENVELOPE)
def report_sighting(
    request: Request, principal: Monitor, form_data: FormTyped, file: Annotated[UploadFile | None, File()] = None
) -> Response:
    """Enters one certificate. Words that could mean several come back with the choice; nothing that was typed is lost."""
    context, now = context_of(request), context_of(request).now()
    first = _month(form_data.get("month", ""), context.today(), ())
    with context.database.read() as session:
        certificates, units = directory(session), all_units(session)
        here = month_of_unit(session, principal.unit, first)
    typed, faults = read_sighting(form_data, certificates, units)
    if here.seen.total >= MOST_A_MONTH:
        faults.append(FieldFault("", "full", FULL, {"most": MOST_A_MONTH}))
    made, wrong = _cleaned(file) if not faults and not typed.choices else (None, [])
    faults += wrong
    if faults or typed.choices:
        return _page(request, principal, f"{first:%Y-%m}", form_data, typed, faults)
    with context.database.write() as session:
        one = keep_sighting(session, principal, first, now, typed, made)
    return RedirectResponse(f"/monitoring?month={first:%Y-%m}&flash=seen_{_told(typed.certificate, one)}#seen-{one.id}", 303)


def _told(certificate: Certificate | None, one: Sighting) -> str:
    return one.state if certificate is None or one.state == "to_tell" else "noted"


def _cleaned(file: UploadFile | None) -> tuple[CleanFile | None, list[FieldFault]]:
    """The photograph written anew; None where there is none."""
    data = file.file.read(MOST_BYTES + 1) if file else b""
    try:
        return (clean(data) if data else None), []
    except Problem as problem:
        if problem.status == 503:
            raise
        return None, list(problem.faults)
