"""Asking in the browser: choose what is to be verified, fill in the form, send it once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from cases.case import Case, asked_before
from cases.door import Door, Visitor
from cases.house import House, house_of
from cases.item import Item
from cases.problem import FieldFault, Problem
from cases.question import Question
from cases.typed import FormTyped, Typed
from cases.units import all_units
from requesters.api import granted_pairs
from requesters.ask_form import form_faults, question_data
from requesters.submit import NO_ITEM, NOT_GRANTED, Receipt, Submission, read_question, submit_one

router = APIRouter(include_in_schema=False)
Asker = Annotated[Visitor, Depends(Door("asker"))]
BEFORE = timedelta(days=90)


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
    """What this unit may ask, by answering unit; narrowed by words or by the matter at hand."""
    house, locale = house_of(request), visitor.locale
    catalogue, pairs = house.rulebook.catalogue, granted_pairs(house, visitor)
    found = catalogue.search(q[:100], locale, {item for item, about in pairs if matter in ("", about)})
    groups: dict[str, list[Item]] = {}
    for item in found:
        groups.setdefault(item.holder, []).append(item)
    with house.database.read() as session:
        units = all_units(session)
    matters = catalogue.search_matters("", locale, {about for _, about in pairs})
    values = {"groups": groups, "matters": matters, "q": q, "matter": matter, "units": units, "count": len(found)}
    page: Response = house.page(request, "requesters/ask.html", visitor=visitor, **values)
    return page


@router.get("/ask/{code}")
def show_form(request: Request, code: str, visitor: Asker, matter: str = "") -> Response:
    """The empty form of one item."""
    house = house_of(request)
    return _form_page(request, house, visitor, Sheet(_granted_item(house, visitor, code), {"matter": matter}))


def _granted_item(house: House, visitor: Visitor, code: str) -> Item:
    if code not in house.rulebook.catalogue.items:
        raise Problem([FieldFault("item", "unknown_item", NO_ITEM)], 404)
    if code not in {item for item, _ in granted_pairs(house, visitor)}:
        raise Problem([FieldFault("item", "not_granted", NOT_GRANTED)], 403)
    return house.rulebook.catalogue.item(code)


def _form_page(request: Request, house: House, visitor: Visitor, sheet: Sheet) -> Response:
    now, catalogue, item = house.now(), house.rulebook.catalogue, sheet.item
    allowed = {about for code, about in granted_pairs(house, visitor) if code == item.code}
    with house.database.read() as session:
        holder = all_units(session)[item.holder]
    values: dict[str, Any] = {
        "item": item,
        "holder": holder,
        "typed": sheet.typed,
        "faults": sheet.faults,
        "earlier": sheet.earlier,
        "matters": catalogue.search_matters("", visitor.locale, allowed),
        "due": _promise(house, item, now, urgent=False),
        "urgent_due": _promise(house, item, now, urgent=True),
        "key": sheet.key or secrets.token_urlsafe(12),
    }
    status = 422 if sheet.faults else 200
    page: Response = house.page(request, "requesters/ask_item.html", status=status, visitor=visitor, **values)
    return page


def _promise(house: House, item: Item, now: datetime, *, urgent: bool) -> datetime:
    minutes = item.deadline.urgent_office_minutes if urgent else item.deadline.office_minutes
    return house.rulebook.calendar.add_office_minutes(now, minutes).at


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
    now = house.now()
    sent = session.get(Receipt, (submission.unit, submission.key))
    earlier = [] if sent or typed.get("again") else _earlier(session, submission.question, submission.unit, now)
    if earlier:
        raise AskedBefore(earlier)
    return submit_one(session, submission, now, house.rulebook)


def _earlier(session: Session, question: Question, unit: str, now: datetime) -> list[Case]:
    return asked_before(session, question, unit, now - BEFORE)
