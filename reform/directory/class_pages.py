"""/reform/certificates/{code}/class: choosing a class, seeing before and after, proposing it; then the next certificate."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col, select

from access.accounts import names_of
from access.principal import Principal
from access.units import all_units
from cases.certificates.certificate import Certificate, CertificateClass
from cases.certificates.changes import Editor
from cases.certificates.checks import checked
from cases.certificates.directory import certificate_of, takings_of
from cases.certificates.history import CertificateChange, ChangeState, open_proposal_of
from reform.directory import class_words, listing
from reform.directory.certificate_forms import class_values, typed_commitment, typed_of
from reform.directory.certificate_pages import choices
from reform.directory.ready_sentences import READY
from reform.page_frame import Reformer, show
from storage.json import Json
from storage.problem import FieldFault, Problem
from web.context import context_of
from web.form_data import FormData, FormTyped, seen_version

router = APIRouter(include_in_schema=False)
TAKINGS_SHOWN = 8
CONFIRMED = "yes"


@router.get("/reform/certificates/{code}/class")
def choose_class(request: Request, code: str, principal: Reformer) -> Response:
    """The classes, each with what it means for the clerk; document and day as this person wrote them last."""
    return _class_page(request, principal, code)


def _class_page(
    request: Request, principal: Principal, code: str, form_data: FormData | None = None, faults: Sequence[FieldFault] = ()
) -> Response:
    with context_of(request).database.read() as session:
        certificate = certificate_of(session, code)
        values = _about(session, certificate)
        typed = form_data if form_data is not None else _typed(session, certificate, principal)
    return show(request, principal, "class", form_data=typed, faults=faults, **values, **choices(request))


def _about(session: Session, certificate: Certificate) -> Json:
    proposal = open_proposal_of(session, certificate.code)
    queue = listing.unclassified(session, listing.proposed(session))
    takings = takings_of(session, [certificate.code])[certificate.code]
    return {
        "certificate": certificate, "proposal": proposal, "left": len(queue), "takings": takings[:TAKINGS_SHOWN],
        "more_takings": len(takings[TAKINGS_SHOWN:]), "units": all_units(session), "say_class": class_words, "ready": READY,
        "names": names_of(session, [proposal.who]) if proposal else {},
    }  # fmt: skip


def _typed(session: Session, certificate: Certificate, principal: Principal) -> FormData:
    """What stands already; the document and day of whoever classifies, as they wrote them last: one decision has many lines."""
    typed = {**typed_of(certificate), **typed_commitment(certificate.commitment)}
    typed |= {"document": certificate.document, "since": certificate.since.isoformat() if certificate.since else ""}
    typed["certificate_class"] = certificate.certificate_class
    mine = CertificateChange.who == principal.username, CertificateChange.state != ChangeState.MADE.value
    last = session.exec(select(CertificateChange).where(*mine).order_by(col(CertificateChange.id).desc()).limit(1)).first()
    if last and not certificate.certificate_class:
        typed |= {"document": last.document, "since": str(last.after.get("since") or "")}
    return typed


@router.post("/reform/certificates/{code}/class")
def propose_class(request: Request, code: str, principal: Reformer, form_data: FormTyped) -> Response:
    """First shows before and after; with a yes to that it is proposed, and the next certificate without a class comes."""
    context = context_of(request)
    with context.database.read() as session:
        certificate = certificate_of(session, code)
    values, faults = class_values(form_data, certificate)
    try:
        if not faults:
            checked({**certificate.model_dump(), **values}, context.rulebook)
            if form_data.get("confirmed") != CONFIRMED:
                return _confirm_page(request, principal, certificate, values, form_data)
            with context.database.write() as session:
                seen, reason = seen_version(form_data), form_data.get("reason", "").strip()[:500]
                Editor(session, principal, context.now(), context.rulebook).propose(code, values, seen, reason)
    except Problem as problem:
        faults = list(problem.faults)
    if faults:
        return _class_page(request, principal, code, form_data, faults)
    if certificate.certificate_class:
        return RedirectResponse(f"/reform/certificates/{code}?flash=class_proposed", 303)
    return RedirectResponse(f"/reform/next/certificate?after={code}&flash=class_proposed", 303)


def _confirm_page(
    request: Request, principal: Principal, certificate: Certificate, values: dict[str, Any], form_data: FormData
) -> Response:
    stands = certificate.model_dump()
    kept = {name: value for name, value in form_data.items() if name not in ("csrf", "confirmed")}
    of = CertificateClass(values["certificate_class"])
    told = {name: (stands[name], value) for name, value in values.items() if name == "certificate_class" or stands[name] != value}
    values = {"certificate": certificate, "told": told, "kept": kept, "of": of, "say_class": class_words}
    return show(request, principal, "class_confirm", **values, **choices(request))
