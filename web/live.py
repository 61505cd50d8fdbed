"""Live pages: a fragment of a page is sent again (server-sent events) whenever what it shows has changed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable, Iterable
from dataclasses import dataclass
from random import uniform
from typing import Any

from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from web.context import Context

PING_SECONDS = 15.0
STREAM_SECONDS = 300.0  # then the browser connects anew and is authenticated again; not all at the same moment
PAUSE_SECONDS = 0.25  # a busy house changes all the time: nobody reads faster than this
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A shared piece: the same `text` for everybody, and what each reader's own small part is made of."""

    text: str
    facts: Any = None


@dataclass(frozen=True, slots=True)
class Shared:
    """How a piece is shared: readers with an equal `key` get one rendering, so it may hold nothing about a single reader.

    `own(facts)` gives a reader's own part (event `own`); it runs for each reader at each change: no query, no rendering.
    """

    key: Hashable
    own: Callable[[Any], str] | None = None


def live(
    context: Context, keys: Iterable[str], piece: Callable[[], str | Piece], shared: Shared | None = None
) -> StreamingResponse:
    """Sends `piece()` as the event `piece` whenever one of these keys changes and the piece has become another.

    `piece` opens a short session of its own each time: a stream that held one would empty the pool.
    """
    return StreamingResponse(_events(context, list(keys), piece, shared), media_type="text/event-stream", headers=HEADERS)


async def _events(context: Context, keys: list[str], piece: Callable[[], str | Piece], shared: Shared | None) -> AsyncIterator[str]:
    shown: dict[str, str] = {}
    clock = asyncio.get_running_loop()
    end = clock.time() + STREAM_SECONDS * uniform(0.8, 1.2)  # noqa: S311  # spreads load, guards nothing
    with context.watch.listener(keys) as listener:
        while not listener.ended and clock.time() < end:
            for name, event in (await _look(context, piece, shared)).items():
                if shown.get(name) != event:
                    shown[name] = event
                    yield event
                else:
                    yield ": still here\n\n"
            await asyncio.sleep(PAUSE_SECONDS)
            await listener.listen(PING_SECONDS)


async def _look(context: Context, piece: Callable[[], str | Piece], shared: Shared | None) -> dict[str, str]:
    if shared is None:
        return {"piece": _event("piece", _piece(await run_in_threadpool(piece)).text)}
    event, facts = await context.renderings.get(shared.key, lambda: _rendered(piece))
    return {"piece": event, **({"own": _event("own", shared.own(facts))} if shared.own else {})}


def _rendered(piece: Callable[[], str | Piece]) -> tuple[str, Any]:
    made = _piece(piece())
    return _event("piece", made.text), made.facts


def _piece(made: str | Piece) -> Piece:
    return made if isinstance(made, Piece) else Piece(made)


def _event(name: str, text: str) -> str:
    lines = "".join(f"data: {line}\n" for line in text.splitlines() if line.strip())
    return f"event: {name}\n{lines}\n"
