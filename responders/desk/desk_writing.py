"""/desk/{number}/draft and /here: saving drafts, and telling colleagues who has the case open."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from access.authentication import Authenticated, AuthenticatedInBackground, AuthenticatedWithGrace
from access.principal import Principal
from cases.actions import NO_MOVE
from responders.desk import drafts, presence
from responders.desk.desk_case_pages import keep_for_later, own_case
from responders.desk.drafts import Draft
from responders.desk.presence import Presence
from storage.office_time import OFFICE
from storage.problem import N_, FieldFault, Problem
from web.context import Context, context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
Clerk = Annotated[Principal, Depends(Authenticated("clerk"))]
Present = Annotated[Principal, Depends(AuthenticatedInBackground("clerk"))]
Writer = Annotated[Principal, Depends(AuthenticatedWithGrace("clerk"))]
SAVED = N_("Draft saved at {time}")
NEWER = N_("Another window saved a newer draft at {time}. Reload to see it, or save yours over it.")
ENDED = N_("Your session has ended. What you wrote is kept.")


@router.post("/desk/{number}/draft/{move}")
def keep_draft(request: Request, number: str, move: str, principal: Writer, form_data: FormTyped) -> Response:
    """Keeps what stands in a form; `over` also over a newer draft of another window, `drop` throws it away.

    The page's script gets JSON (words, serial); 409 where another window saved something newer, 401 when the session has
    ended, what was written being kept all the same.
    """
    if move not in drafts.MOVES:
        raise Problem([FieldFault("move", "unknown_move", NO_MOVE)], 404)
    context, plain = context_of(request), "json" not in request.headers.get("accept", "")
    if principal.ended:
        back = keep_for_later(context, principal, number, move, form_data)
        return back if plain else _told(context, request, principal, 401, ENDED, sign_in=back.headers["location"])
    if form_data.get("drop"):
        _drop(context, principal, number, move)
        return RedirectResponse(f"/desk/{number}?flash=dropped_draft#{move}", 303)
    draft, kept = _keep(context, principal, number, move, form_data, plain)
    if plain:
        return RedirectResponse(f"/desk/{number}?flash=kept_draft#{move}", 303)
    return _told(context, request, principal, 200 if kept else 409, SAVED if kept else NEWER, draft)


def _drop(context: Context, principal: Principal, number: str, move: str) -> None:
    with context.database.write() as session:
        drafts.drop(session, principal.username, own_case(session, number, principal).number, move)


def _keep(context: Context, principal: Principal, number: str, move: str, form_data: FormData, plain: bool) -> tuple[Draft, bool]:
    """Keeps the draft and notes that its writer is writing."""
    now = context.now()
    with context.database.write() as session:
        key = (principal.username, own_case(session, number, principal).number, move)
        here = Presence(number=key[1], username=principal.username, unit=principal.unit, seen_at=now, writing_at=now)
        presence.note(session, here)
        return drafts.save(session, key, form_data, now, over=plain or bool(form_data.get("over")))


def _told(
    context: Context, request: Request, principal: Principal, status: int, words: str, draft: Draft | None = None, **more: object
) -> Response:
    time = {"time": _time_of(draft)} if draft else {}
    said = context.say(context.locale(request, principal), words, **time)
    return JSONResponse({"words": said, "serial": draft.serial if draft else 0, **more}, status)


def _time_of(draft: Draft) -> str:
    return draft.saved_at.astimezone(OFFICE).strftime("%H:%M")


@router.get("/desk/{number}/drafts")
def show_drafts(request: Request, number: str, principal: Clerk) -> Response:
    """Which drafts there are, for a window that was looked away from; with the token for its forms after a new sign-in."""
    context = context_of(request)
    with context.database.read() as session:
        kept = drafts.of_case(session, principal.username, own_case(session, number, principal).number)
    locale = context.locale(request, principal)
    told = {
        move: {"serial": one.serial, "tab": one.tab, "words": context.say(locale, NEWER, time=_time_of(one))}
        for move, one in kept.items()
    }
    return JSONResponse({"csrf": principal.csrf, "drafts": told})


@router.post("/desk/{number}/here")
def say_here(request: Request, number: str, principal: Present, form_data: FormTyped) -> Response:
    """An open page says that it is; `writing` when keys are pressed, `gone` when it is closed."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        case = own_case(session, number, principal)
        if form_data.get("gone"):
            presence.leave(session, case.number, principal.username, now)
        else:
            writing = now if form_data.get("writing") else None
            here = Presence(number=case.number, username=principal.username, unit=principal.unit, seen_at=now, writing_at=writing)
            presence.note(session, here)
    return Response(status_code=204)
