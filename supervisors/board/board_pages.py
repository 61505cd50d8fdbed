"""/board: the figures of this moment, live, and the lists of cases behind them."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BeforeValidator
from sqlmodel import Session

from access.accounts import names_of
from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from cases.actions import ActionContext, MoveRefused, perform
from cases.duty.gaps import all_coming_gaps
from cases.statistics.ratings import ratings_of
from contacts.alerts.texting_status import read_texting_status
from contacts.phone_numbers import takes_sms
from storage.days import TypedDay
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from supervisors.board import board_words, lights
from supervisors.board.board import Moment, read_board
from supervisors.board.case_lists import LATE_DISPUTE, NEXT, POORLY, RATED, WHAT, CaseListFilter, Page, cases_behind
from supervisors.decisions.actions import URGE
from supervisors.decisions.urge_texts import texts_wait
from web.context import Context, context_of
from web.live import Shared, live

router = APIRouter(include_in_schema=False)
Watcher = Annotated[Principal, Depends(Authenticated("supervisor", "admin"))]
Supervisor = Annotated[Principal, Depends(Authenticated("supervisor"))]
WORDS = {"words_of": board_words, "lights": lights}
SHORT = 10  # cases of each list that the board itself shows
FEW = 5  # of those that are due next
MOST_AT_ONCE = 50
NONE_MARKED = N_("Mark the cases that are to be urged.")
NO_REASON = N_("This field is needed.")


@router.get("/board")
def show_board(request: Request, principal: Watcher) -> Response:
    """The figures of this moment."""
    context = context_of(request)
    return context.page(request, "supervisors/board.html", principal=principal, **_board_values(context))


def _board_values(context: Context) -> Json:
    book, moment = context.rulebook, Moment.of(context.now(), context.rulebook.calendar)
    with context.database.read() as session:
        board, units = read_board(session, moment), all_units(session)
        late = cases_behind(session, CaseListFilter("overdue"), moment, SHORT)
        asked = cases_behind(session, CaseListFilter("arbitration"), moment, SHORT)
        disputed = cases_behind(session, CaseListFilter(LATE_DISPUTE), moment, SHORT)
        coming = cases_behind(session, CaseListFilter(NEXT), moment, FEW)
        texting = read_texting_status(session)
        gaps = all_coming_gaps(session, moment.now, book.calendar, takes_sms)
        names = names_of(session, (case.taken_by for case in (*late.cases, *asked.cases, *coming.cases)))
    listed = {
        "late": late,
        "asked": asked,
        "disputed": disputed,
        "coming": coming,
        "gaps": gaps,
        "texting": texting,
        "names": names,
        "queues": context.depths(),
        "ailing": [line for line in context.health() if line.tone != "good"],
    }
    return {"board": board, "units": units, "catalogue": book.catalogue, **listed, **WORDS}


@router.get("/board/live")
def follow_board(request: Request, principal: Watcher) -> Response:
    """The figures, sent again whenever any case changes; one rendering for all who watch."""
    context = context_of(request)

    def piece() -> str:
        return context.piece(request, "supervisors/board_live.html", principal=principal, **_board_values(context))

    shared = Shared(("board", context.locale(request, principal), "supervisor" in principal.roles))
    return live(context, ["all", "sms_provider:all"], piece, shared)


# A form sends its empty fields too.
Day = Annotated[TypedDay | None, BeforeValidator(lambda text: text or None), Query()]


@dataclass(frozen=True, slots=True)
class CaseListQuery:
    """What a list's address asks for."""

    what: str = "open"
    holder: str = ""
    item: str = ""
    source: str = ""
    text: str = ""
    station: str = ""
    first: Day = None
    last: Day = None
    hour: str = ""
    after: str = ""

    @property
    def wanted(self) -> CaseListFilter:
        """The list; a figure that is not there means the open cases."""
        what = self.what if self.what in WHAT else "open"
        days: dict[str, Any] = {"first": self.first, "last": self.last, "hour": self.hour, "after": self.after}
        return CaseListFilter(what, self.holder, self.item, self.source, self.text, self.station, **days)


@router.get("/board/cases")
def list_cases(request: Request, principal: Watcher, asked: Annotated[CaseListQuery, Depends()]) -> Response:
    """The cases behind one figure."""
    return _cases_page(request, principal, asked.wanted, {}, [])


def _cases_page(
    request: Request, principal: Principal, wanted: CaseListFilter, form_data: Json, faults: list[FieldFault]
) -> Response:
    context = context_of(request)
    moment = Moment.of(context.now(), context.rulebook.calendar)
    with context.database.read() as session:
        listed: Page = cases_behind(session, wanted, moment)
        units, names = all_units(session), names_of(session, (case.taken_by for case in listed.cases))
        rated = ratings_of(session, [case.number for case in listed.cases]) if wanted.what in (RATED, POORLY) else {}
    values = {
        "listed": listed,
        "rated": rated,
        "today": moment.midnight.date(),
        "names": names,
        "units": units,
        "wanted": wanted,
        "catalogue": context.rulebook.catalogue,
        "form_data": form_data,
        "faults": faults,
        **WORDS,
    }
    status = 422 if faults else 200
    return context.page(request, "supervisors/board_cases.html", status=status, principal=principal, **values)


@router.post("/board/urge")
def urge_cases(
    request: Request,
    principal: Supervisor,
    asked: Annotated[CaseListQuery, Depends()],
    number: Annotated[list[str], Form()] = [],  # noqa: B006  # FastAPI copies it for each request
    note: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Urges each of the marked cases with one reason; one that has moved on meanwhile is passed over."""
    context, numbers, note = context_of(request), list(dict.fromkeys(number))[:MOST_AT_ONCE], note.strip()
    faults = [] if numbers else [FieldFault("marked", "missing", NONE_MARKED)]
    faults += [] if note else [FieldFault("note", "missing", NO_REASON)]
    if faults:
        return _cases_page(request, principal, asked.wanted, {"note": note, "number": numbers}, faults)
    with context.database.write() as session:
        urged = sum(_urged(session, context, principal, one, note) for one in numbers)
    waits = "&waits=1" if texts_wait(context.rulebook.calendar, context.now()) else ""
    return RedirectResponse(f"/board/cases?{asked.wanted.query()}&urged={urged}&passed={len(numbers) - urged}{waits}", 303)


def _urged(session: Session, context: Context, principal: Principal, number: str, note: str) -> bool:
    try:
        perform(ActionContext(session, principal, context.now(), context.rulebook), number, URGE, {"note": note})
    except (MoveRefused, Problem):
        return False
    return True
