"""Live pages: a piece of a page is sent again as soon as what it shows has changed (server-sent events)."""

from collections.abc import AsyncIterator, Callable, Iterable

from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from cases.house import House

PING_SECONDS = 15.0
ROUNDS = 20  # after five quiet minutes the browser connects anew and passes the door again
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def live(house: House, keys: Iterable[str], piece: Callable[[], str]) -> StreamingResponse:
    """Sends `piece()` as the event `piece` whenever one of these keys changes and the piece has become another.

    `piece` opens a short session of its own each time: a stream that held one would empty the pool.
    """
    return StreamingResponse(_events(house, list(keys), piece), media_type="text/event-stream", headers=HEADERS)


async def _events(house: House, keys: list[str], piece: Callable[[], str]) -> AsyncIterator[str]:
    shown = ""
    with house.watch.ear(keys) as ear:
        for _ in range(ROUNDS):
            text = await run_in_threadpool(piece)
            yield ": still here\n\n" if text == shown else _event(text)
            shown = text
            await ear.listen(PING_SECONDS)


def _event(text: str) -> str:
    lines = "".join(f"data: {line}\n" for line in text.splitlines())
    return f"event: piece\n{lines}\n"
