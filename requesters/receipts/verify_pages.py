"""/verify: anybody checks a receipt by number or file; root certificate, CRL and outdated list to download.

Strangers come here. They are shown no name and no number of a person, and come so many times a minute and no more.
"""

from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import APIRouter, Depends, Request, UploadFile
from fastapi.responses import Response
from sqlmodel import Session

from access.authentication import Public
from access.units import all_units
from cases.bundles.bundle import find_bundle
from cases.case import Case, find_case, typed_number
from cases.case_numbers import is_bundle
from cases.certificates.directory import directory
from cases.commitments.commitment import Commitment, find_commitment, is_commitment
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from cases.view import finding_view
from requesters.receipts.bundle_checks import A_PART, is_part, place_of
from requesters.receipts.outdated_receipts import TYPE, list_body
from requesters.receipts.receipt_checks import MOST_BYTES, judge
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from web.context import Context, context_of
from web.downloads import download
from web.form_data import FormTyped
from web.sign_in.sign_in_flow import client_address_of

router = APIRouter(include_in_schema=False)
Stranger = Depends(Public())
ENVELOPE = 64 * 1024  # what a form adds to the file inside it
NO_ANSWER = N_("No answered case has this number. Compare it with the receipt.")
NO_BUNDLE = N_("No bundle with an answer has this number. Compare it with the paper.")
NO_COMMITMENT = N_("No signed commitment has this number. Compare it with the paper.")
NO_FILE = N_("Choose the receipt's file.")
TOO_LARGE = N_("A receipt is never as large as this.")
SLOWLY = N_("That was often within one minute. Please wait {seconds} seconds.")
NO_ROOT_YET = N_("This house has not sealed anything yet.")


@router.get("/verify", dependencies=[Stranger])
def show_form(request: Request, number: str = "") -> Response:
    """The form for number or file; the code on a receipt brings the number along."""
    return _page(request, form_data={"number": number[:32]})


@router.post("/verify", dependencies=[Stranger])
def check_number(request: Request, form_data: FormTyped) -> Response:
    """What is on record under this number, without names and words: those stand on the paper. The look is recorded."""
    context = context_of(request)
    if slow := _too_many(request):
        return slow
    if is_bundle(typed_number(form_data.get("number", ""))):
        return _check_bundle(request, context, form_data)
    if is_commitment(typed_number(form_data.get("number", ""))):
        return _check_commitment(request, context, form_data)
    with context.database.write() as session:
        case = find_case(session, form_data.get("number", ""))
        answered = case if case is not None and (case.finding or case.answered_at) else None
        _record(session, context, answered)
    faults = [] if answered else [FieldFault("number", "none", NO_ANSWER)]
    return _page(request, form_data=form_data, faults=faults, case=answered)


def _check_bundle(request: Request, context: Context, form_data: FormTyped) -> Response:
    """What is on record of a bundle, question by question, without names and words; the look at each case is recorded."""
    with context.database.write() as session:
        one = find_bundle(session, form_data.get("number", ""), context.rulebook)
        answered = [case for case in one.cases.values() if case.finding or case.answered_at] if one else []
        for case in answered:
            _record(session, context, case)
    faults = [] if answered else [FieldFault("number", "none", NO_BUNDLE)]
    lines = [(case, _told(context, case)) for case in answered]
    return _page(request, form_data=form_data, faults=faults, bundle=one if answered else None, lines=lines)


def _check_commitment(request: Request, context: Context, form_data: FormTyped) -> Response:
    """That such a commitment was signed, before whom and until when it counts; nothing of who made it and what they stated."""
    with context.database.write() as session:
        one = find_commitment(session, form_data.get("number", ""))
        signed = one if one is not None and one.signed else None
        _record(session, context, signed)
    faults = [] if signed else [FieldFault("number", "none", NO_COMMITMENT)]
    return _page(request, form_data=form_data, faults=faults, commitment=signed)


