"""/reform/sources: the board of registers, one register with its letter and history, the board as a sheet and back."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col, select

from access.accounts import names_of
from access.principal import Principal
from access.units import Units, all_units
from cases.attachments.cleaning import MOST_BYTES as MOST_PAPER
from cases.attachments.cleaning import clean
from cases.trail.differences import differences, first_values
from reform.changes import ReformAct, acts_about, note_acts
from reform.known_words import known_words
from reform.page_frame import Reformer, known, show
from reform.papers.paper import SOURCE, keep_paper, papers_about
from reform.sources.source import ENTERED, RegisterSource, SourceState
from reform.sources.source_board import read_board
from reform.sources.source_form import read_source
from reform.sources.source_sheets import Taken, change, entered, read_sources, sources_book, take_sources
from reform.sources.source_words import SOURCE_FIELDS, STATE_WORDS
from storage.problem import N_, FieldFault, Problem
from storage.sheets.limits import MOST_BYTES, BadFile
from web.context import context_of
from web.downloads import XLSX, download
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
ENVELOPE = 64 * 1024  # what a form adds to the file inside it
FAULTS_SHOWN = 50
MOST_LETTERS = 5
NO_SOURCE = N_("There is no such register.")
NO_FILE = N_("Choose the sheet first.")
TWICE = N_("This unit has a register of that name already.")
ELSEWHERE = N_("Somebody else changed this register in the meantime. What you typed stands below; look at it once more and save.")
LETTERS_FULL = N_("At most {most} letters are kept beside a register.")


async def _read_items(request: Request) -> list[str]:
    return [value for value in (await request.form()).getlist("items") if isinstance(value, str)][:200]


Items = Annotated[list[str], Depends(_read_items)]


@router.get("/reform/sources")
def show_board(request: Request, principal: Reformer, state: str = "") -> Response:
    """The board; of one state alone where it is named."""
    return _board(request, principal, state)


def _board(
    request: Request, principal: Principal, state: str = "", faults: Sequence[FieldFault] = (), sheet: Taken | None = None
) -> Response:
    context = context_of(request)
    with context.database.read() as session:
        board = read_board(session, context.now(), context.today(), context.rulebook.catalogue)
        units, changes = all_units(session), acts_about(session, "source", at_most=10)
        names = names_of(session, {act.who for act in changes})
    counts = {one.value: sum(row.source.state == one for row in board.rows) for one in SourceState}
    values = {
        "board": board,
        "counts": counts,
        "wanted": state,
        "sheet": sheet,
        "changes": changes,
        "names": names,
        "faults": faults,
    }
    values |= {"called": {str(row.source.id): row.source.name for row in board.rows}, "most_faults": FAULTS_SHOWN}
    page = _shown(request, principal, "sources", units, **values, today=context.today())
    page.status_code = 422 if faults or (sheet and sheet.faults) else 200
    return page


def _shown(request: Request, principal: Principal, name: str, units: Units, **values: Any) -> Response:
    """A page with the words that a history needs for its codes."""
    context, locale = context_of(request), context_of(request).locale(request, principal)
    words = known_words(
        units, context.rulebook.catalogue, locale, {code: context.say(locale, word) for code, word in STATE_WORDS.items()}
    )
    more = {"units": units, "catalogue": context.rulebook.catalogue, "known": words, "states": STATE_WORDS, "fields": SOURCE_FIELDS}
    return show(request, principal, name, **values, **more)


@router.get("/reform/sources.xlsx")
def fetch_board(request: Request, principal: Reformer) -> Response:
    """The board as a sheet that can be sent back."""
    context = context_of(request)
    with context.database.read() as session:
        sources = session.exec(select(RegisterSource).order_by(col(RegisterSource.unit), col(RegisterSource.name))).all()
    return download(sources_book(sources, context.locale(request, principal), context.say), XLSX, "sources.xlsx")


@router.post("/reform/sources/sheet", max_body_size=MOST_BYTES + ENVELOPE)
def send_board(request: Request, principal: Reformer, file: Annotated[UploadFile | None, File()] = None) -> Response:
    """Takes a sheet in as a whole; with a fault in any row nothing is changed, and each is told by row and column."""
    context = context_of(request)
    try:
        if file is None or not (data := file.file.read(MOST_BYTES + 1)):
            raise BadFile(NO_FILE)
        with context.database.write() as session:
            rows, bad = read_sources(file.filename or "", data, all_units(session), context.rulebook.catalogue.items)
            done = Taken(faults=bad) if bad else take_sources(session, rows, principal, context.now())
    except BadFile as wrong:
        return _board(request, principal, faults=[FieldFault("file", "bad_file", wrong.message, wrong.params)])
    return _board(request, principal, sheet=done)


@router.get("/reform/sources/new")
def show_new(request: Request, principal: Reformer, unit: str = "", item: str = "") -> Response:
    """An empty form; a unit and an item named in the address are filled in."""
    return _form(request, principal, None, {"unit": unit, "state": SourceState.PLANNED.value}, [item])


@router.post("/reform/sources/new")
def add_source(request: Request, principal: Reformer, form_data: FormTyped, items: Items) -> Response:
    """Puts a register on the board."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        values, faults = read_source(form_data, items, all_units(session), context.rulebook.catalogue.items, context.today())
        faults += _twice(session, values, None)
        if not faults:
            one = entered(RegisterSource(changed_at=now, **values), now)
            session.add(one)
            session.flush()
            note_acts(session, principal, now, [ReformAct("source", str(one.id), "source_add", first_values(values))])
    if faults:
        return _form(request, principal, None, form_data, items, faults)
    return RedirectResponse("/reform/sources?flash=source_saved", 303)


