"""The web: every room's pages and routes on one app."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

import requesters.api
import responders.desk_api
import responders.roster_api
import responders.statements_api
import supervisors.api
from deploy import case_moves, sign_in, sms_hooks
from deploy.assemble import Assembly
from deploy.health import health_router
from deploy.metrics import Insides
from deploy.problems import handle_problems
from requesters import ask_pages, batch_pages, batches_api, case_pages, events_api, receipts, verify_pages
from responders import desk_pages, reply_pages, roster_pages
from supervisors import board_pages

STATIC = Path(__file__).parent / "pages" / "static"
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
DESCRIPTION = "Verification between departments. Give your key as `Authorization: Bearer KEY`."
ROUTERS = (
    requesters.api.router,
    batches_api.router,
    events_api.router,
    receipts.router,
    responders.desk_api.router,
    responders.roster_api.router,
    responders.statements_api.router,
    sms_hooks.router,
    supervisors.api.router,
    case_moves.router,
    sign_in.router,
    ask_pages.router,
    batch_pages.router,
    case_pages.router,
    verify_pages.router,
    desk_pages.router,
    reply_pages.router,
    roster_pages.router,
    board_pages.router,
)


def create_app(assembly: Assembly) -> FastAPI:
    """The app; its hub thread runs while the app does."""
    app = FastAPI(title="Hecha", version="1", description=DESCRIPTION, docs_url=None, redoc_url=None)
    app.state.house, app.state.locale, app.state.assembly = assembly.house(), assembly.settings.locale, assembly
    for router in ROUTERS:
        app.include_router(router)
    insides = Insides(assembly.database, assembly.transport, assembly.now, lambda: assembly.hub.listeners, assembly.parts)
    app.include_router(health_router(insides))
    app.mount("/static/ui", StaticFiles(packages=[("starlette_admin", "static")]))
    app.mount("/static/htmx", StaticFiles(packages=[("django_htmx", "static/django_htmx")]))
    app.mount("/static/hecha", StaticFiles(directory=STATIC))
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.middleware("http")(add_headers)
    handle_problems(app)
    return app


async def add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Every answer tells the browser what it may load, and that personal pages are not to be kept."""
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.url.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