@router.post("/verify/file", dependencies=[Stranger], max_body_size=MOST_BYTES + ENVELOPE)
def check_file(request: Request, file: UploadFile | None = None) -> Response:
    """Whether this file is, byte for byte, a receipt that this house sealed. It is not kept; the look is recorded."""
    context = context_of(request)
    if slow := _too_many(request):
        return slow
    pdf = file.file.read(MOST_BYTES + 1) if file else b""
    if not pdf or len(pdf) > MOST_BYTES:
        fault = FieldFault("file", "too_large", TOO_LARGE) if pdf else FieldFault("file", "missing", NO_FILE)
        return _page(request, faults=[fault])
    root = context.seals.root()
    with context.database.read() as session:
        judgement = judge(session, pdf, root, context.today())
    if not judgement.readable:
        return _page(request, faults=[FieldFault("file", "no_pdf", judgement.fault)])
    with context.database.write() as session:
        for one in (judgement, *judgement.pages):
            _record(session, context, one.case or one.commitment)
    faults = [FieldFault("", "not_genuine", judgement.fault)] if judgement.fault else []
    return _page(request, faults=faults, case=judgement.case, commitment=judgement.commitment, judgement=judgement)


@router.get("/verify/city.pem", dependencies=[Stranger])
def fetch_root(request: Request) -> Response:
    """The city's root certificate, for checking without this house."""
    root = context_of(request).seals.root()
    if root is None:
        raise Problem([FieldFault("", "no_root", NO_ROOT_YET)], 404)
    return download(root.public_bytes(Encoding.PEM), "application/x-pem-file", "city.pem")


@router.get("/verify/revoked.crl", dependencies=[Stranger])
def fetch_revoked(request: Request) -> Response:
    """The signed list of revoked certificates, for checking without this house."""
    context = context_of(request)
    listed = context.seals.revoked(context.now())
    if listed is None:
        raise Problem([FieldFault("", "no_root", NO_ROOT_YET)], 404)
    return download(listed.public_bytes(Encoding.DER), "application/pkix-crl", "revoked.crl")


@router.get("/verify/outdated.jws", dependencies=[Stranger])
def fetch_outdated(request: Request) -> Response:
    """The signed list of receipts whose answer was amended or withdrawn, by SHA-256, for checking without this house."""
    context = context_of(request)
    with context.database.read() as session:
        body = list_body(session, context.now(), f"{context.public_url}/verify")
    listed = context.seals.sign(TYPE, body)
    if listed is None:
        raise Problem([FieldFault("", "no_root", NO_ROOT_YET)], 404)
    return download(listed, "application/jose", "outdated.jws")


def _too_many(request: Request) -> Response | None:
    wait = context_of(request).strangers.take(client_address_of(request))
    if not wait:
        return None
    seconds = int(wait) + 1
    page = _page(request, faults=[FieldFault("", "too_many", SLOWLY, {"seconds": seconds})], status=429)
    page.headers["Retry-After"] = str(seconds)
    return page


def _told(context: Context, case: Case) -> Json | None:
    """What anybody may see of an answer: not one field of a record."""
    found = finding_view(case, context.rulebook.catalogue, context.now())
    return found and {name: value for name, value in found.items() if name not in ("records", "values")}


def _record(session: Session, context: Context, case: Case | Commitment | None) -> None:
    if case:
        trail.write(session, [TrailLine(context.now(), "verify", "person", "", number=case.number)])


def _page(request: Request, status: int = 0, case: Case | None = None, **given: object) -> Response:
    context = context_of(request)
    blank: dict[str, Any] = {"form_data": {}, "faults": [], "judgement": None, "bundle": None, "lines": [], "commitment": None}
    known = {**blank, **given}
    with context.database.read() as session:
        units, known["certificates"] = all_units(session), directory(session)
    known |= {"today": context.today(), "place_of": place_of, "is_part": is_part, "a_part": A_PART}
    known |= {"case": case, "finding": _told(context, case) if case else None, "units": units}
    status = status or (422 if known["faults"] else 200)
    return context.page(request, "requesters/verify.html", status=status, catalogue=context.rulebook.catalogue, **known)
