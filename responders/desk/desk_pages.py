"""/desk: the clerk's lists of cases, soonest due first, live; search and next case."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from cases.amending.amendments import waiting_in
from cases.case import Case
from cases.case_search import note_search, why_nothing
from contacts.alerts.texting_status import read_texting_status
from responders.desk.desk_lookup import NOTHING, find_held, is_number
from responders.desk.desk_piles import LISTS, ON_A_PAGE, OWN, Tally, desk_of, first_pile, read_pile, stated_cases, tally
from responders.desk.drafts import drafted
from responders.desk.earlier_answers import answered_page, clerk_names
from responders.desk.next_case import take_next
from responders.desk.presence import present
from responders.duty.desk_gaps import desk_gaps
from storage.json import Json
from web.context import Context, context_of
from web.form_data import FormTyped
from web.live import Piece, Shared, live

router = APIRouter(include_in_schema=False)
Clerk = Annotated[Principal, Depends(Authenticated("clerk"))]
Page = Annotated[int, Query(ge=1, le=1000)]
ANSWERED = "answered"


@router.get("/desk")
def show_desk(request: Request, principal: Clerk, pile: str = "", page: Page = 1, twin: str = "") -> Response:
    """One pile of the desk; none named, the first with something in it. `twin`: a case that asks what was just answered."""
    context = context_of(request)
    with context.database.read() as session:
        counts = tally(session, desk_of(principal)).of(principal.username)
        shown = pile if pile in (*LISTS, ANSWERED) else first_pile(counts)
        values = _pile_values(session, context, principal, shown, page)
        begun = drafted(session, principal.username, [case.number for case in values["cases"]])
        proposed = waiting_in(session, principal.unit, bool(principal.parent))
        gaps = desk_gaps(session, principal.unit, context.now(), context.rulebook.calendar)
        texting = read_texting_status(session, principal.unit)
    values |= {"counts": counts, "begun": begun, "gaps": gaps, "proposed": proposed, "twin": twin if is_number(twin) else ""}
    values["texting"] = texting
    return context.page(request, "responders/desk.html", principal=principal, **values)


@router.get("/desk/live")
def follow_desk(request: Request, principal: Clerk, pile: str = "new", page: Page = 1) -> Response:
    """The pile, sent again whenever a case of the unit changes or a clerk comes to one; each reader's own counts with it."""
    context = context_of(request)
    shown = pile if pile in (*LISTS, ANSWERED) else LISTS[0]

    def piece() -> Piece:
        with context.database.read() as session:
            counted = tally(session, desk_of(principal))
            values = _pile_values(session, context, principal, shown, page)
        return Piece(context.piece(request, "responders/desk_rows.html", principal=principal, **values), counted)

    whose = principal.username if shown in OWN else ""
    key = ("desk", principal.unit, shown, page, context.locale(request, principal), whose)
    keys = [f"unit:{principal.unit}", f"presence:{principal.unit}"]
    return live(context, keys, piece, Shared(key, lambda counted: _own_counts(counted, principal.username)))


def _own_counts(counted: Tally, username: str) -> str:
    """The lengths of this clerk's piles; the page's script writes them into its tabs and its title."""
    return "<i hidden " + " ".join(f'data-n-{name}="{count}"' for name, count in counted.of(username).items()) + "></i>"


def _pile_values(session: Session, context: Context, principal: Principal, pile: str, page: int) -> Json:
    """What a pile shows; nothing in it is about who looks, so that readers may share it. Six queries."""
    if pile == ANSWERED:
        cases = answered_page(session, desk_of(principal), page)
    else:
        cases = read_pile(session, desk_of(principal), principal.username, pile, page)
    shown = {"pile": pile, "page": page, "more": len(cases) > ON_A_PAGE}
    return shown | _row_values(session, context, principal, cases[:ON_A_PAGE])


def _row_values(session: Session, context: Context, principal: Principal, cases: Sequence[Case]) -> Json:
    here = present(session, [case.number for case in cases], context.now())
    units = all_units(session)
    known = {"units": units, "names": clerk_names(session, units.house(principal.house)), "catalogue": context.rulebook.catalogue}
    return {**known, "cases": cases, "here": here, "stated": stated_cases(session, cases)}


@router.post("/desk/find")
def find_again(request: Request, principal: Clerk, form_data: FormTyped) -> Response:
    """Finds a case that this unit holds. The one that fits is opened. By POST, because what is typed may be an ID number."""
    context, now, words = context_of(request), context_of(request).now(), str(form_data.get("q", ""))[:100]
    today = context.rulebook.calendar.day_at(now)
    with context.database.read() as session:
        found = find_held(session, desk_of(principal), all_units(session), words, today)
        values = _row_values(session, context, principal, found.cases)
    note_search(context.database, found, principal, now)
    if len(found.cases) == 1:
        return RedirectResponse(f"/desk/{found.cases[0].number}", 303)
    values |= {"pile": "found", "page": 1, "more": False, "form_data": form_data}
    values["cut"] = found.cut
    values["faults"] = [] if found.cases else [why_nothing(words, today, NOTHING)]
    return context.page(request, "responders/desk_found.html", principal=principal, **values)


@router.post("/desk/next")
def take_next_case(request: Request, principal: Clerk) -> Response:
    """Takes the case that is due soonest of those nobody has taken, and shows it; with none left, the desk says so."""
    number = take_next(context_of(request), principal)
    return RedirectResponse(f"/desk/{number}?flash=take" if number else "/desk?flash=no_next", 303)
