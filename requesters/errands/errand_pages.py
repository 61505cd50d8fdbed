"""/errands: what an agent of a village or street asks for several people, kept at the house as it is typed."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Path, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col, select

from access.authentication import Authenticated
from access.principal import Principal
from cases.attachments.attachment import MANDATE
from cases.case import Case
from cases.catalogue.checks import NEEDED
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from requesters.ask.pledge_pages import pledge_first
from requesters.ask.questions_api import granted_pairs
from requesters.errands.rounds import (
    ID,
    ErrandRound,
    add_people,
    begin,
    fresh_id,
    people_of,
    remove_person,
    round_of,
    rounds_of,
)
from requesters.errands.sending import Sending, askable, send
from requesters.errands.typed_people import MOST_SHEET_BYTES, TypedPeople, read_lines, read_sheet, with_others
from requesters.own_cases.unread import note_view
from storage.bulk_rows import among
from storage.problem import N_, FieldFault, Problem
from web.attachments.receiving import MOST_BODY, Sent, receive_aside
from web.context import Context, context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
Envoy = Annotated[Principal, Depends(Authenticated("envoy"))]
RoundId = Annotated[str, Path(pattern=ID)]
LONG_LIST = 15  # people; on a longer one forms are asked for one by one
LONGEST = {"purpose": 200, "reference": 64}  # as in a question
TOO_LONG = N_("This may have at most {max_length} characters.")


@router.get("/errands")
def list_rounds(request: Request, principal: Envoy) -> Response:
    """One's own lists, and the form for a new one. What the last one was for stands in it already."""
    context = context_of(request)
    if way := pledge_first(context, principal):
        return way
    return _start_page(request, context, principal, {}, ())


def _start_page(
    request: Request, context: Context, principal: Principal, form_data: FormData, faults: Sequence[FieldFault]
) -> Response:
    catalogue = context.rulebook.catalogue
    pairs = askable(catalogue, granted_pairs(context, principal))
    with context.database.read() as session:
        rounds, counts = rounds_of(session, principal.username)
    if rounds and not form_data:
        last = rounds[0]
        form_data = {"what": f"{last.item}/{last.matter}", "purpose": last.purpose, "reference": last.reference}
    values = {"pairs": pairs, "rounds": rounds, "counts": counts, "catalogue": catalogue, "key": form_data.get("key") or fresh_id()}
    status = 422 if faults else 200
    return context.page(
        request, "requesters/errands.html", status=status, principal=principal, form_data=form_data, faults=faults, **values
    )


@router.post("/errands")
def begin_round(request: Request, principal: Envoy, form_data: FormTyped) -> Response:
    """Begins a list and goes to it; sent twice it begins one."""
    context = context_of(request)
    item, _, matter = form_data.get("what", "").partition("/")
    named = {name: form_data.get(name, "").strip() for name in ("purpose", "reference")}
    faults = [FieldFault(name, "missing", NEEDED) for name, value in named.items() if not value]
    most = {name: length for name, length in LONGEST.items() if len(named[name]) > length}
    faults += [FieldFault(name, "too_long", TOO_LONG, {"max_length": length}) for name, length in most.items()]
    if (item, matter) not in askable(context.rulebook.catalogue, granted_pairs(context, principal)):
        faults.insert(0, FieldFault("what", "missing", NEEDED))
    key = form_data.get("key", "")
    if faults or not _is_id(key):
        return _start_page(request, context, principal, form_data, faults)
    fresh = ErrandRound(
        id=key, username=principal.username, unit=principal.unit, at=context.now(), item=item, matter=matter,
        purpose=named["purpose"], reference=named["reference"],
    )  # fmt: skip
    with context.database.write() as session:
        begin(session, fresh)
    return RedirectResponse(f"/errands/{key}", 303)


def _is_id(key: str) -> bool:
    return len(key) == 16 and all(sign in "0123456789abcdef" for sign in key)


@router.get("/errands/{round_id}")
def show_round(request: Request, round_id: RoundId, principal: Envoy, at: Annotated[int, Query(ge=0, le=10_000)] = 0) -> Response:
    """A list: who stands on it, what is missing, and what was answered. Looks at its cases are recorded.

    On a long list only the person at this place has forms of their own, so that the page stays light.
    """
    return _page(request, principal, round_id, "", (), at)


