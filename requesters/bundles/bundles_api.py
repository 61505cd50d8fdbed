"""/api/v1/bundles: ask everything that one matter needs at once, follow it, see the joined result; which kinds there are."""

import time
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Header, Query, Request, Response
from sqlmodel import Session, and_, col, or_, select
from starlette.concurrency import run_in_threadpool

from access.authentication import Authenticated
from access.principal import Principal
from cases.bundles.bundle import Bundle, ReadBundle, find_bundle
from requesters.ask.accepting import READ
from requesters.ask.asking_for_oneself import AskingForOneself
from requesters.ask.questions_api import LONGEST_WAIT, granted_pairs, read_cursor
from requesters.bundles.bundle_view import bundle_row, bundle_view, kind_view
from requesters.bundles.opening import BundleRequest, BundleSubmission, open_bundle, read_request
from requesters.own_cases.unread import note_view
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from web.context import Context, context_of
from web.hanging_up import news_for
from web.json_reply import as_json

router = APIRouter(prefix="/api/v1", tags=["bundles"])
Asker = Annotated[Principal, Depends(AskingForOneself("asker", scope="ask"))]
Chooser = Annotated[Principal, Depends(Authenticated("asker", scope=("ask", "read", "batches")))]
READER = Authenticated("asker", "supervisor", scope="read")
Reader = Annotated[Principal, Depends(READER)]
LOOK_SECONDS = 5.0  # while somebody waits: a follow-up's case is not listened to before the next look
NO_BUNDLE = N_("There is no such bundle.")
BODY = BundleRequest.model_json_schema(ref_template="#/components/schemas/{model}")


@router.post("/bundles", status_code=201, response_model=None,
             openapi_extra={"requestBody": {"content": {"application/json": {"schema": BODY}}, "required": True}})  # fmt: skip
def ask_bundle(
    request: Request,
    principal: Asker,
    body: Annotated[Json, Body()],
    idempotency_key: Annotated[str, Header(max_length=128)] = "",
) -> Response:
    """Asks everything that one matter needs about its people. All of its questions are asked, or none: a fault names its field.

    The same Idempotency-Key with the same body gives the same bundle; with another body it is refused.
    """
    context, now = context_of(request), context_of(request).now()
    asked = read_request(body, now, context.rulebook)
    submission = BundleSubmission(asked, principal.unit, principal.username, idempotency_key)
    with context.database.write() as session:
        number = open_bundle(session, submission, now, context.rulebook)
    one = seen_bundle(context, number, principal)
    reads = not principal.key or READ in principal.scopes
    if reads and any(case.finding for case in one.cases.values()):  # sent again: what came of it meanwhile is looked at
        view_noted(context, one, principal)
    shown = bundle_view(one, context.rulebook.catalogue, context.now()) if reads else bundle_row(one.bundle)
    return as_json(shown, 201, {"Location": f"/api/v1/bundles/{number}"})


@router.get("/bundles/kinds")
def list_kinds(request: Request, principal: Chooser) -> Json:
    """The kinds of bundles of which this unit may ask something, with roles, fields, questions and the rule that joins them."""
    context = context_of(request)
    pairs, catalogue = granted_pairs(context, principal), context.rulebook.catalogue
    kinds = [
        kind_view(kind, catalogue, principal.locale, granted)
        for kind in context.rulebook.bundles.values()
        if (granted := {item for item, matter in pairs if matter == kind.matter and item in kind.items})
    ]
    return {"kinds": kinds}


@router.get("/bundles")
def list_bundles(
    request: Request,
    principal: Reader,
    state: str = "",
    sheet: str = "",
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Json:
    """The unit's bundles, newest first; for a supervisor all. `state` is what the asker was last told. `next`: the next cursor."""
    context = context_of(request)
    with context.database.read() as session:
        found = page_of_bundles(session, principal, (state, sheet), cursor, limit)
    after = f"{found[-1].asked_at.isoformat()}~{found[-1].number}" if len(found) == limit else None
    return {"bundles": [bundle_row(bundle) for bundle in found], "next": after}


def page_of_bundles(session: Session, principal: Principal, wanted: tuple[str, str], cursor: str, limit: int) -> Sequence[Bundle]:
    """One page of the bundles that this principal may see, newest first; `wanted`: state and sheet, or empty. Raises Problem."""
    state, sheet = wanted
    found = select(Bundle).order_by(col(Bundle.asked_at).desc(), col(Bundle.number).desc()).limit(limit)
    found = found if "supervisor" in principal.roles else found.where(Bundle.unit == principal.unit)
    found = found.where(Bundle.state == state) if state else found
    found = found.where(Bundle.sheet == sheet, col(Bundle.sheet) != "") if sheet else found
    if after := read_cursor(cursor):
        earlier = and_(col(Bundle.asked_at) == after[0], col(Bundle.number) < after[1])
        found = found.where(or_(col(Bundle.asked_at) < after[0], earlier))
    return session.exec(found).all()


@router.get("/bundles/{number}")
async def read_bundle(
    request: Request,
    number: str,
    principal: Reader,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait for the joined result")] = 0,
) -> Response:
    """One bundle with its joined result as of now.

    With `wait` the reply comes as soon as it is complete, as complete as it will be, or a question of it was returned; or after so
    many seconds as it stands.
    """
    context = context_of(request)
    one = await run_in_threadpool(seen_bundle, context, number, principal)
    end = time.monotonic() + wait
    while wait and one.joined.state == "open" and time.monotonic() < end:
        with context.watch.listener([f"case:{case.number}" for case in one.cases.values()]) as listener:
            one = await run_in_threadpool(seen_bundle, context, number, principal)  # open before the look: nothing is missed
            if one.joined.state != "open" or listener.ended:
                break
            await news_for(request, listener, max(0.0, min(end - time.monotonic(), LOOK_SECONDS)))
            ended = listener.ended
        principal = await READER(request)  # a key may have been revoked while it waited
        one = await run_in_threadpool(seen_bundle, context, number, principal)
        if ended:
            break
    await run_in_threadpool(view_noted, context, one, principal)
    return as_json(bundle_view(one, context.rulebook.catalogue, context.now()))


def seen_bundle(context: Context, number: str, principal: Principal) -> ReadBundle:
    """The bundle as it stands, if this principal may see it: of the asking unit, or a supervisor. Raises Problem."""
    with context.database.read() as session:
        one = find_bundle(session, number, context.rulebook)
    own = one is not None and one.bundle.unit == principal.unit and "asker" in principal.roles
    if one is None or not (own or "supervisor" in principal.roles):
        raise Problem([FieldFault("number", "unknown_bundle", NO_BUNDLE)], 404)
    return one


def view_noted(context: Context, one: ReadBundle, principal: Principal) -> None:
    """Writes that this principal looked at every case of the bundle; their mark on it goes."""
    note_view(context, [case.number for case in one.cases.values()], principal, context.now(), [one.bundle.number])
