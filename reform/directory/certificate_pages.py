"""/reform/certificates/{code}: one certificate with everything that is known of it, and its plain fields to be put right."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.accounts import names_of
from access.principal import Principal
from access.units import all_units
from cases.certificates.certificate import Certificate
from cases.certificates.changes import Editor
from cases.certificates.directory import certificate_of, takings_of
from cases.certificates.history import CertificateChange, history_of
from reform.directory import class_words
from reform.directory.certificate_forms import plain_values, typed_of
from reform.page_frame import Reformer, show
from reform.survey.points import PointFilter, points
from reform.survey.said import said_of
from storage.first_rows import FirstRows
from storage.json import Json
from storage.problem import FieldFault, Problem
from web.context import context_of
from web.form_data import FormData, FormTyped, seen_version

router = APIRouter(include_in_schema=False)
TAKINGS_SHOWN, CHANGES_SHOWN, POINTS_SHOWN = 50, 50, 20


@router.get("/reform/certificates/{code}")
def show_certificate(request: Request, code: str, principal: Reformer) -> Response:
    """One certificate."""
    return _certificate_page(request, principal, code)


def _certificate_page(
    request: Request, principal: Principal, code: str, form_data: FormData | None = None, faults: Sequence[FieldFault] = ()
) -> Response:
    with context_of(request).database.read() as session:
        certificate = certificate_of(session, code)
        values = _about(session, certificate)
    typed = form_data if form_data is not None else typed_of(certificate)
    return show(request, principal, "certificate", form_data=typed, faults=faults, **values, **choices(request))


def _about(session: Session, certificate: Certificate) -> Json:
    changes = history_of(session, certificate.code, CHANGES_SHOWN)
    takings = takings_of(session, [certificate.code])[certificate.code]
    shown = FirstRows(takings[:TAKINGS_SHOWN])
    shown.more = len(takings) - len(shown)
    open_points = points(session, PointFilter(state="open", certificate=certificate.code), POINTS_SHOWN)
    return {
        "certificate": certificate, "changes": changes, "takings": shown, "units": all_units(session), "points": open_points,
        "in_survey": said_of(session, certificate.code), "taken": sum(one.yearly_volume for one in takings),
        "proposal": next((one for one in changes if one.state == "proposed"), None), "names": _names(session, changes),
        "say_class": class_words,
    }  # fmt: skip


def _names(session: Session, changes: Sequence[CertificateChange]) -> dict[str, str]:
    return names_of(session, {who for one in changes for who in (one.who, one.decided_by)})


def choices(request: Request) -> Json:
    """What may be chosen in the forms: items and bundles of the catalogue."""
    rulebook = context_of(request).rulebook
    return {"catalogue": rulebook.catalogue, "bundles": rulebook.bundles}


@router.post("/reform/certificates/{code}")
def change_certificate(request: Request, code: str, principal: Reformer, form_data: FormTyped) -> Response:
    """Puts the plain fields right, and proposes what needs a second person. With faults the form comes back as it was typed."""
    context, waits = context_of(request), False
    values, faults = plain_values(form_data)
    try:
        if not faults:
            with context.database.write() as session:
                before = certificate_of(session, code)
                # A figure that somebody of the office writes down is no example any more.
                figure = {"sample_volume": False} if before.yearly_volume != values["yearly_volume"] else {}
                seen = seen_version(form_data) if form_data.get("seen") else None
                waits = Editor(session, principal, context.now(), context.rulebook).save(code, {**values, **figure}, seen)
    except Problem as problem:
        if problem.status == 404:
            raise
        faults = list(problem.faults)
    if faults:
        return _certificate_page(request, principal, code, form_data, faults)
    return RedirectResponse(f"/reform/certificates/{code}?flash={'certificate_waits' if waits else 'certificate_saved'}", 303)
