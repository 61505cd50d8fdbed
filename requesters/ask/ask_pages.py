"""/ask: choose an item and matter, fill in the form, check and send the question."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.principal import Principal
from access.units import all_units
from cases.case import Case, question_of
from cases.catalogue.checks import NOT_NEEDED
from cases.catalogue.item import Item
from cases.certificates.directory import all_certificates
from cases.commitments.due_papers import count_due
from cases.grants.holders import permitted
from cases.question import Question
from requesters.ask.ask_files import attach_sent, keep_sent, kept_for
from requesters.ask.ask_form import (
    form_faults,
    question_data,
    question_so_far,
    read_back,
    stopped_so_far,
    typed_of,
    typed_year,
)
from requesters.ask.asking_for_oneself import AskingForOneself
from requesters.ask.echoes import echoes
from requesters.ask.hits import KINDS, Search, Shelves, search_all
from requesters.ask.idempotency import IdempotencyRecord
from requesters.ask.item_choice import choose, often_asked
from requesters.ask.pledge_pages import pledge_first
from requesters.ask.promise import Promise, promise
from requesters.ask.questions_api import granted_pairs
from requesters.ask.stopping import count_stopped, counted_already
from requesters.ask.submit import NO_ITEM, NOT_GRANTED, Submission, asked_lately, read_question, submit_one
from requesters.ask.typed_documents import typed_document
from requesters.certificates.ways import Allowed
from requesters.own_cases.case_pages import own_case
from requesters.own_cases.unread import count_unread, note_view
from storage.problem import FieldFault, Problem
from web.attachments.receiving import MOST_BODY
from web.context import Context, context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(AskingForOneself("asker"))]
LONGEST = 100


class AskedBefore(Exception):
    """The same was asked lately: the asker is shown the earlier cases before another is opened."""

    def __init__(self, earlier: Sequence[Case]) -> None:
        self.earlier = earlier
        super().__init__()


@dataclass
class Sheet:
    """The form as it is shown: empty, or with what was typed and what is wrong with it."""

    item: Item
    form_data: FormData = field(default_factory=dict)
    faults: Sequence[FieldFault] = ()
    earlier: Sequence[Case] = ()
    key: str = ""


@router.get("/ask")
def choose_item(request: Request, principal: Asker, q: str = "", matter: str = "") -> Response:
    """By words, whatever leads somewhere: certificates, items, matters, bundles. Without, what this unit may ask, by the matter at
    hand, or from what this person asks often.

    A script that narrows while somebody types gets the list alone.
    """
    context = context_of(request)
    if way := pledge_first(context, principal):
        return way
    locale = context.locale(request, principal)
    catalogue, pairs = context.rulebook.catalogue, granted_pairs(context, principal)
    matter = matter if matter in {about for _, about in pairs} else ""
    choice = choose(catalogue, pairs, matter, locale, context.rulebook.bundles.values())
    with context.database.read() as session:
        units = all_units(session)
        shelves = Shelves(catalogue, Allowed(pairs, context.rulebook.bundles), all_certificates(session), units)
        hits = search_all(shelves, Search(q[:LONGEST], locale, matter)) if q.strip() else None
        often = [] if q or matter else often_asked(session, principal, pairs)
        unread = 0 if q or matter else count_unread(session, principal.unit, principal.username)
        papers = 0 if q or matter else count_due(session, principal.unit, context.rulebook.calendar, context.today())
    values = {"unread": unread, "choice": choice, "often": often, "q": q, "matter": matter, "units": units, "catalogue": catalogue}
    values |= {"hits": hits, "hit_kinds": KINDS, "papers": papers}
    piece = request.headers.get("hx-target") == "found"
    return context.page(request, f"requesters/ask{'_found' * piece}.html", principal=principal, **values)


@router.get("/ask/{code}")
def show_form(request: Request, code: str, principal: Asker, matter: str = "", again: str = "") -> Response:
    """The form of one item: empty, or filled in with what was asked in the case `again`. Nothing is sent by itself."""
    context = context_of(request)
    if way := pledge_first(context, principal):
        return way
    item = _granted_item(context, principal, code)
    form_data = _asked_in(context, principal, again, item) if again else {"matter": matter}
    return _form_page(request, context, principal, Sheet(item, form_data, _told_before(context, principal, item)))


def _told_before(context: Context, principal: Principal, item: Item) -> Sequence[FieldFault]:
    """What speaks against this item whatever is typed: nobody has to fill in a form for that."""
    with context.database.read() as session:
        wish = (principal.unit, item.code, "")
        refusal = permitted(session, [wish], context.rulebook.catalogue, context.today()).refusal(principal.unit, item.holder)
    return refusal.faults if refusal else ()


def _asked_in(context: Context, principal: Principal, number: str, item: Item) -> FormData:
    """What one of the unit's cases asked, for the form; it shows who it was about, so the look is recorded. Raises Problem."""
    with context.database.read() as session:
        case = own_case(session, number, principal)
        if case.item != item.code:
            raise Problem([FieldFault("item", "unknown_item", NO_ITEM)], 404)
        form_data = typed_of(question_of(case))
    note_view(context, [case.number], principal, context.now())
    return form_data


