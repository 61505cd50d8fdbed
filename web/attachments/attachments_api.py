"""/api/v1/cases/{number}/attachments: sending a picture or PDF to a case, and its pages under the reader's own mark."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response, UploadFile

from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from cases.attachments.attaching import NO_ATTACHMENT, Attaching, case_of, record_attachment_view, remove, shown, shown_one
from cases.attachments.attachment import MOST_CAPTION, Attachment, picture_of
from cases.case import typed_number
from cases.views import record_part, record_view
from storage.json import Json
from storage.problem import FieldFault, Problem
from web.attachments.receiving import MOST_BODY, Sent, receive
from web.attachments.watermarking import watermarked
from web.context import context_of
from web.reader_mark import reader_mark

router = APIRouter(prefix="/api/v1", tags=["attachments"])
Sender = Annotated[Principal, Depends(Authenticated("asker", "clerk", scope=("ask", "desk")))]
Reader = Annotated[Principal, Depends(Authenticated(scope="read"))]
ALONE = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cross-Origin-Resource-Policy": "same-origin"}


@router.post("/cases/{number}/attachments", status_code=201, max_body_size=MOST_BODY)
def attach_file(
    request: Request,
    number: str,
    principal: Sender,
    file: UploadFile,
    caption: Annotated[str, Form(max_length=MOST_CAPTION)] = "",
) -> Json:
    """Attaches a JPEG, PNG, WebP, TIFF or PDF of at most 8 MB and ten pages. It is kept as pictures of its pages, written anew."""
    return attachment_view(receive(context_of(request), principal, number, Sent(file, caption)))


@router.get("/cases/{number}/attachments")
def list_attachments(request: Request, number: str, principal: Reader) -> Json:
    """What is attached to a case; the look is recorded."""
    context, number = context_of(request), typed_number(number)
    with context.database.read() as session:
        case = case_of(session, number, principal)
        found = [attachment_view(one) for one in shown(session, case)]
    record_view(context.database, case, principal, context.now())
    return {"attachments": found}


@router.get("/cases/{number}/attachments/{attachment}/{page}.jpg", response_class=Response)
def fetch_page(
    request: Request,
    number: str,
    attachment: str,
    page: Annotated[int, Path(ge=1, le=1000)],
    principal: Reader,
    small: Annotated[bool, Query(description="A small one, for lists")] = False,
) -> Response:
    """One page as a JPEG; its reader's unit, name and the time are drawn into it, and the look is recorded."""
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        one = shown_one(session, typed_number(number), attachment, principal)
        case, picture, units = case_of(session, one.number, principal), picture_of(session, one, page, small), all_units(session)
    if picture is None:
        raise Problem([FieldFault("page", "unknown", NO_ATTACHMENT)], 404)
    if small:
        record_part(context.database, case, principal, now)
    else:
        record_attachment_view(context.database, one, principal, now)
    marked = watermarked(picture, reader_mark(principal, units, now))
    name = {"Content-Disposition": f'inline; filename="{one.number}-{one.id[:6]}-{page}.jpg"'}
    return Response(marked, media_type="image/jpeg", headers={**ALONE, **name})


@router.post("/cases/{number}/attachments/{attachment}/remove")
def remove_attachment(request: Request, number: str, attachment: str, principal: Sender) -> Json:
    """Takes an attachment away for good; only the side that attached it may."""
    context = context_of(request)
    with context.database.write() as session:
        remove(Attaching(session, principal, context.now()), typed_number(number), attachment)
    return {"removed": attachment}


def attachment_view(one: Attachment) -> Json:
    """An attachment as JSON; its pages are fetched one by one."""
    at = f"/api/v1/cases/{one.number}/attachments/{one.id}"
    told = {"id": one.id, "side": one.side, "unit": one.unit, "at": one.at, "kind": one.kind, "caption": one.caption}
    return {**told, "pages": [f"{at}/{page}.jpg" for page in range(1, one.pages + 1)]}
