"""Batches over the API: upload a sheet, look at what is wrong with it, confirm, follow, fetch the answers."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response, UploadFile
from sqlmodel import Session

from cases import trail
from cases.door import Door, Visitor
from cases.house import House, house_of
from cases.problem import N_, FieldFault, Problem, field_path
from contacts.blank_sheets import blank_sheet
from contacts.rows import RowFault, read_rows
from contacts.sheets import MOST_BYTES, BadFile, Table, read_tables
from requesters.batch_sheets import batch_kind, results_sheet
from requesters.batches import Batch, Sender, bad_rows, cases_of, confirm_batch, counts_of, keep_batch

router = APIRouter(prefix="/api/v1", tags=["batches"])
Asker = Annotated[Visitor, Depends(Door("asker"))]
Reader = Annotated[Visitor, Depends(Door("asker", "supervisor"))]
ENVELOPE = 64 * 1024  # what a form adds to the file inside it
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_BATCH = N_("There is no such batch.")
EMPTY = N_("There are no rows in this file.")


@router.get("/items/{code}/batch-template.xlsx", response_class=Response)
def fetch_template(request: Request, code: str, visitor: Asker) -> Response:
    """An empty sheet for questions about this item."""
    house = house_of(request)
    kind = batch_kind(house.rulebook.catalogue.item(code), house.rulebook.catalogue)
    return _xlsx(blank_sheet(kind, visitor.locale, house.say), f"{code}.xlsx")


@router.post("/batches", status_code=201, max_body_size=MOST_BYTES + ENVELOPE)
def upload_batch(
    request: Request, response: Response, item: Annotated[str, Form()], file: UploadFile, visitor: Asker
) -> dict[str, Any]:
    """Reads a sheet of questions about one item. Good rows are kept aside until confirmed, bad rows named by number and reason."""
    house = house_of(request)
    asked = house.rulebook.catalogue.item(item)
    table = _read_file(file)
    sheet = read_rows(table, batch_kind(asked, house.rulebook.catalogue).columns)
    if header := [_header_fault(fault) for fault in sheet[1] if fault.row == 1]:
        raise Problem(header)
    sender = Sender(visitor.unit, visitor.username)
    with house.database.write() as session:
        batch = keep_batch(session, asked, sheet, sender, house.now(), house.rulebook)
        response.headers["Location"] = f"/api/v1/batches/{batch.id}"
        return _shown(session, batch, house, visitor)


def _header_fault(fault: RowFault) -> FieldFault:
    return FieldFault(
        field_path("rows", fault.row, *filter(None, fault.field.split("."))), "bad_header", fault.message, fault.params
    )


def _read_file(file: UploadFile) -> Table:
    try:
        tables = read_tables(file.filename or "", file.file.read(MOST_BYTES + 1))
    except BadFile as bad:
        raise Problem([FieldFault("file", "bad_file", bad.message, bad.params)]) from None
    if not tables or not tables[0].rows:
        raise Problem([FieldFault("file", "empty", EMPTY)])
    return tables[0]


@router.get("/batches/{batch_id}")
def read_batch(request: Request, batch_id: str, visitor: Reader) -> dict[str, Any]:
    """How far a batch is, and which rows cannot be asked."""
    house = house_of(request)
    with house.database.read() as session:
        return _shown(session, _seen_batch(session, batch_id, visitor), house, visitor)


@router.post("/batches/{batch_id}/confirm")
def ask_batch(request: Request, batch_id: str, visitor: Asker) -> dict[str, Any]:
    """Asks the good rows. Confirmed again after breaking off, it goes on where it stopped; nothing is asked twice."""
    house = house_of(request)
    with house.database.read() as session:
        unit = _seen_batch(session, batch_id, visitor).unit
    confirm_batch(house.database.write, batch_id, Sender(unit, visitor.username), house.now(), house.rulebook)
    return read_batch(request, batch_id, visitor)


@router.get("/batches/{batch_id}/results.xlsx", response_class=Response)
def fetch_results(request: Request, batch_id: str, visitor: Reader) -> Response:
    """The answers so far as a sheet; every look at a case leaves its line."""
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        batch = _seen_batch(session, batch_id, visitor)
        rows = list(cases_of(session, batch.id))
        item = house.rulebook.catalogue.item(batch.item)
        lines = [(row.row, case, _reasons(row.faults, house, visitor)) for row, case in rows]
        paper = results_sheet(item, lines, house.say, visitor.locale)
    looked = {"at": now, "action": "look", "actor": "person", "who": visitor.username, "unit": visitor.unit}
    with house.database.write() as session:
        trail.write(session, [{**looked, "number": row.number} for row, case in rows if case])
    return _xlsx(paper, f"batch-{batch_id}.xlsx")


def _reasons(faults: list[dict[str, Any]] | None, house: House, visitor: Visitor) -> str:
    return " ".join(house.say(visitor.locale, fault["message"], **fault["params"]) for fault in faults or ())


def _seen_batch(session: Session, batch_id: str, visitor: Visitor) -> Batch:
    batch = session.get(Batch, batch_id)
    if batch is None or (batch.unit != visitor.unit and "supervisor" not in visitor.roles):
        raise Problem([FieldFault("batch", "unknown_batch", NO_BATCH)], 404)
    return batch


def _shown(session: Session, batch: Batch, house: House, visitor: Visitor) -> dict[str, Any]:
    counts = counts_of(session, batch.id)
    shown = {"id": batch.id, "item": batch.item, "made_at": batch.made_at, "confirmed_at": batch.confirmed_at}
    errors = [
        {"row": row.row, **_fault(fault, house, visitor)} for row in bad_rows(session, batch.id) for fault in row.faults or ()
    ]
    return {**shown, "good": counts["waiting"] + counts["asked"], **counts, "errors": errors}


def _fault(fault: dict[str, Any], house: House, visitor: Visitor) -> dict[str, Any]:
    words = house.say(visitor.locale, fault["message"], **fault["params"])
    return {"field": fault["field"], "code": fault["code"], "message": words}


def _xlsx(data: bytes, name: str) -> Response:
    return Response(data, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