@router.get("/reform/sources/{source_id}")
def show_source(request: Request, principal: Reformer, source_id: int) -> Response:
    """One register: its form, its letters, its history."""
    with context_of(request).database.read() as session:
        one = _found(session, source_id)
    typed = {name: str(getattr(one, name) or "") for name in ENTERED} | {"version": str(one.version)}
    return _form(request, principal, one, typed, one.items)


@router.post("/reform/sources/{source_id}")
def save_source(request: Request, principal: Reformer, source_id: int, form_data: FormTyped, items: Items) -> Response:
    """Changes a register. Of two people the second is told that somebody else was first, and loses nothing of what they typed."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        found = select(RegisterSource).where(RegisterSource.id == source_id).with_for_update()
        one = known(session.exec(found).first(), "source", NO_SOURCE)
        values, faults = read_source(form_data, items, all_units(session), context.rulebook.catalogue.items, context.today())
        faults += _twice(session, values, source_id)
        if form_data.get("version", "") != str(one.version):
            faults, form_data = [FieldFault("", "changed", ELSEWHERE), *faults], {**form_data, "version": str(one.version)}
        changed = differences(one.model_dump(include=set(ENTERED)), values)
        if changed and not faults:
            change(one, values, now)
            note_acts(session, principal, now, [ReformAct("source", str(one.id), "source_change", changed)])
    if faults:
        return _form(request, principal, one, form_data, items, faults)
    return RedirectResponse("/reform/sources?flash=source_saved", 303)


@router.post("/reform/sources/{source_id}/letter", max_body_size=MOST_PAPER + ENVELOPE)
def attach_letter(
    request: Request, principal: Reformer, source_id: int, file: Annotated[UploadFile | None, File()] = None
) -> Response:
    """Keeps the letter to the superior, or the reply, beside the register: as pictures of its pages, written anew."""
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        _check_room(session, _found(session, source_id))
    try:
        made = clean(file.file.read(MOST_PAPER + 1) if file else b"")
    except Problem as problem:
        if problem.status == 503:
            raise
        with context.database.read() as session:
            one = _found(session, source_id)
        typed = {name: str(getattr(one, name) or "") for name in ENTERED} | {"version": str(one.version)}
        return _form(request, principal, one, typed, one.items, problem.faults)
    with context.database.write() as session:
        _check_room(session, _found(session, source_id))
        keep_paper(session, SOURCE, str(source_id), principal, made, now)
        note_acts(session, principal, now, [ReformAct("source", str(source_id), "source_letter")])
    return RedirectResponse(f"/reform/sources/{source_id}?flash=letter_kept#letters", 303)


def _check_room(session: Session, one: RegisterSource) -> None:
    if len(papers_about(session, SOURCE, [str(one.id)]).get(str(one.id), ())) >= MOST_LETTERS:
        raise Problem([FieldFault("file", "too_many", LETTERS_FULL, {"most": MOST_LETTERS})], 409)


def _found(session: Session, source_id: int) -> RegisterSource:
    return known(session.get(RegisterSource, source_id), "source", NO_SOURCE)


def _twice(session: Session, values: dict[str, Any], mine: int | None) -> list[FieldFault]:
    """Whether another register of the unit is called so."""
    same = select(RegisterSource.id).where(RegisterSource.unit == values["unit"], RegisterSource.name == values["name"])
    return [FieldFault("name", "taken", TWICE)] if set(session.exec(same)) - {mine} else []


def _form(
    request: Request,
    principal: Principal,
    one: RegisterSource | None,
    form_data: FormData,
    items: Sequence[str],
    faults: Sequence[FieldFault] = (),
) -> Response:
    context = context_of(request)
    with context.database.read() as session:
        units = all_units(session)
        changes = acts_about(session, "source", str(one.id)) if one else []
        letters = papers_about(session, SOURCE, [str(one.id)]).get(str(one.id), []) if one else []
        names = names_of(session, {*(letter.by for letter in letters), *(act.who for act in changes)})
    values = {"one": one, "form_data": form_data, "picked": set(items), "faults": faults, "names": names, "changes": changes}
    return _shown(request, principal, "source", units, **values, letters=letters, may_attach=len(letters) < MOST_LETTERS)
