"""/commitments/{number}: one commitment of the unit: read and signed while it is a draft, then as it was signed, with its paper."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlmodel import Session

from access.accounts import names_of
from access.principal import Principal
from access.units import all_units
from cases.attachments.attachment import attachments_of, picture_of
from cases.attachments.cleaning import clean
from cases.certificates.directory import directory
from cases.commitments.commitment import Commitment, CommitmentState
from cases.rechecks.listed import listed_of
from cases.rechecks.read_hearing import write_view
from cases.trail import trail
from cases.views import record_look
from requesters.ask.asking_for_oneself import AskingForOneself
from requesters.commitments.acting import Acting, own_commitment
from requesters.commitments.later_paper import SAW, PutOffForm, hand_in, put_off, take_back
from requesters.commitments.signing import (
    LATER_PAPER,
    PAPER,
    SCREEN,
    SIGNATURE,
    SIGNED_PAGE,
    Signing,
    check_signing,
    drawn_picture,
    picture_used,
    sign,
)
from requesters.own_cases.unread import note_view
from requesters.receipts.watermarks import mark_for
from storage.json import Json
from storage.problem import N_, FieldFault, Problem, faults_of
from web.attachments.receiving import MOST_BODY, Sent
from web.attachments.watermarking import watermarked
from web.context import Context, context_of
from web.form_data import FormData, FormTyped
from web.reader_mark import reader_mark

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(AskingForOneself("asker"))]
Upload = Annotated[UploadFile | None, File()]
PICTURES = {"signature": SIGNATURE, "page": SIGNED_PAGE, "paper": LATER_PAPER}
NO_PICTURE = N_("There is no such picture.")


@router.get("/commitments/{number}")
def show_commitment(request: Request, number: str, principal: Asker) -> Response:
    """One commitment: the page to be read and signed, or what was signed. The look is recorded."""
    return _page(request, principal, number, {}, ())


def _page(request: Request, principal: Principal, number: str, form_data: FormData, faults: Sequence[FieldFault]) -> Response:
    context = context_of(request)
    with context.database.read() as session:
        one = own_commitment(session, number, principal)
        values = _values(session, context, one, principal)
    note_view(context, [one.number], principal, context.now())
    if values["standing"]:
        with context.database.write() as session:
            write_view(session, one.number, principal, context.now(), "list_look")
    template = "commitment_signing" if one.state == CommitmentState.DRAFTED else "commitment"
    status = 422 if faults else 200
    more = {"form_data": form_data, "faults": faults}
    return context.page(request, f"requesters/{template}.html", status=status, principal=principal, **values, **more)


def _values(session: Session, context: Context, one: Commitment, principal: Principal) -> Json:
    units, lines = all_units(session), trail.of_cases(session, [one.number])
    known: dict[str, Any] = {"one": one, "units": units, "unit": units[one.unit], "mark": mark_for(principal, units, context.now())}
    drafted, subject = one.state == CommitmentState.DRAFTED, one.subject
    known["standing"] = listed_of(session, subject.key, context.now()) if drafted and subject else []
    pictures = [] if drafted or one.blocked_at else attachments_of(session, one.number)
    known["pictures"] = {name: picture_used(pictures, use) for name, use in PICTURES.items()}
    known["known"] = directory(session)
    known["certificate"] = known["known"].get(one.certificate)
    known["matter"] = context.rulebook.catalogue.matters.get(one.matter)
    shown = [{name: getattr(line, name) for name in ("at", "action", "to", "unit", "who", "actor", "note")} for line in lines]
    deciders = {each.decided_by for each in known["standing"]}
    names = names_of(session, {line.who for line in lines} | {one.drafted_by} | deciders)
    return {**known, "view": {"trail": shown}, "names": names, "today": context.today()}


@router.post("/commitments/{number}/sign", max_body_size=MOST_BODY)
def sign_commitment(request: Request, number: str, principal: Asker, form_data: FormTyped, file: Upload = None) -> Response:
    """Signs it, on the screen or with the photographed page. Sent twice, it is signed once; afterwards nothing of it changes."""
    context = context_of(request)
    with context.database.read() as session:
        one = own_commitment(session, number, principal)
    if one.state == CommitmentState.DRAFTED:
        try:
            how = PAPER if form_data.get("how") == PAPER else SCREEN
            made = Sent(file).cleaned() if how == PAPER else clean(drawn_picture(form_data.get("signature", "")))
            signing = Signing(how, made, form_data.get("witnessed") == "yes")
            check_signing(signing, principal)
            with context.database.write() as session:
                sign(Acting(session, principal, context.now(), context.rulebook), number, signing)
        except Problem as problem:
            if problem.status in (403, 404, 503):
                raise
            return _page(request, principal, number, form_data, _sign_faults(problem.faults, form_data))
    return RedirectResponse(f"/commitments/{one.number}?flash=committed", 303)


def _sign_faults(faults: Sequence[FieldFault], form_data: FormData) -> list[FieldFault]:
    """What is wrong with the picture of a drawn signature is told of the field in which it was drawn."""
    on_paper = form_data.get("how") == PAPER
    ours = {"file": "file" if on_paper else "signature", "witnessed": "witnessed_paper" if on_paper else "witnessed"}
    return [FieldFault(ours.get(one.field, one.field), one.code, one.message, one.params) for one in faults]


@router.post("/commitments/{number}/paper", max_body_size=MOST_BODY)
def note_paper(request: Request, number: str, principal: Asker, form_data: FormTyped, file: Upload = None) -> Response:
    """Records that the paper which follows is here: with its photograph, or by sight."""
    context = context_of(request)
    try:
        made = Sent(file).cleaned() if file is not None and file.filename else None
        if made is None and form_data.get("seen") != "yes":
            raise Problem([FieldFault("seen", "missing", SAW)])
        with context.database.write() as session:
            hand_in(Acting(session, principal, context.now(), context.rulebook), number, made)
    except Problem as problem:
        if problem.status in (403, 404, 503):
            raise
        return _page(request, principal, number, form_data, problem.faults)
    return RedirectResponse(f"/commitments/{number}?flash=paper_here", 303)


@router.post("/commitments/{number}/put-off")
def put_paper_off(request: Request, number: str, principal: Asker, form_data: FormTyped) -> Response:
    """Moves the day of the paper once, with a reason."""
    context = context_of(request)
    try:
        try:
            form = PutOffForm.model_validate({name: form_data.get(name, "") for name in ("due_on", "reason")})
        except ValidationError as error:
            raise Problem(faults_of(error)) from None
        with context.database.write() as session:
            put_off(Acting(session, principal, context.now(), context.rulebook), number, form)
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        return _page(request, principal, number, form_data, problem.faults)
    return RedirectResponse(f"/commitments/{number}?flash=paper_put_off", 303)


@router.post("/commitments/{number}/back")
def take_commitment_back(request: Request, number: str, principal: Asker) -> Response:
    """The person takes it back."""
    context = context_of(request)
    try:
        with context.database.write() as session:
            take_back(Acting(session, principal, context.now(), context.rulebook), number)
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        return _page(request, principal, number, {}, problem.faults)
    return RedirectResponse(f"/commitments/{number}?flash=taken_back", 303)


@router.get("/commitments/{number}/picture/{which}/{page}")
def show_picture(request: Request, number: str, which: str, page: int, principal: Asker) -> Response:
    """The signature, the page signed by hand, or the paper that followed; under its reader's mark. The look is recorded."""
    context = context_of(request)
    with context.database.read() as session:
        one, units = own_commitment(session, number, principal), all_units(session)
        entry = None if one.blocked_at else picture_used(attachments_of(session, one.number), PICTURES.get(which, "-"))
        picture = picture_of(session, entry, page) if entry else None
    if picture is None:
        raise Problem([FieldFault("picture", "unknown", NO_PICTURE)], 404)
    record_look(context.database, one.number, principal, context.now())
    marked = picture if which == "signature" else watermarked(picture, reader_mark(principal, units, context.now()))
    return Response(marked, media_type="image/jpeg")
