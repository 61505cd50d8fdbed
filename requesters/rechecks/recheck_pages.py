"""/rechecks: the unit's commitments that are checked; one that is contradicted, the letter to the person, and their objection."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.accounts import names_of
from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from cases.attachments.aside import kept_aside, move_to_case
from cases.case import typed_number
from cases.certificates.directory import directory
from cases.rechecks.heard import MOST_WORDS, Step, locked, object_to, tell
from cases.rechecks.hearing import NO_HEARING
from cases.rechecks.read_hearing import read_hearing, write_view
from requesters.rechecks.notice_paper import sealed_notice
from requesters.rechecks.recheck_lists import rechecks_of
from storage.problem import FieldFault, Problem
from web.attachments.objection_photos import marked_photo
from web.attachments.receiving import MOST_BODY, Sent, receive_aside
from web.context import Context, context_of
from web.downloads import download
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(Authenticated("asker"))]
OBJECTION = "objection"  # what an attachment is for


@router.get("/rechecks")
def list_rechecks(request: Request, principal: Asker) -> Response:
    """The unit's own; numbers and certificates, nobody's name."""
    context = context_of(request)
    with context.database.read() as session:
        lists, known = rechecks_of(session, principal.unit), directory(session)
    values = {"lists": lists, "known": known, "catalogue": context.rulebook.catalogue}
    return context.page(request, "requesters/rechecks.html", principal=principal, **values)


@router.get("/rechecks/{number}")
def show_recheck(request: Request, number: str, principal: Asker) -> Response:
    """What was stated, what the record shows, and what happens now. The look is recorded."""
    return _page(request, principal, number, {}, ())


def _page(request: Request, principal: Principal, number: str, form_data: FormData, faults: Sequence[FieldFault]) -> Response:
    context, number = context_of(request), typed_number(number)
    with context.database.read() as session:
        one, units = read_hearing(session, number, principal.unit), all_units(session)
        names = names_of(session, [one.hearing.told_by, one.hearing.entered_by, one.hearing.decided_by])
    with context.database.write() as session:
        write_view(session, number, principal, context.now())
    values = {"one": one, "units": units, "names": names, "catalogue": context.rulebook.catalogue, "most": MOST_WORDS}
    values |= {"rules": context.rulebook.rechecks, "form_data": form_data, "faults": faults}
    return context.page(request, "requesters/recheck.html", status=422 if faults else 200, principal=principal, **values)


@router.post("/rechecks/{number}/told")
def write_told(request: Request, number: str, principal: Asker, form_data: FormTyped) -> Response:
    """The letter has reached the person: their time to object begins."""
    context, number = context_of(request), typed_number(number)
    try:
        with context.database.write() as session:
            tell(_step(context, session, number, principal), form_data.get("how", ""))
    except Problem as problem:
        if problem.status == 404:
            raise
        return _page(request, principal, number, form_data, problem.faults)
    return RedirectResponse(f"/rechecks/{number}?flash=letter_told", 303)


@router.post("/rechecks/{number}/objection", max_body_size=MOST_BODY)
def write_objection(
    request: Request,
    number: str,
    principal: Asker,
    file: Annotated[UploadFile | None, File()] = None,
    words: Annotated[str, Form(max_length=20_000)] = "",
    late_reason: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """What the person says at the counter, with the photograph of what they signed."""
    context, number, words = context_of(request), typed_number(number), words.strip()
    with context.database.read() as session:
        read_hearing(session, number, principal.unit)  # before the file is looked at
    try:
        kept = receive_aside(context, principal, Sent(file), OBJECTION) if file is not None and file.filename else None
        with context.database.write() as session:
            step = _step(context, session, number, principal)
            aside = kept_aside(session, [kept.id], principal.username) if kept else []
            moved = move_to_case(session, aside, number, context.now()) if aside else []
            object_to(step, words, moved[0].id if moved else "", late_reason.strip())
    except Problem as problem:
        if problem.status == 404:
            raise
        return _page(request, principal, number, {"words": words, "late_reason": late_reason}, problem.faults)
    return RedirectResponse(f"/rechecks/{number}?flash=objection", 303)


def _step(context: Context, session: Session, number: str, principal: Principal) -> Step:
    step = locked(session, number, principal, context.now(), context.rulebook)
    if step.commitment.unit != principal.unit:
        raise Problem([FieldFault("number", "unknown", NO_HEARING)], 404)
    return step


@router.get("/rechecks/{number}/letter.pdf")
def fetch_letter(request: Request, number: str, principal: Asker) -> Response:
    """The sealed letter to print and hand over. Who fetched it stands on the trail."""
    context, number = context_of(request), typed_number(number)
    with context.database.read() as session:
        one, units = read_hearing(session, number, principal.unit), all_units(session)
    letter = sealed_notice(context, one, units, context.now())
    with context.database.write() as session:
        write_view(session, number, principal, context.now(), "letter_printed")
    return download(letter, "application/pdf", f"{number}.pdf")


@router.get("/rechecks/{number}/photo/{page}.jpg")
def fetch_photo(request: Request, number: str, page: int, principal: Asker) -> Response:
    """A page of what the person signed, under its reader's mark."""
    with context_of(request).database.read() as session:
        read_hearing(session, typed_number(number), principal.unit)
    return marked_photo(context_of(request), principal, typed_number(number), page)