def _granted_item(context: Context, principal: Principal, code: str) -> Item:
    if code not in context.rulebook.catalogue.items:
        raise Problem([FieldFault("item", "unknown_item", NO_ITEM)], 404)
    if code not in {item for item, _ in granted_pairs(context, principal)}:
        raise Problem([FieldFault("item", "not_granted", NOT_GRANTED)], 403)
    return context.rulebook.catalogue.item(code)


def _form_page(request: Request, context: Context, principal: Principal, sheet: Sheet) -> Response:
    catalogue, item = context.rulebook.catalogue, sheet.item
    allowed = sorted(about for code, about in granted_pairs(context, principal) if code == item.code)
    if len(allowed) == 1:
        sheet.form_data.setdefault("matter", allowed[0])
        sheet.form_data["matter"] = sheet.form_data["matter"] or allowed[0]
    with context.database.read() as session:
        units = all_units(session)
        kept = kept_for(session, principal, sheet.form_data)
        promises = [_promise(session, context, item, {**sheet.form_data, "urgent": urgent}) for urgent in ("", "yes")]
    values: dict[str, Any] = {
        "item": item,
        "holder": units[item.holder],
        "form_data": sheet.form_data,
        "faults": sheet.faults,
        "earlier": sheet.earlier,
        "kept": kept,
        "matters": catalogue.search_matters("", context.locale(request, principal), allowed),
        "key": sheet.key or secrets.token_urlsafe(12),
        "promise": promises[sheet.form_data.get("urgent") == "yes"],
        "urgent_promise": promises[1],
        "reads": read_back(item, sheet.form_data, context.locale(request, principal)),
        "documents": {role.role: typed_document(role, sheet.form_data) for role in item.subjects},
        "echoes": {echo.role: echo for echo in echoes(item, sheet.form_data, context.today())},
        "stopped": [fault for fault in sheet.faults if fault.code == NOT_NEEDED],
        "counted": counted_already(item, sheet.form_data),
    }
    status = 422 if sheet.faults else 200
    return context.page(request, "requesters/ask_item.html", status=status, principal=principal, **values)


def _promise(session: Session, context: Context, item: Item, form_data: FormData) -> Promise:
    return promise(session, item, form_data.get("urgent") == "yes", typed_year(form_data), context.now(), context.rulebook)


@router.post("/ask/{code}/check")
def check_form(request: Request, code: str, principal: Asker, form_data: FormTyped) -> Response:
    """What can be said of a form that is still being filled in: its numbers, the promise, and what was asked lately."""
    context = context_of(request)
    item = _granted_item(context, principal, code)
    question = question_so_far(item, form_data, context.today())
    with context.database.read() as session:
        units = all_units(session)
        shown, urgent = (_promise(session, context, item, one) for one in (form_data, {**form_data, "urgent": "yes"}))
        earlier = asked_lately(session, question, principal.unit, context.now()) if question else []
    values = {"item": item, "holder": units[item.holder], "promise": shown, "urgent_promise": urgent, "earlier": earlier}
    values |= {
        "found": echoes(item, form_data, context.today()),
        "documents": {role.role: typed_document(role, form_data) for role in item.subjects},
        "reads": read_back(item, form_data, context.locale(request, principal)),
        "stopped": stopped_so_far(item, form_data, context.today()),
        "counted": counted_already(item, form_data),
    }
    return context.page(request, "requesters/ask_check.html", principal=principal, form_data=form_data, **values)


@router.post("/ask/{code}", max_body_size=MOST_BODY)
def send_question(
    request: Request, code: str, principal: Asker, form_data: FormTyped, file: Annotated[UploadFile | None, File()] = None
) -> Response:
    """Opens the case and goes to it; with faults the form comes back as it was typed. Sent twice, it opens one case."""
    context, now = context_of(request), context_of(request).now()
    item = _granted_item(context, principal, code)
    wrong = keep_sent(context, principal, form_data, file)
    try:
        question = read_question(question_data(item, form_data), now, context.rulebook)
        if wrong:
            raise Problem([])
        with context.database.write() as session:
            number = _submit(session, context, principal, question, form_data)
    except AskedBefore as before:
        return _form_page(request, context, principal, Sheet(item, form_data, earlier=before.earlier, key=_key(form_data)))
    except Problem as problem:
        # A key that was used for another question would refuse this one for ever: the form gets a new one.
        stopping = stopped_so_far(item, form_data, context.today())
        faults = form_faults(item, form_data, [*problem.faults, *wrong, *stopping])
        typed = count_stopped(context, principal, item, form_data, faults)
        return _form_page(request, context, principal, Sheet(item, typed, faults))
    return RedirectResponse(f"/cases/{number}?flash=asked", 303)


def _key(form_data: FormData) -> str:
    return form_data.get("key", "")[:128]


def _submit(session: Session, context: Context, principal: Principal, question: Question, form_data: FormData) -> str:
    submission = Submission(question, principal.unit, principal.username, _key(form_data))
    sent = session.get(IdempotencyRecord, (submission.unit, submission.key))
    earlier = [] if sent or form_data.get("again") else asked_lately(session, submission.question, submission.unit, context.now())
    if earlier:
        raise AskedBefore(earlier)
    number = submit_one(session, submission, context.now(), context.rulebook)
    if not sent:
        attach_sent(session, context, principal, form_data, number)
    return number
