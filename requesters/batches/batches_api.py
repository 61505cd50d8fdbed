"""/api/v1/batches: upload a sheet of questions, see its errors, confirm, follow, download the answers."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response, UploadFile
from sqlmodel import Session

from access.authentication import Authenticated
from access.principal import Principal
from cases.case import Case
from cases.grants.pledges import need_pledge
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from requesters.ask.asking_for_oneself import AskingForOneself
from requesters.ask.questions_api import granted_pairs
from requesters.batches.batch_columns import batch_kind, people_in, reasons_in
from requesters.batches.batch_runs import confirm_batch
from requesters.batches.batch_sheets import Line, bad_rows_sheet, results_sheet
from requesters.batches.batch_uploads import read_sheet
from requesters.batches.batches import Batch, BatchRow, Sender, cases_of, counts_of, keep_batch
from requesters.batches.row_lists import bad_rows, left_rows
from requesters.own_cases.unread import note_view
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from storage.sheets.blank_sheets import blank_sheet
from storage.sheets.limits import LAST_ROW, MOST_BYTES, MOST_ROWS
from storage.sheets.rows import SheetKind
from web.context import Context, context_of
from web.downloads import XLSX, download

router = APIRouter(prefix="/api/v1", tags=["batches"])
Asker = Annotated[Principal, Depends(AskingForOneself("asker", scope="batches"))]
Reader = Annotated[Principal, Depends(Authenticated("asker", "supervisor", scope="batches"))]
ENVELOPE = 64 * 1024  # what a form adds to the file inside it
NO_BATCH = N_("There is no such batch.")


@router.get("/items/{code}/batch-template.xlsx", response_class=Response)
def fetch_template(request: Request, code: str, principal: Asker) -> Response:
    """An empty sheet for questions about this item."""
    context = context_of(request)
    kind = batch_kind(context.rulebook.catalogue.item(code), context.rulebook.catalogue, granted_pairs(context, principal))
    return download(blank_sheet(kind, principal.locale, context.say), XLSX, f"{code}.xlsx")


@router.post("/batches", status_code=201, max_body_size=MOST_BYTES + ENVELOPE)
def upload_batch(request: Request, response: Response, item: Annotated[str, Form()], file: UploadFile, principal: Asker) -> Json:
    """Reads a sheet of questions about one item. Good rows are kept aside until confirmed, bad rows named by number and reason."""
    context = context_of(request)
    asked = context.rulebook.catalogue.item(item)
    sheet = read_sheet(file, batch_kind(asked, context.rulebook.catalogue))
    sender = Sender(principal.unit, principal.username)
    with context.database.write() as session:
        need_pledge(session, principal.username, context.rulebook.pledge)
        batch = keep_batch(session, asked, sheet, sender, context.now(), context.rulebook)
        response.headers["Location"] = f"/api/v1/batches/{batch.id}"
        return _shown(session, batch, context, principal)


After = Annotated[int, Query(ge=0, le=LAST_ROW)]


@router.get("/batches/{batch_id}")
def read_batch(request: Request, batch_id: str, principal: Reader, after: After = 0) -> Json:
    """How far a batch is, which rows cannot be asked and which were left out. `rows` = `waiting` + `asked` + `bad` + `left_out`.

    At most a thousand rows are listed of either kind; `after` a row, the next ones are. `errors_more` and `left_out_more` say how
    many rows follow.
    """
    context = context_of(request)
    with context.database.read() as session:
        return _shown(session, seen_batch(session, batch_id, principal), context, principal, after)


@router.post("/batches/{batch_id}/confirm")
def ask_batch(request: Request, batch_id: str, principal: Asker) -> Json:
    """Asks the good rows and replies when all are asked. Broken off, the rest is asked without a further word; confirmed again,
    nothing is asked twice.
    """
    context = context_of(request)
    with context.database.read() as session:
        unit = seen_batch(session, batch_id, principal).unit
    confirm_batch(context.database.write, batch_id, Sender(unit, principal.username), context.now(), context.rulebook)
    return read_batch(request, batch_id, principal)


@router.get("/batches/{batch_id}/results.xlsx", response_class=Response)
def fetch_results(request: Request, batch_id: str, principal: Reader) -> Response:
    """The answers so far as a sheet; every look at a case leaves its line."""
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        batch = seen_batch(session, batch_id, principal)
        rows = list(cases_of(session, batch.id))
        item = context.rulebook.catalogue.item(batch.item)
        kind = batch_kind(item, context.rulebook.catalogue)
        own = batch.unit == principal.unit
        lines = [_line(row, case, kind, own, context, principal) for row, case in rows]
        paper = results_sheet(item, lines, context.say, principal.locale, context.now())
    note_view(context, [row.number for row, case in rows if case], principal, now)
    if unasked := own and sum(case is None and not row.left_out for row, case in rows):
        with context.database.write() as session:
            note_rows(session, batch_id, principal, unasked, now)
    return download(paper, XLSX, f"batch-{batch_id}.xlsx")


@router.get("/batches/{batch_id}/bad-rows.xlsx", response_class=Response)
def fetch_bad_rows(request: Request, batch_id: str, principal: Asker) -> Response:
    """The rows that cannot be asked, as they were typed and with the reason: put right, this sheet can be uploaded."""
    context, catalogue = context_of(request), context_of(request).rulebook.catalogue
    with context.database.read() as session:
        batch = seen_batch(session, batch_id, principal)
        rows, _ = bad_rows(session, batch.id, MOST_ROWS)
    kind = batch_kind(catalogue.item(batch.item), catalogue)
    lines = [(row.cells or {}, reasons_in(row.faults or (), kind, context.say, principal.locale)) for row in rows]
    with context.database.write() as session:
        note_rows(session, batch_id, principal, len(lines), context.now())
    blank = blank_sheet(kind, principal.locale, context.say)
    return download(bad_rows_sheet(blank, kind, lines, principal.locale), XLSX, f"batch-{batch_id}-bad-rows.xlsx")


def note_rows(session: Session, batch_id: str, principal: Principal, count: int, now: datetime) -> None:
    """Writes who read so many rows of a sheet that are no cases yet, or never became one."""
    trail.write(session, [TrailLine.of_person(principal, now, "batch_rows", details={"batch": batch_id, "rows": count})])


def _line(row: BatchRow, case: Case | None, kind: SheetKind, own: bool, context: Context, principal: Principal) -> Line:
    """A line of the sheet of answers; whom a row that is no case is about is shown to its `own` unit alone."""
    if row.left_out:
        return Line(row.row, case, context.say(principal.locale, row.left_out))
    cells, why = row.cells or {}, reasons_in(row.faults or (), kind, context.say, principal.locale)
    return Line(row.row, case, why, *((people_in(cells, kind), cells.get("reference", "")) if own else ()))


def seen_batch(session: Session, batch_id: str, principal: Principal) -> Batch:
    """The batch, if this person may see it. Raises Problem."""
    batch = session.get(Batch, batch_id)
    if batch is None or (batch.unit != principal.unit and "supervisor" not in principal.roles):
        raise Problem([FieldFault("batch", "unknown_batch", NO_BATCH)], 404)
    return batch


def _shown(session: Session, batch: Batch, context: Context, principal: Principal, after: int = 0) -> Json:
    counts = counts_of(session, batch.id)
    shown = {"id": batch.id, "item": batch.item, "made_at": batch.made_at, "confirmed_at": batch.confirmed_at}
    bad, bad_more = bad_rows(session, batch.id, after=after)
    left, left_more = left_rows(session, batch.id, after=after)
    errors = [{"row": row.row, **_fault(fault, context, principal)} for row in bad for fault in row.faults or ()]
    lines = [{"row": row.row, "message": context.say(principal.locale, row.left_out)} for row in left]
    told = {"errors": errors, "errors_more": bad_more, "left_out_rows": lines, "left_out_more": left_more}
    told["sheets_not_read"] = batch.not_read or []
    return {**shown, "rows": batch.row_count, "good": counts["waiting"] + counts["asked"], **counts, **told}


def _fault(fault: Json, context: Context, principal: Principal) -> Json:
    words = context.say(principal.locale, fault["message"], **fault["params"])
    return {"field": fault["field"], "code": fault["code"], "message": words}
