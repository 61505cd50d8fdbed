"""Asking in the browser: choose what is to be verified, fill in the form, send it once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.authentication import Door
from access.principal import Visitor
from access.units import all_units
from cases.case import Case, asked_before
from cases.catalogue.item import Item
from cases.lifecycle import REFUSED, WITHDRAWN
from cases.question import Question
from requesters.ask.ask_form import form_faults, question_data, question_so_far, read_back, typed_year
from requesters.ask.hints import echoes
from requesters.ask.item_choice import choose, often_asked
from requesters.ask.pledge_pages import pledge_first
from requesters.ask.promise import Promise, promise
from requesters.ask.questions_api import granted_pairs
from requesters.ask.submit import LATELY, NO_ITEM, NOT_GRANTED, Receipt, Submission, read_question, submit_one
from requesters.own_cases.unread import count_unread
from storage.problem import FieldFault, Problem
from web.context import House, house_of
from web.form_data import FormTyped, Typed

router = APIRouter(include_in_schema=False)
Asker = Annotated[Visitor, Depends(Door("asker"))]
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
    typed: Typed = field(default_factory=dict)
    faults: Sequence[FieldFault] = ()
    earlier: Sequence[Case] = ()
    key: str = ""


@router.get("/ask")
def choose_item(request: Request, visitor: Asker, q: str = "", matter: str = "") -> Response:
    """What this unit may ask, by words, by the matter at hand, or from what this person asks often.

    A script that narrows while somebody types gets the list alone.
    """
    house = house_of(request)
    if way := pledge_first(house, visitor):
        return way
    locale = house.locale(request, visitor)
    catalogue, pairs = house.rulebook.catalogue, granted_pairs(house, visitor)
    matter = matter if matter in {about for _, about in pairs} else ""
    choice = choose(catalogue, pairs, q[:LONGEST], matter, locale)
    with house.database.read() as session:
        units = all_units(session)
        often = [] if q or matter else often_asked(session, visitor, pairs)
        unread = 0 if q or matter else count_unread(session, visitor.unit, visitor.username)
    values = {"unread": unread, "choice": choice, "often": often, "q": q, "matter": matter, "units": units, "catalogue": catalogue}
    piece = request.headers.get("hx-target") == "found"
    return house.page(request, f"requesters/ask{'_found' * piece}.html", visitor=visitor, **values)


@router.get("/ask/{code}")
def show_form(request: Request, code: str, visitor: Asker, matter: str = "") -> Response:
    """The empty form of one item."""
    house = house_of(request)
    if way := pledge_first(house, visitor):
        return way
    return _form_page(request, house, visitor, Sheet(_granted_item(house, visitor, code), {"matter": matter}))


def _granted_item(house: House, visitor: Visitor, code: str) -> Item:
    if code not in house.rulebook.catalogue.items:
        raise Problem([FieldFault("item", "unknown_item", NO_ITEM)], 404)
    if code not in {item for item, _ in granted_pairs(house, visitor)}:
        raise Problem([FieldFault("item", "not_granted", NOT_GRANTED)], 403)
    return house.rulebook.catalogue.item(code)


def _form_page(request: Request, house: House, visitor: Visitor, sheet: Sheet) -> Response:
    catalogue, item = house.rulebook.catalogue, sheet.item
    allowed = sorted(about for code, about in granted_pairs(house, visitor) if code == item.code)
    if len(allowed) == 1:
        sheet.typed.setdefault("matter", allowed[0])
        sheet.typed["matter"] = sheet.typed["matter"] or allowed[0]
    with house.database.read() as session:
        units = all_units(session)
        promises = [_promise(session, house, item, {**sheet.typed, "urgent": urgent}) for urgent in ("", "yes")]
    values: dict[str, Any] = {
        "item": item,
        "holder": units[item.holder],
        "typed": sheet.typed,
        "faults": sheet.faults,
        "earlier": sheet.earlier,
        "matters": catalogue.search_matters("", house.locale(request, visitor), allowed),
        "key": sheet.key or secrets.token_urlsafe(12),
        "promise": promises[sheet.typed.get("urgent") == "yes"],
        "urgent_promise": promises[1],
        "reads": read_back(item, sheet.typed, house.locale(request, visitor)),
        "echoes": {echo.role: echo for echo in echoes(item, sheet.typed, house.today())},
    }
    status = 422 if sheet.faults else 200
    return house.page(request, "requesters/ask_item.html", status=status, visitor=visitor, **values)


def _promise(session: Session, house: House, item: Item, typed: Typed) -> Promise:
    return promise(session, item, typed.get("urgent") == "yes", typed_year(typed), house.now(), house.rulebook)


@router.post("/ask/{code}/check")
def check_form(request: Request, code: str, visitor: Asker, typed: FormTyped) -> Response:
    """What can be said of a form that is still being filled in: its numbers, the promise, and what was asked lately."""
    house = house_of(request)
    item = _granted_item(house, visitor, code)
    question = question_so_far(item, typed, house.today())
    with house.database.read() as session:
        units = all_units(session)
        shown, urgent = (_promise(session, house, item, one) for one in (typed, {**typed, "urgent": "yes"}))
        earlier = _earlier(session, question, visitor.unit, house) if question else []
    values = {"item": item, "holder": units[item.holder], "promise": shown, "urgent_promise": urgent, "earlier": earlier}
    values |= {"found": echoes(item, typed, house.today()), "reads": read_back(item, typed, house.locale(request, visitor))}
    return house.page(request, "requesters/ask_check.html", visitor=visitor, typed=typed, **values)


@router.post("/ask/{code}")
def send_question(request: Request, code: str, visitor: Asker, typed: FormTyped) -> Response:
    """Opens the case and goes to it; with faults the form comes back as it was typed. Sent twice, it opens one case."""
    house, now = house_of(request), house_of(request).now()
    item = _granted_item(house, visitor, code)
    try:
        question = read_question(question_data(item, typed), now, house.rulebook)
        with house.database.write() as session:
            number = _submit(session, house, Submission(question, visitor.unit, visitor.username, _key(typed)), typed)
    except AskedBefore as before:
        return _form_page(request, house, visitor, Sheet(item, typed, earlier=before.earlier, key=_key(typed)))
    except Problem as problem:
        # A key that was used for another question would refuse this one for ever: the form gets a new one.
        return _form_page(request, house, visitor, Sheet(item, typed, form_faults(item, typed, problem.faults)))
    return RedirectResponse(f"/cases/{number}?said=asked", 303)


def _key(typed: Typed) -> str:
    return typed.get("key", "")[:128]


def _submit(session: Session, house: House, submission: Submission, typed: Typed) -> str:
    sent = session.get(Receipt, (submission.unit, submission.key))
    earlier = [] if sent or typed.get("again") else _earlier(session, submission.question, submission.unit, house)
    if earlier:
        raise AskedBefore(earlier)
    return submit_one(session, submission, house.now(), house.rulebook)


def _earlier(session: Session, question: Question, unit: str, house: House) -> list[Case]:
    found = asked_before(session, question, unit, house.now() - LATELY)
    return [case for case in found if case.state not in (WITHDRAWN, REFUSED)]
