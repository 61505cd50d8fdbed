"""/roster/import: upload a sheet of the roster, preview its changes, take it; blank and filled downloads."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from access.principal import Principal
from contacts.roster import areas, roster_imports
from contacts.roster.keeper_forms import Keeper, Written, note, show
from contacts.roster.roster_book import blank_book, filled_book
from contacts.roster.roster_imports import RosterImport
from storage.problem import N_, FieldFault, Problem
from storage.sheets.limits import MOST_BYTES, BadFile
from web.context import context_of
from web.downloads import XLSX, download

router = APIRouter(include_in_schema=False)
ENVELOPE = 64 * 1024  # what a form adds to the file inside it
SHOWN = 100
GONE = N_("This sheet is not waiting any more. Send it again.")
NO_FILE = N_("Choose the sheet first.")


@router.get("/roster/import")
def show_import(request: Request, principal: Keeper) -> Response:
    """The form for a sheet, the sheets to be fetched, and what of one's own still waits for a yes."""
    return _import_page(request, principal, Written())


def _import_page(request: Request, principal: Principal, written: Written) -> Response:
    context = context_of(request)
    with context.database.read() as session:
        waiting = roster_imports.waiting(session, principal.username, context.now())
        towns = areas.towns(session)
    return show(request, principal, "import", written, waiting=waiting, towns=towns)


@router.post("/roster/import", max_body_size=MOST_BYTES + ENVELOPE)
def send_sheet(
    request: Request, principal: Keeper, file: UploadFile | None = None, complete: Annotated[bool, Form()] = False
) -> Response:
    """Reads the sheet and goes to its preview; nothing is changed in the roster."""
    context = context_of(request)
    try:
        if file is None or not (data := file.file.read(MOST_BYTES + 1)):
            raise BadFile(NO_FILE)
        with context.database.write() as session:
            kept = roster_imports.keep(session, file.filename or "", data, complete, principal.username, context.now())
    except BadFile as bad:
        form_data = {"complete": "on"} if complete else {}
        return _import_page(request, principal, Written(form_data, [FieldFault("file", "bad_file", bad.message, bad.params)]))
    return RedirectResponse(f"/roster/import/{kept.id}", 303)


@router.get("/roster/import/{import_id}")
def show_preview(
    request: Request, import_id: UUID, principal: Keeper, what: str = "", page: Annotated[int, Query(ge=1)] = 1
) -> Response:
    """What the sheet would add, change and remove, row by row, and every row that cannot be taken with the reason.

    It says who stands in the roster now: the look is recorded.
    """
    with context_of(request).database.write() as session:
        kept = _own(roster_imports.find(session, import_id, principal.username))
        note(session, principal, "roster_look", context_of(request).now(), **kept.counts)
    what = what or ("bad" if kept.preview["faults"] else "all")
    told = {"bad": kept.preview["faults"], "left_out": kept.preview["left_out"]}
    rows = told[what] if what in told else [r for r in kept.preview["rows"] if what in ("all", r["what"])]
    start, pages = (page - 1) * SHOWN, max(1, -(-len(rows) // SHOWN))
    values: dict[str, Any] = {"kept": kept, "rows": rows[start : start + SHOWN], "what": what, "page": page, "pages": pages}
    return show(request, principal, "preview", **values)


def _own(kept: RosterImport | None) -> RosterImport:
    if kept is None:
        raise Problem([FieldFault("file", "gone", GONE)], 404)
    return kept


@router.post("/roster/import/{import_id}/take")
def take_sheet(request: Request, import_id: UUID, principal: Keeper) -> Response:
    """Takes in exactly what the preview says. Where the roster has changed since, a new preview is shown instead."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        done = roster_imports.take(session, import_id, principal.username, now)
        if done is None:
            raise Problem([FieldFault("file", "gone", GONE)], 409)
        if done.taken:
            note(session, principal, "roster_import", now, **done.counts)
    return RedirectResponse(f"/roster/import/{import_id}?flash={'taken_in' if done.taken else 'look_again'}", 303)


@router.post("/roster/import/{import_id}/drop")
def drop_sheet(request: Request, import_id: UUID, principal: Keeper) -> Response:
    """Gives the sheet up; nothing of it was taken."""
    with context_of(request).database.write() as session:
        _own(roster_imports.find(session, import_id, principal.username))
        roster_imports.drop(session, import_id, principal.username)
    return RedirectResponse("/roster/import?flash=dropped", 303)


@router.get("/roster/blank.xlsx")
def fetch_blank(request: Request, principal: Keeper) -> Response:
    """An empty workbook to be filled in."""
    context = context_of(request)
    return download(blank_book(context.locale(request, principal), context.say), XLSX, "roster-blank.xlsx")


@router.get("/roster/sheet.xlsx")
def fetch_sheet(request: Request, principal: Keeper, town: str = "") -> Response:
    """The roster as it stands, of one town or all, in the form in which it can be sent back. The fetching is recorded."""
    context = context_of(request)
    with context.database.write() as session:
        book, people = filled_book(session, context.locale(request, principal), context.say, town)
        note(session, principal, "roster_export", context.now(), town=town, people=people)
    return download(book, XLSX, "roster.xlsx")
