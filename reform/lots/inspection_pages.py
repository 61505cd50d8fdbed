"""/inspections: what was drawn for an inspector, due first; one commitment, and its result."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from cases.case import typed_number
from cases.certificates.directory import directory
from cases.commitments.commitment import Commitment, commitments_named
from cases.rechecks.inspection import NO_INSPECTION, find_inspection, inspections_of
from cases.rechecks.read_hearing import states_of, write_view
from reform.lots.inspecting import MOST_WORDS, enter_result
from storage.problem import FieldFault, Problem
from web.context import context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
Inspector = Annotated[Principal, Depends(Authenticated("inspector"))]


@router.get("/inspections")
def list_inspections(request: Request, principal: Inspector) -> Response:
    """One's own: numbers, certificates and units, nobody's name."""
    context = context_of(request)
    with context.database.read() as session:
        mine, units, known = inspections_of(session, principal.username), all_units(session), directory(session)
        certificates = {one.number: one.certificate for one in commitments_named(session, [one.number for one in mine])}
    values = {"mine": mine, "units": units, "known": known, "certificates": certificates}
    return context.page(request, "reform/inspections.html", principal=principal, **values)


@router.get("/inspections/{number}")
def show_inspection(request: Request, number: str, principal: Inspector) -> Response:
    """What was stated, by whom, where; and the form of the result. The look is recorded."""
    return _page(request, principal, number, {}, ())


def _page(request: Request, principal: Principal, number: str, form_data: FormData, faults: Sequence[FieldFault]) -> Response:
    context, number = context_of(request), typed_number(number)
    with context.database.read() as session:
        one, units = find_inspection(session, number, principal.username), all_units(session)
        commitment, known = session.get(Commitment, number), directory(session)
    if commitment is None or commitment.blocked_at:
        raise Problem([FieldFault("number", "unknown", NO_INSPECTION)], 404)
    with context.database.write() as session:
        write_view(session, number, principal, context.now(), "inspection_look")
    values = {"one": one, "commitment": commitment, "states": states_of(commitment), "units": units, "known": known}
    values |= {"most": MOST_WORDS, "form_data": form_data, "faults": faults}
    return context.page(request, "reform/inspection.html", status=422 if faults else 200, principal=principal, **values)


@router.post("/inspections/{number}")
def write_result(request: Request, number: str, principal: Inspector, form_data: FormTyped) -> Response:
    """Enters the result."""
    context, number = context_of(request), typed_number(number)
    try:
        with context.database.write() as session:
            enter_result(session, number, dict(form_data), principal, context.now(), context.rulebook)
    except Problem as problem:
        if problem.status == 404:
            raise
        return _page(request, principal, number, form_data, problem.faults)
    return RedirectResponse("/inspections?flash=inspected", 303)
