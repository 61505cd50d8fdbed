"""/cases: the asking unit's cases, unread answers first, filtered by state and item, and searched."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col

from access.accounts import names_of
from access.authentication import Authenticated
from access.principal import Principal
from cases.bundles.bundle import Bundle, find_bundle
from cases.case import Case
from cases.case_filter import Filter, page_of
from cases.case_numbers import is_bundle
from cases.case_search import note_search, wrong_number
from cases.lifecycle import RUNNING
from cases.notices.outcome_notice import count_given_up
from requesters.ask.questions_api import cursor_after, read_cursor
from requesters.own_cases.bundle_rows import OF_NONE, bundle_page, merged, names_in, unread_bundles
from requesters.own_cases.case_lookup import find_cases
from requesters.own_cases.unread import count_unread, unread_among, unread_cases, unread_page
from storage.json import Json
from web.context import Context, context_of
from web.form_data import FormTyped
from web.live import Piece, Shared, live

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(Authenticated("asker"))]
STATES = {
    "all": (),
    "new": (),
    "open": tuple(state.value for state in sorted(RUNNING)),  # what was returned waits for us: a list of its own
    "held": ("held",),
    "returned": ("returned",),
    "answered": ("answered",),
    "closed": ("closed", "withdrawn", "refused", "retracted"),
}
LIMIT = 30
UNREAD_FIRST = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """Which cases somebody wants to see."""

    state: str = "all"
    unit: str = ""
    asked_by: str = ""
    item: str = ""
    cursor: str = ""

    @property
    def filter(self) -> Filter:
        """The cases of the list itself, after the unread ones."""
        after = read_cursor(self.cursor)
        return Filter(states=STATES[self.state], unit=self.unit, asked_by=self.asked_by, item=self.item, after=after)

    @property
    def query(self) -> dict[str, str]:
        """The wish as it stands in an address, without the place in the list."""
        plain = {"state": self.state, "whose": "" if self.asked_by else "unit", "item": self.item}
        return {name: value for name, value in plain.items() if value and value != "all"}

    def at(self, page: str = "/cases", **change: str) -> str:
        """The address of this page with the same wish, but for what is changed in it."""
        told = {name: value for name, value in {**self.query, **change}.items() if value and value != "all"}
        return f"{page}?{urlencode(told)}" if told else page


def wish_of(context: Context, principal: Principal, state: str, whose: str, item: str, cursor: str = "") -> Wish:
    """The wish in an address; what is not known in it is left out."""
    mine = "" if whose == "unit" else principal.username
    known = item if item in context.rulebook.catalogue.items else ""
    return Wish(state if state in STATES else "all", principal.unit, mine, known, cursor)


@router.get("/cases")
def list_cases(
    request: Request, principal: Asker, state: str = "all", whose: str = "mine", item: str = "", cursor: str = ""
) -> Response:
    """One's own cases, or the unit's: what came back unread first, then the newest."""
    context = context_of(request)
    wish = wish_of(context, principal, state, whose, item, cursor)
    with context.database.read() as session:
        values = list_values(session, context, wish)
        values["not_told"] = count_given_up(session, principal.unit)
    return context.page(request, "requesters/cases.html", principal=principal, **values)


def list_values(session: Session, context: Context, wish: Wish) -> Json:
    """What the list shows. The queries are always as many, however long it is."""
    unread: list[Case | Bundle] = [*_unread_bundles(session, wish), *_unread(session, wish)]
    first = {row.number for row in unread}
    rest = _rest(session, wish, first)
    below = wish.state == "new" or wish.cursor or len(unread) >= UNREAD_FIRST  # unread ones may stand there too
    unread = [] if wish.cursor else unread
    known = {"catalogue": context.rulebook.catalogue, "wish": wish, "count": count_unread(session, wish.unit, wish.asked_by)}
    known |= {"kinds": context.rulebook.bundles, "names_in": names_in}
    marks = first | unread_among(session, [row.number for row in rest if below])
    cases: list[Case | Bundle] = [*unread, *rest]
    known["names"] = names_of(session, (case.asked_by for case in cases))
    return {
        **known,
        "cases": cases,
        "unread": marks,
        "next": cursor_after(rest, LIMIT),
        "form_data": {},
        "faults": [],
        "found": False,
    }


def _rest(session: Session, wish: Wish, first: Collection[str]) -> list[Case | Bundle]:
    """The page after what stands first, which is left out of every page, so that none of it stands in the list twice."""
    others = unread_page if wish.state == "new" else page_of
    left_out = [col(Case.number).not_in(first)] if first else []
    if wish.item:  # a bundle has several: its cases stand for themselves
        return list(others(session, wish.filter, LIMIT, *left_out))
    of_none = [] if wish.state == "new" else [OF_NONE]  # what is asked back about one question of a bundle is found where it is
    cases = others(session, wish.filter, LIMIT, *of_none, *left_out)
    bundles = bundle_page(session, (wish.unit, wish.asked_by), wish.state, wish.filter.after, LIMIT, sorted(first))
    return merged(cases, bundles, LIMIT)


def _unread_bundles(session: Session, wish: Wish) -> Sequence[Bundle]:
    return [] if wish.item else unread_bundles(session, (wish.unit, wish.asked_by), wish.state, UNREAD_FIRST)


def _unread(session: Session, wish: Wish) -> Sequence[Case]:
    if wish.state in ("new", "open", "closed"):
        return []
    found = unread_cases(session, wish.unit, wish.asked_by, UNREAD_FIRST)
    fits = [case for case in found if wish.state in ("all", case.state)]
    return [case for case in fits if wish.item in ("", case.item)]


@router.get("/cases/live")
def follow_list(request: Request, principal: Asker, state: str = "all", whose: str = "mine", item: str = "") -> Response:
    """The beginning of the list, sent again whenever one of the cases changes or an answer arrives."""
    context, locale = context_of(request), context_of(request).locale(request, principal)
    wish = wish_of(context, principal, state, whose, item)

    def piece() -> Piece:
        with context.database.read() as session:
            values = list_values(session, context, wish)
        return Piece(context.piece(request, "requesters/cases_found.html", locale=locale, **values))

    keys = [f"unit:{principal.unit}", f"unread:{principal.unit}"]
    return live(context, keys, piece, Shared(("cases", wish, locale)))


@router.post("/cases/find")
def find_case(request: Request, principal: Asker, form_data: FormTyped) -> Response:
    """Goes to the case that fits, or lists those that do. A search for a person stands on the trail; it is never in an address."""
    context, now = context_of(request), context_of(request).now()
    words, today = form_data.get("q", "")[:100], context.rulebook.calendar.day_at(now)
    with context.database.read() as session:
        bundle = find_bundle(session, words, context.rulebook) if is_bundle(words.strip().upper()) else None
        if bundle and bundle.bundle.unit == principal.unit:
            return RedirectResponse(f"/bundles/{bundle.bundle.number}", 303)
        found = find_cases(session, principal.unit, words, today)
        unread = unread_among(session, [case.number for case in found.cases])
        names = names_of(session, (case.asked_by for case in found.cases))
    note_search(context.database, found, principal, now)
    if len(found.cases) == 1:
        return RedirectResponse(f"/cases/{found.cases[0].number}", 303)
    fault = None if found.cases or found.subject else wrong_number(words, None)
    faults = [fault] if fault else []
    shown = {
        "cases": found.cases,
        "cut": found.cut,
        "unread": unread,
        "next": None,
        "count": 0,
        "found": True,
        "form_data": form_data,
        "faults": faults,
    }
    known = {"catalogue": context.rulebook.catalogue, "wish": Wish(unit=principal.unit), "names": names, "kinds": {}}
    return context.page(request, "requesters/cases.html", status=422 if fault else 200, principal=principal, **shown, **known)
