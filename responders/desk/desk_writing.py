"""While a clerk has a case open: drafts are kept, and colleagues are told who is there."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from access.authentication import Door, QuietDoor, WritingDoor
from access.principal import Visitor
from cases.actions import NO_CASE
from responders.desk import drafts, presence
from responders.desk.desk_case_pages import keep_for_later, own_case
from responders.desk.drafts import Draft
from responders.desk.presence import Presence
from storage.office_time import OFFICE
from storage.problem import N_, FieldFault, Problem
from web.context import House, house_of
from web.form_data import FormTyped, Typed

router = APIRouter(include_in_schema=False)
Clerk = Annotated[Visitor, Depends(Door("clerk"))]
Present = Annotated[Visitor, Depends(QuietDoor("clerk"))]
Writer = Annotated[Visitor, Depends(WritingDoor("clerk"))]
SAVED = N_("Draft saved at {time}")
NEWER = N_("Another window saved a newer draft at {time}. Reload to see it, or save yours over it.")
ENDED = N_("Your session has ended. What you wrote is kept.")


@router.post("/desk/{number}/draft/{move}")
def keep_draft(request: Request, number: str, move: str, visitor: Writer, typed: FormTyped) -> Response:
    """Keeps what stands in a form; `over` also over a newer draft of another window, `drop` throws it away.

    The page's script gets JSON (words, serial); 409 where another window saved something newer, 401 when the session has
    ended, what was written being kept all the same.
    """
    if move not in drafts.MOVES:
        raise Problem([FieldFault("move", "unknown_move", NO_CASE)], 404)
    house, plain = house_of(request), "json" not in request.headers.get("accept", "")
    if visitor.ended:
        back = keep_for_later(house, visitor, number, move, typed)
        return back if plain else _told(house, request, visitor, 401, ENDED, sign_in=back.headers["location"])
    if typed.get("drop"):
        _drop(house, visitor, number, move)
        return RedirectResponse(f"/desk/{number}?said=dropped_draft#{move}", 303)
    draft, kept = _keep(house, visitor, number, move, typed, plain)
    if plain:
        return RedirectResponse(f"/desk/{number}?said=kept_draft#{move}", 303)
    return _told(house, request, visitor, 200 if kept else 409, SAVED if kept else NEWER, draft)


def _drop(house: House, visitor: Visitor, number: str, move: str) -> None:
    with house.database.write() as session:
        drafts.drop(session, visitor.username, own_case(session, number, visitor).number, move)


def _keep(house: House, visitor: Visitor, number: str, move: str, typed: Typed, plain: bool) -> tuple[Draft, bool]:
    """Keeps the draft and notes that its writer is writing."""
    now = house.now()
    with house.database.write() as session:
        key = (visitor.username, own_case(session, number, visitor).number, move)
        here = Presence(number=key[1], username=visitor.username, unit=visitor.unit, seen_at=now, writing_at=now)
        presence.note(session, here)
        return drafts.save(session, key, typed, now, over=plain or bool(typed.get("over")))


def _told(
    house: House, request: Request, visitor: Visitor, status: int, words: str, draft: Draft | None = None, **more: Any
) -> Response:
    time = {"time": _time_of(draft)} if draft else {}
    said = house.say(house.locale(request, visitor), words, **time)
    return JSONResponse({"words": said, "serial": draft.serial if draft else 0, **more}, status)


def _time_of(draft: Draft) -> str:
    return draft.saved_at.astimezone(OFFICE).strftime("%H:%M")


@router.get("/desk/{number}/drafts")
def show_drafts(request: Request, number: str, visitor: Clerk) -> Response:
    """Which drafts there are, for a window that was looked away from; with the token for its forms after a new sign-in."""
    house = house_of(request)
    with house.database.read() as session:
        kept = drafts.of_case(session, visitor.username, own_case(session, number, visitor).number)
    locale = house.locale(request, visitor)
    told = {
        move: {"serial": one.serial, "tab": one.tab, "words": house.say(locale, NEWER, time=_time_of(one))}
        for move, one in kept.items()
    }
    return JSONResponse({"csrf": visitor.csrf, "drafts": told})


@router.post("/desk/{number}/here")
def say_here(request: Request, number: str, visitor: Present, typed: FormTyped) -> Response:
    """An open page says that it is; `writing` when keys are pressed, `gone` when it is closed."""
    house, now = house_of(request), house_of(request).now()
    with house.database.write() as session:
        case = own_case(session, number, visitor)
        if typed.get("gone"):
            presence.leave(session, case.number, visitor.username, now)
        else:
            writing = now if typed.get("writing") else None
            here = Presence(number=case.number, username=visitor.username, unit=visitor.unit, seen_at=now, writing_at=writing)
            presence.note(session, here)
    return Response(status_code=204)
