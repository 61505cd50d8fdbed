"""/open/counts.json and .csv: the monthly counts for the city's portal, without signing in, where the house is set so."""

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response

from access.authentication import Public
from reform.savings.open_counts import as_csv, as_json, open_rows
from storage.problem import N_, FieldFault, Problem
from web.context import Context, context_of

router = APIRouter(tags=["open"], dependencies=[Depends(Public())])
FRESH = 3600  # seconds that others may keep them: they change once a month
NOT_OPEN = N_("This house does not publish its monthly counts.")
Known = Annotated[str, Header(alias="if-none-match")]


@router.get("/open/counts.json")
def tell_counts(request: Request, known: Known = "") -> Response:
    """What was saved in each month that has ended: count, journeys, papers and days by way and certificate or item.

    No unit and no person stands in it; a count under 5 is told as "<5" without its figures, and no sum contains it.
    """
    return _told(request, "application/json", known)


@router.get("/open/counts.csv")
def tell_counts_as_csv(request: Request, known: Known = "") -> Response:
    """The same rows as CSV (UTF-8, one line of headings)."""
    return _told(request, "text/csv; charset=utf-8", known)


def _told(request: Request, kind: str, known: str) -> Response:
    """The document, or 304 where the sender has it already."""
    context = context_of(request)
    if not context.open_counts:
        raise Problem([FieldFault("", "not_open", NOT_OPEN)], 404)
    body = context.reports.get(("open counts", kind, context.today()), lambda: _made(context, kind))
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"Cache-Control": f"public, max-age={FRESH}", "ETag": mark, "Access-Control-Allow-Origin": "*"}
    if mark in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)


def _made(context: Context, kind: str) -> bytes:
    with context.database.read() as session:
        rows = open_rows(session, context.today(), context.rulebook.catalogue)
    told: Any = as_csv(rows) if kind.startswith("text/csv") else json.dumps(as_json(rows, context.say), ensure_ascii=False).encode()
    return bytes(told)
