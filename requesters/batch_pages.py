"""Batches in the browser: upload a sheet, see what is wrong with which row, confirm, follow, fetch the answers."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlmodel import col, select

from cases.door import Door, Visitor
from cases.house import house_of
from cases.problem import FieldFault, Problem
from contacts.sheets import MOST_BYTES
from requesters.api import granted_pairs
from requesters.batches import Batch
from requesters.batches_api import ENVELOPE, ask_batch, read_batch, upload_batch

router = APIRouter(include_in_schema=False)
Asker = Annotated[Visitor, Depends(Door("asker"))]
SHOWN = 30


@router.get("/batches")
def show_batches(request: Request, visitor: Asker) -> Response:
    """The form for a sheet, and the unit's batches, newest first."""
    return _list_page(request, visitor, "", [])


def _list_page(request: Request, visitor: Visitor, item: str, faults: list[FieldFault]) -> Response:
    house, catalogue = house_of(request), house_of(request).rulebook.catalogue
    with house.database.read() as session:
        own = select(Batch).where(Batch.unit == visitor.unit).order_by(col(Batch.made_at).desc()).limit(SHOWN)
        batches = session.exec(own).all()
    items = catalogue.search("", visitor.locale, {code for code, _ in granted_pairs(house, visitor)})
    values = {"batches": batches, "items": items, "catalogue": catalogue, "typed": {"item": item}, "faults": faults}
    status = 422 if faults else 200
    page: Response = house.page(request, "requesters/batches.html", status=status, visitor=visitor, **values)
    return page


@router.post("/batches", max_body_size=MOST_BYTES + ENVELOPE)
def send_sheet(request: Request, item: Annotated[str, Form()], file: UploadFile, visitor: Asker) -> Response:
    """Reads the sheet and goes to its batch; a sheet that cannot be read is told of beside the form."""
    try:
        made = upload_batch(request, Response(), item, file, visitor)
    except Problem as problem:
        return _list_page(request, visitor, item, [_beside(fault) for fault in problem.faults])
    return RedirectResponse(f"/batches/{made['id']}", 303)


def _beside(fault: FieldFault) -> FieldFault:
    """What is wrong with the sheet's headings is told beside the sheet."""
    return replace(fault, field="file") if fault.field.startswith("rows") else fault


@router.get("/batches/{batch_id}")
def show_batch(request: Request, batch_id: str, visitor: Asker) -> Response:
    """How far the batch is, and every row that cannot be asked with its reason."""
    house = house_of(request)
    batch: dict[str, Any] = read_batch(request, batch_id, visitor)
    item = house.rulebook.catalogue.item(batch["item"])
    page: Response = house.page(request, "requesters/batch.html", visitor=visitor, batch=batch, item=item)
    return page


@router.post("/batches/{batch_id}/confirm")
def confirm_sheet(request: Request, batch_id: str, visitor: Asker) -> Response:
    """Asks the good rows."""
    ask_batch(request, batch_id, visitor)
    return RedirectResponse(f"/batches/{batch_id}?said=batch", 303)