def _page(request: Request, principal: Principal, round_id: str, left: str, faults: Sequence[FieldFault], at: int = 0) -> Response:
    context = context_of(request)
    with context.database.read() as session:
        one, people = round_of(session, round_id, principal), people_of(session, round_id)
        cases = _cases(session, [person.number for person in people if person.number])
    if cases:
        note_view(context, list(cases), principal, context.now())
    if any(not person.number for person in people):
        _note_look(context, principal, round_id)
    catalogue = context.rulebook.catalogue
    values: dict[str, Any] = {"one": one, "people": people, "cases": cases, "item": catalogue.item(one.item)}
    values |= {"catalogue": catalogue, "left": left, "form": fresh_id(), "mandates": context.rulebook.mandates, "faults": faults}
    values["opened"] = [person.place for person in people if len(people) <= LONG_LIST or person.place == at]
    return context.page(request, "requesters/errand_round.html", status=422 if faults else 200, principal=principal, **values)


def _note_look(context: Context, principal: Principal, round_id: str) -> None:
    """People of a list that was not sent have no case whose trail could tell of it: the unit's own does."""
    with context.database.write() as session:
        trail.write(session, [TrailLine.of_person(principal, context.now(), "errand_look", details={"list": round_id})])


def _cases(session: Session, numbers: Sequence[str]) -> dict[str, Case]:
    if not numbers:
        return {}
    return {one.number: one for one in session.exec(select(Case).where(among(session, col(Case.number), sorted(numbers)))).all()}


@router.post("/errands/{round_id}/people")
def put_people(
    request: Request, round_id: RoundId, principal: Envoy, form_data: FormTyped, sheet: Annotated[UploadFile | None, File()] = None
) -> Response:
    """Puts typed or pasted people on the list, or those of a sheet; lines that are wrong come back, the others are kept."""
    context, text = context_of(request), form_data.get("people", "")
    try:
        if sheet is not None and sheet.filename:
            text = "\n".join([text, read_sheet(sheet.filename, sheet.file.read(MOST_SHEET_BYTES + 1))])
        typed = read_lines(text, context.today())
        if typed.people:
            with context.database.write() as session:
                round_of(session, round_id, principal, lock=True)
                others = add_people(session, round_id, form_data.get("form", "")[:32], typed.people)
            typed = with_others(typed, others)
    except Problem as problem:
        if problem.status == 404:
            raise
        typed = TypedPeople((), form_data.get("people", ""), problem.faults)
    if typed.faults:
        return _page(request, principal, round_id, typed.left, typed.faults)
    return RedirectResponse(f"/errands/{round_id}", 303)


@router.post("/errands/{round_id}/people/{place}/remove")
def take_off(request: Request, round_id: RoundId, place: int, principal: Envoy) -> Response:
    """Takes somebody off the list who was not asked about."""
    context = context_of(request)
    with context.database.write() as session:
        round_of(session, round_id, principal, lock=True)
        remove_person(session, round_id, place)
    return RedirectResponse(f"/errands/{round_id}", 303)


@router.post("/errands/{round_id}/paper", max_body_size=MOST_BODY)
def keep_paper(
    request: Request,
    round_id: RoundId,
    principal: Envoy,
    file: Annotated[UploadFile | None, File()] = None,
    place: Annotated[int, Form(ge=0, le=10_000)] = 0,
) -> Response:
    """Keeps the paper or photograph that allows it: of one person, or with place 0 one for all."""
    context = context_of(request)
    with context.database.read() as session:
        round_of(session, round_id, principal)
    try:
        kept = receive_aside(context, principal, Sent(file), MANDATE)
    except Problem as problem:
        return _page(request, principal, round_id, "", problem.faults)
    with context.database.write() as session:
        one = round_of(session, round_id, principal, lock=True)
        person = next((person for person in people_of(session, round_id) if person.place == place), None)
        if person is not None:
            person.mandate = kept.id
        else:
            one.mandate = kept.id
    return RedirectResponse(f"/errands/{round_id}", 303)


@router.post("/errands/{round_id}/send")
def send_round(request: Request, round_id: RoundId, principal: Envoy) -> Response:
    """Asks about everybody on the list; sent twice it asks once."""
    context = context_of(request)
    if way := pledge_first(context, principal):
        return way
    try:
        with context.database.write() as session:
            one = round_of(session, round_id, principal, lock=True)
            send(Sending(session, principal, context.now(), context.rulebook), one)
    except Problem as problem:
        if problem.status == 404:
            raise
        return _page(request, principal, round_id, "", problem.faults)
    return RedirectResponse(f"/errands/{round_id}", 303)
