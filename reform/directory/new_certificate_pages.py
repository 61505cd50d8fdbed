"""/reform/new/certificate: one form for a new certificate; it has no class yet."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from access.principal import Principal
from access.units import all_units
from cases.certificates.changes import Editor
from reform.directory.certificate_forms import plain_values
from reform.directory.certificate_pages import choices
from reform.page_frame import Reformer, show
from storage.problem import FieldFault, Problem
from web.context import context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
CLASSIFY = "classify"


@router.get("/reform/new/certificate")
def begin_certificate(request: Request, principal: Reformer, name: str = "") -> Response:
    """The empty form; with a name where somebody comes with one."""
    return _form(request, principal, {"zh": name[:80]})


def _form(request: Request, principal: Principal, form_data: FormData, faults: Sequence[FieldFault] = ()) -> Response:
    with context_of(request).database.read() as session:
        units = all_units(session)
    return show(request, principal, "certificate_new", form_data=form_data, faults=faults, units=units, **choices(request))


@router.post("/reform/new/certificate")
def add_certificate(request: Request, principal: Reformer, form_data: FormTyped) -> Response:
    """Adds it, and goes on to its class; with faults the form comes back as it was typed."""
    context = context_of(request)
    values, faults = plain_values(form_data, new=True)
    try:
        if not faults:
            with context.database.write() as session:
                Editor(session, principal, context.now(), context.rulebook).add(values)
    except Problem as problem:
        faults = list(problem.faults)
    if faults:
        return _form(request, principal, form_data, faults)
    way = "/class" if form_data.get("then") == CLASSIFY else ""
    return RedirectResponse(f"/reform/certificates/{values['code']}{way}?flash=certificate_added", 303)
