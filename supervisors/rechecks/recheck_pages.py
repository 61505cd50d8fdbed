"""/held/commitments: contradicted commitments for the supervisor: deciding after a hearing, taking entries off the list."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from access.accounts import names_of
from access.authentication import Authenticated
from access.principal import Principal
from access.refusals import NotAllowed
from access.units import all_units
from cases.case import typed_number
from cases.certificates.directory import directory
from cases.rechecks.heard import MOST_WORDS, decide, locked, may_not_decide
from cases.rechecks.listing import ask_off, settle_off
from cases.rechecks.read_hearing import read_hearing, write_view
from storage.problem import N_, FieldFault, Problem
from supervisors.rechecks.recheck_lists import all_rechecks
from web.attachments.objection_photos import marked_photo
from web.context import context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
Supervisor = Annotated[Principal, Depends(Authenticated("supervisor"))]
NO_DECISION = N_("Choose whether the commitment holds.")


@router.get("/held/commitments")
def list_rechecks(request: Request, principal: Supervisor) -> Response:
    """What waits, what is overdue, and what stands on the list."""
    context = context_of(request)
    with context.database.read() as session:
        lists, units, known = all_rechecks(session, context.now()), all_units(session), directory(session)
        names = names_of(session, [one.inspector for one in lists.late])
    values = {"lists": lists, "units": units, "known": known, "names": names, "catalogue": context.rulebook.catalogue}
    return context.page(request, "supervisors/rechecks.html", principal=principal, **values)


@router.get("/held/commitments/{number}")
def show_recheck(request: Request, number: str, principal: Supervisor) -> Response:
    """One hearing: what was stated, what was found, what the person said, and what may be done. The look is recorded."""
    return _page(request, principal, number, {}, ())


def _page(request: Request, principal: Principal, number: str, form_data: FormData, faults: Sequence[FieldFault]) -> Response:
    context, number, now = context_of(request), typed_number(number), context_of(request).now()
    with context.database.read() as session:
        one, units = read_hearing(session, number), all_units(session)
        refused = may_not_decide(session, one.hearing, one.commitment, principal.username, now) if one.hearing.open else None
        who = [one.hearing.told_by, one.hearing.entered_by, one.hearing.decided_by, *one.hearing.finders.split()]
        names = names_of(session, [*who, *((one.listed.asked_off_by, one.listed.off_by) if one.listed else ())])
    with context.database.write() as session:
        write_view(session, number, principal, now)
    values = {"one": one, "units": units, "names": names, "catalogue": context.rulebook.catalogue, "most": MOST_WORDS}
    values |= {"rules": context.rulebook.rechecks, "refused": refused, "form_data": form_data, "faults": faults}
    status = 422 if faults else 200
    return context.page(request, "supervisors/recheck.html", status=status, principal=principal, **values)


@router.post("/held/commitments/{number}/decide")
def decide_hearing(request: Request, number: str, principal: Supervisor, form_data: FormTyped) -> Response:
    """Whether it stands or falls, with the reason that the person reads."""
    context, number, choice = context_of(request), typed_number(number), form_data.get("decision", "")
    reason = form_data.get("reason", "").strip()
    if choice not in ("stands", "falls"):
        return _page(request, principal, number, form_data, [FieldFault("decision", "missing", NO_DECISION)])
    try:
        with context.database.write() as session:
            step = locked(session, number, principal, context.now(), context.rulebook)
            decide(step, choice == "stands", reason, form_data.get("late", ""))
    except Problem as problem:
        return _again(request, principal, number, form_data, problem)
    return RedirectResponse(f"/held/commitments/{number}?flash=hearing_decided", 303)


@router.post("/held/commitments/{number}/off")
def propose_off(request: Request, number: str, principal: Supervisor, form_data: FormTyped) -> Response:
    """Proposes to take it off the list; a second supervisor confirms."""
    context, number = context_of(request), typed_number(number)
    try:
        with context.database.write() as session:
            ask_off(session, number, form_data.get("reason", "").strip(), principal, context.now())
    except Problem as problem:
        return _again(request, principal, number, form_data, problem)
    return RedirectResponse(f"/held/commitments/{number}?flash=off_proposed", 303)


@router.post("/held/commitments/{number}/off/settle")
def settle_proposal(request: Request, number: str, principal: Supervisor, form_data: FormTyped) -> Response:
    """The second supervisor's word about that."""
    context, number, confirmed = context_of(request), typed_number(number), form_data.get("decision") == "confirm"
    try:
        with context.database.write() as session:
            settle_off(session, number, confirmed, principal, context.now())
    except Problem as problem:
        return _again(request, principal, number, form_data, problem)
    return RedirectResponse(f"/held/commitments/{number}?flash={'off_list' if confirmed else 'off_declined'}", 303)


def _again(request: Request, principal: Principal, number: str, form_data: FormData, problem: Problem) -> Response:
    if problem.status == 404:
        raise problem
    if problem.status == 403:
        raise NotAllowed
    return _page(request, principal, number, form_data, problem.faults)


@router.get("/held/commitments/{number}/photo/{page}.jpg")
def fetch_photo(request: Request, number: str, page: int, principal: Supervisor) -> Response:
    """A page of what the person signed when they objected, under its reader's mark."""
    return marked_photo(context_of(request), principal, typed_number(number), page)
