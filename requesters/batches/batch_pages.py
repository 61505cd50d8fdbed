"""/batches: upload a sheet of questions, see its errors, confirm, follow, download the answers."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlmodel import Session, col, select

from access.principal import Principal
from access.units import all_units
from cases.lifecycle import SETTLED
from requesters.ask.asking_for_oneself import AskingForOneself
from requesters.ask.questions_api import granted_pairs
from requesters.batches.batch_columns import batch_kind
from requesters.batches.batch_runs import start_batch
from requesters.batches.batches import Batch, Sender, counts_of, drop_batch
from requesters.batches.batches_api import ENVELOPE, note_rows, seen_batch, upload_batch
from requesters.batches.row_lists import Look, bad_rows, left_rows, row_counts, rows_page
from requesters.own_cases.unread import note_view
from requesters.receipts.watermarks import mark_for
from storage.first_rows import first_rows
from storage.json import Json
from storage.problem import FieldFault, Problem
from storage.sheets.limits import MOST_BYTES, MOST_ROWS
from web.context import Context, context_of
from web.form_data import FormTyped
from web.live import Piece, Shared, live

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(AskingForOneself("asker"))]
SHOWN = 30
BAD_SHOWN = 100


@router.get("/batches")
def show_batches(request: Request, principal: Asker, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Response:
    """What can be asked by sheet, and the unit's batches, newest first."""
    context, catalogue = context_of(request), context_of(request).rulebook.catalogue
    with context.database.read() as session:
        own = select(Batch).where(Batch.unit == principal.unit).order_by(col(Batch.made_at).desc())
        batches = first_rows(session, own, SHOWN, (page - 1) * SHOWN)
    items = catalogue.search("", context.locale(request, principal), {code for code, _ in granted_pairs(context, principal)})
    values = {"batches": batches, "items": items, "catalogue": catalogue, "turned": page}
    return context.page(request, "requesters/batches.html", principal=principal, **values)


@router.get("/batches/new/{code}")
def show_new(request: Request, code: str, principal: Asker) -> Response:
    """The three steps of a batch about this item: fetch the empty sheet, fill it in, upload it."""
    return _new_page(request, principal, code, [])


def _new_page(request: Request, principal: Principal, code: str, faults: list[FieldFault]) -> Response:
    context, catalogue = context_of(request), context_of(request).rulebook.catalogue
    item = catalogue.item(code)
    values = {"item": item, "kind": batch_kind(item, catalogue), "faults": faults, "most": MOST_ROWS}
    status = 422 if faults else 200
    return context.page(request, "requesters/batch_new.html", status=status, principal=principal, **values)


@router.post("/batches", max_body_size=MOST_BYTES + ENVELOPE)
def send_sheet(request: Request, item: Annotated[str, Form()], file: UploadFile, principal: Asker) -> Response:
    """Reads the sheet and goes to its batch; a sheet that cannot be read is told of beside the form."""
    try:
        made = upload_batch(request, Response(), item, file, principal)
    except Problem as problem:
        return _new_page(request, principal, item, [_beside(fault) for fault in problem.faults])
    return RedirectResponse(f"/batches/{made['id']}", 303)


def _beside(fault: FieldFault) -> FieldFault:
    """What is wrong with the sheet's headings is told beside the sheet."""
    return replace(fault, field="file") if fault.field.startswith("rows") else fault


@router.get("/batches/{batch_id}")
def show_batch(request: Request, batch_id: str, principal: Asker) -> Response:
    """Before the confirmation what would be asked and what cannot be; afterwards how far it is."""
    context = context_of(request)
    with context.database.read() as session:
        values = batch_values(session, context, seen_batch(session, batch_id, principal))
    return context.page(request, "requesters/batch.html", principal=principal, **values)


def batch_values(session: Session, context: Context, batch: Batch) -> Json:
    """What a batch's page shows. The queries are always as many, however large it is."""
    counts = counts_of(session, batch.id)
    answered = sum(number for state, number in counts["states"].items() if state in SETTLED)
    item = context.rulebook.catalogue.item(batch.item)
    (faulty, _), (left, _) = bad_rows(session, batch.id, BAD_SHOWN), left_rows(session, batch.id, BAD_SHOWN)
    seen = {"faulty": faulty, "left": left, "rows": row_counts(session, batch.id)}
    return {"batch": batch, "counts": counts, "answered": answered, "item": item, **seen}


@router.get("/batches/{batch_id}/live")
def follow_batch(request: Request, batch_id: str, principal: Asker) -> Response:
    """How far the batch is, sent again whenever it has got further."""
    context, locale = context_of(request), context_of(request).locale(request, principal)
    with context.database.read() as session:
        unit = seen_batch(session, batch_id, principal).unit

    def piece() -> Piece:
        with context.database.read() as session:
            values = batch_values(session, context, session.get_one(Batch, batch_id))
        return Piece(context.piece(request, "requesters/batch_live.html", locale=locale, **values))

    return live(context, [f"unit:{unit}"], piece, Shared(("batch", batch_id, locale)))


@router.get("/batches/{batch_id}/rows")
def show_rows(request: Request, batch_id: str, principal: Asker, show: str = "all", after: int = 0) -> Response:
    """The rows with their cases and answers, a page at a time. The look at each case is recorded."""
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        batch = seen_batch(session, batch_id, principal)
        look = Look(batch.id, show, max(after, 0))
        rows, units = rows_page(session, look), all_units(session)
    note_view(context, [case.number for _, case in rows if case], principal, now)
    if typed := [row for row, case in rows if not case]:
        with context.database.write() as session:
            note_rows(session, batch_id, principal, len(typed), now)
    known = {"batch": batch, "look": look, "rows": rows, "item": context.rulebook.catalogue.item(batch.item)}
    return context.page(request, "requesters/batch_rows.html", principal=principal, mark=mark_for(principal, units, now), **known)


@router.post("/batches/{batch_id}/confirm")
def confirm_sheet(request: Request, batch_id: str, principal: Asker, form_data: FormTyped) -> Response:
    """Lets the good rows be asked; rows that were asked lately only where somebody wants them asked again."""
    context = context_of(request)
    with context.database.write() as session:
        unit = seen_batch(session, batch_id, principal).unit
        start_batch(session, batch_id, Sender(unit, principal.username), context.now(), again=form_data.get("again") == "yes")
    return RedirectResponse(f"/batches/{batch_id}?flash=batch", 303)


@router.post("/batches/{batch_id}/discard")
def discard_sheet(request: Request, batch_id: str, principal: Asker) -> Response:
    """Deletes a batch that was not confirmed, and with it what people typed into it."""
    context = context_of(request)
    with context.database.write() as session:
        drop_batch(session, seen_batch(session, batch_id, principal).id)
    return RedirectResponse("/batches?flash=discarded", 303)
