"""/reform/survey/uploads: sheets that came back are sent in, looked at file by file, taken in or given up."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from access.units import all_units
from reform.page_frame import Reformer, known, show
from reform.survey import survey_words, uploads
from reform.survey.answer import SheetOf, returns
from reform.survey.survey_pages import survey_page
from reform.survey.taking_in import take_in
from storage.problem import N_, FieldFault, Problem
from storage.sheets.limits import MOST_BYTES, BadFile, too_large
from web.context import context_of

router = APIRouter(include_in_schema=False)
ENVELOPE = 64 * 1024  # what a form adds to the files inside it
GONE = N_("These sheets are not waiting any more. Send them again.")


@router.post("/reform/survey/uploads", max_body_size=MOST_BYTES + ENVELOPE)
def send_sheets(
    request: Request, principal: Reformer, file: list[UploadFile] | None = None, unit: Annotated[str, Form()] = ""
) -> Response:
    """Reads the sheets and goes to their preview; nothing is in the survey yet."""
    context = context_of(request)
    try:
        files = [(one.filename or "", one.file.read(MOST_BYTES + 1)) for one in file or () if one.filename]
        if sum(len(data) for _, data in files) > MOST_BYTES:
            raise too_large()
        with context.database.write() as session:
            kept = uploads.keep(session, files, unit, principal.username, context.now())
    except BadFile as bad:
        return survey_page(request, principal, [FieldFault("file", "bad_file", bad.message, bad.params)], unit=unit)
    return RedirectResponse(f"/reform/survey/uploads/{kept.id}", 303)


@router.get("/reform/survey/uploads/{upload}")
def show_upload(request: Request, upload: UUID, principal: Reformer) -> Response:
    """File by file: whose it is, how many rows, what it replaces, and everything that is wrong with it."""
    with context_of(request).database.read() as session:
        kept = known(uploads.find(session, upload, principal.username), "file", GONE)
        units, came = all_units(session), returns(session)
    return show(request, principal, "survey_upload", kept=kept, units=units, came=came, sheets=SheetOf, say_survey=survey_words)


@router.post("/reform/survey/uploads/{upload}/take")
def take_sheets(request: Request, upload: UUID, principal: Reformer) -> Response:
    """Takes in every file without a fault; each replaces what its unit had said on the same sheet."""
    context = context_of(request)
    with context.database.write() as session:
        kept = uploads.find(session, upload, principal.username, lock=True)
        if kept is None or kept.taken_at is not None or not kept.good:
            raise Problem([FieldFault("file", "gone", GONE)], 409)
        take_in(session, kept, principal, context.now(), context.rulebook)
    return RedirectResponse(f"/reform/survey/uploads/{upload}?flash=survey_taken", 303)


@router.post("/reform/survey/uploads/{upload}/drop")
def drop_sheets(request: Request, upload: UUID, principal: Reformer) -> Response:
    """Gives the upload up; nothing of it was taken in."""
    with context_of(request).database.write() as session:
        known(uploads.find(session, upload, principal.username), "file", GONE)
        uploads.drop(session, upload, principal.username)
    return RedirectResponse("/reform/survey?flash=dropped", 303)
