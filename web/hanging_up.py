"""Waiting for news on behalf of a client: it ends when the client hangs up, so that nobody's place is held for nobody."""

import asyncio

from fastapi import Request
from starlette.requests import ClientDisconnect

from web.context import Listener


async def news_for(request: Request, listener: Listener, seconds: float) -> set[str]:
    """What the listener hears within so many seconds. Raises ClientDisconnect as soon as whoever asked has gone."""
    heard, gone = asyncio.create_task(listener.listen(seconds)), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((heard, gone), return_when=asyncio.FIRST_COMPLETED)
        if not heard.done():
            raise ClientDisconnect
        return heard.result()
    finally:
        heard.cancel()
        gone.cancel()


async def _gone(request: Request) -> None:
    # What comes first is the empty body of the request, where nobody has read it yet.
    while (await request.receive())["type"] != "http.disconnect":
        pass
