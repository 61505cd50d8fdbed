"""The simulator as an app, and as a server in a thread."""

import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.applications import Starlette

from sample.phones.company import Company, Refused
from sample.phones.pages import phone_routes
from sample.phones.postman import Postman
from sample.phones.provider_api import answer_refused, provider_routes
from sample.phones.store import Store

STATIC = Path(__file__).parent / "static"
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
START_SECONDS = 10.0


def make_phones(store: Path, company: Company) -> FastAPI:
    """The simulator over the SQLite file `store`; its thread runs while the app runs. Change `company` at any time."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        postman.start()
        yield
        postman.stop()
        kept.close()

    kept = Store(store)
    postman = Postman(company, kept)
    app = FastAPI(title="Hecha phones", lifespan=life, openapi_url=None)
    app.state.postman = postman
    app.include_router(provider_routes(company, kept, postman))
    app.include_router(phone_routes(kept, postman))
    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_exception_handler(Refused, answer_refused)
    app.middleware("http")(_guard)
    return app


async def _guard(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


class Phones:
    """A running simulator."""

    def __init__(self, app: Starlette, server: uvicorn.Server, thread: threading.Thread, url: str) -> None:
        self._server = server
        self._thread = thread
        self._postman: Postman = app.state.postman
        self.url = url
        self.company = self._postman.company

    def forget(self) -> None:
        """Empties every phone."""
        self._postman.store.forget()

    def stop(self) -> None:
        """Ends the server and its thread; what it remembers stays in its file."""
        self._postman.stopped.set()  # lets the slow number's callers go
        self._server.should_exit = True
        self._thread.join()


def serve_phones(store: Path, company: Company, host: str = "127.0.0.1", port: int = 0) -> Phones:
    """Starts the simulator in a thread and returns when it takes calls. Port 0 takes a free one, see `.url`."""
    return serve(make_phones(store, company), host, port)


def serve(app: Starlette, host: str, port: int) -> Phones:
    """The same for an app from `make_phones`, or for one that carries its `state.postman` and its lifespan."""
    bound = socket.create_server((host, port))
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([bound],), name="phones", daemon=True)
    thread.start()
    end = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise RuntimeError("the phone simulator did not start")
        time.sleep(0.005)
    return Phones(app, server, thread, f"http://{host}:{bound.getsockname()[1]}")
