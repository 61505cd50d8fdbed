"""/api/v1/events: server-sent events of a unit's changed cases, for pages and units' systems."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from access.authentication import Authenticated
from access.principal import Principal
from requesters.own_cases.events import Changed, Follower
from web.context import Context, context_of

router = APIRouter(prefix="/api/v1", tags=["events"])
LONGEST = 600.0  # seconds; then the listener is authenticated anew, and who was dismissed does not get in
GATHER = 0.2  # seconds in which changes are gathered: a busy house rings all the time
LISTEN = 30.0


@router.get("/events", response_class=EventSourceResponse)
async def stream_events(
    request: Request,
    principal: Annotated[Principal, Depends(Authenticated("asker", "clerk", "supervisor", scope="events"))],
    last_event_id: Annotated[int | None, Header(ge=0, le=2**62, description="Go on after this event")] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Events `case` with number, state and version, for each case of the unit that changes; supervisors hear of all.

    Of a bundle that the unit asked there is one event `bundle` (number, state, result, version) whenever it is told, and none of
    its cases.

    With Last-Event-ID nothing is missed; an event may come twice. Whoever was away for very long (some 50,000 changes of the house)
    hears of it by the event `gap`, and reads the list of cases instead. A comment every 15 seconds keeps the line open.
    """
    context, follower = context_of(request), Follower(principal)
    keys = ["all"] if "supervisor" in principal.roles else [f"unit:{principal.unit}"]
    end = asyncio.get_running_loop().time() + LONGEST
    with context.watch.listener(keys) as listener:  # first the listener, then the look: what happens between is heard
        await run_in_threadpool(_begin, context, follower, last_event_id)
        yield ServerSentEvent(comment="open", retry=2000)
        if follower.gap:
            yield ServerSentEvent(data={"after": follower.last}, event="gap")
        while not listener.ended and (left := end - asyncio.get_running_loop().time()) > 0:
            for changed in await run_in_threadpool(_look, context, follower):
                event = "bundle" if changed.of_bundle else "case"
                yield ServerSentEvent(data=changed.data, event=event, id=str(changed.id))
            await listener.listen(min(left, LISTEN))
            await asyncio.sleep(GATHER)


def _begin(context: Context, follower: Follower, after: int | None) -> None:
    with context.database.read() as session:
        follower.begin(session, after)


def _look(context: Context, follower: Follower) -> list[Changed]:
    # A session for each look: one for the life of the stream would empty the pool.
    with context.database.read() as session:
        return follower.look(session)
