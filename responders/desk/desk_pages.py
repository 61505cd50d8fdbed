"""The window clerk's desk in the browser: piles of cases, the soonest due first, and the next case at one key."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.authentication import Door
from access.principal import Visitor
from access.units import all_units
from cases.case import Case
from cases.case_search import note_search, why_nothing
from responders.desk.desk_lists import LISTS, ON_A_PAGE, OWN, Tally, first_pile, read_pile, stated_cases, tally
from responders.desk.desk_lookup import NOTHING, find_held, is_number
from responders.desk.drafts import drafted
from responders.desk.earlier_answers import answered_page, clerk_names
from responders.desk.next_case import take_next
from responders.desk.presence import present
from responders.duty.on_duty import desk_gaps
from web.context import House, house_of
from web.form_data import FormTyped
from web.live import Piece, Shared, live

router = APIRouter(include_in_schema=False)
Clerk = Annotated[Visitor, Depends(Door("clerk"))]
Page = Annotated[int, Query(ge=1, le=1000)]
ANSWERED = "answered"


@router.get("/desk")
def show_desk(request: Request, visitor: Clerk, pile: str = "", page: Page = 1, twin: str = "") -> Response:
    """One pile of the desk; none named, the first with something in it. `twin`: a case that asks what was just answered."""
    house = house_of(request)
    with house.database.read() as session:
        counts = tally(session, visitor.unit).of(visitor.username)
        shown = pile if pile in (*LISTS, ANSWERED) else first_pile(counts)
        values = _pile_values(session, house, visitor, shown, page)
        begun = drafted(session, visitor.username, [case.number for case in values["cases"]])
        gaps = desk_gaps(session, visitor.unit, house.now(), house.rulebook.calendar)
    values |= {"counts": counts, "begun": begun, "gaps": gaps, "twin": twin if is_number(twin) else ""}
    return house.page(request, "responders/desk.html", visitor=visitor, **values)


@router.get("/desk/live")
def follow_desk(request: Request, visitor: Clerk, pile: str = "new", page: Page = 1) -> Response:
    """The pile, sent again whenever a case of the unit changes or a clerk comes to one; each reader's own counts with it."""
    house = house_of(request)
    shown = pile if pile in (*LISTS, ANSWERED) else LISTS[0]

    def piece() -> Piece:
        with house.database.read() as session:
            counted = tally(session, visitor.unit)
            values = _pile_values(session, house, visitor, shown, page)
        return Piece(house.piece(request, "responders/desk_rows.html", visitor=visitor, **values), counted)

    whose = visitor.username if shown in OWN else ""
    key = ("desk", visitor.unit, shown, page, house.locale(request, visitor), whose)
    keys = [f"unit:{visitor.unit}", f"presence:{visitor.unit}"]
    return live(house, keys, piece, Shared(key, lambda counted: _own_counts(counted, visitor.username)))


def _own_counts(counted: Tally, username: str) -> str:
    """The lengths of this clerk's piles; the page's script writes them into its tabs and its title."""
    return "<i hidden " + " ".join(f'data-n-{name}="{count}"' for name, count in counted.of(username).items()) + "></i>"


def _pile_values(session: Session, house: House, visitor: Visitor, pile: str, page: int) -> dict[str, Any]:
    """What a pile shows; nothing in it is about who looks, so that readers may share it. Six queries."""
    if pile == ANSWERED:
        cases = answered_page(session, visitor.unit, page)
    else:
        cases = read_pile(session, visitor.unit, visitor.username, pile, page)
    shown = {"pile": pile, "page": page, "more": len(cases) > ON_A_PAGE}
    return shown | _row_values(session, house, visitor, cases[:ON_A_PAGE])


def _row_values(session: Session, house: House, visitor: Visitor, cases: Sequence[Case]) -> dict[str, Any]:
    here = present(session, [case.number for case in cases], house.now())
    known = {"units": all_units(session), "names": clerk_names(session, [visitor.unit]), "catalogue": house.rulebook.catalogue}
    return {**known, "cases": cases, "here": here, "stated": stated_cases(session, cases)}


@router.post("/desk/find")
def find_again(request: Request, visitor: Clerk, typed: FormTyped) -> Response:
    """Finds a case that this unit holds. The one that fits is opened. By POST, because what is typed may be an ID number."""
    house, now, words = house_of(request), house_of(request).now(), str(typed.get("q", ""))[:100]
    today = house.rulebook.calendar.day_at(now)
    with house.database.read() as session:
        found = find_held(session, visitor.unit, all_units(session), words, today)
        values = _row_values(session, house, visitor, found.cases)
    note_search(house.database, found, visitor, now)
    if len(found.cases) == 1:
        return RedirectResponse(f"/desk/{found.cases[0].number}", 303)
    values |= {"pile": "found", "page": 1, "more": False, "typed": typed}
    values["faults"] = [] if found.cases else [why_nothing(words, today, NOTHING)]
    return house.page(request, "responders/desk_found.html", visitor=visitor, **values)


@router.post("/desk/next")
def take_next_case(request: Request, visitor: Clerk) -> Response:
    """Takes the case that is due soonest of those nobody has taken, and shows it; with none left, the desk says so."""
    number = take_next(house_of(request), visitor)
    return RedirectResponse(f"/desk/{number}?said=take" if number else "/desk?said=no_next", 303)
