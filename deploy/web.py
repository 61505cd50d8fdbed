"""The web: every room's pages and routes on one app."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import requesters.api
import responders.desk_api
import responders.roster_api
import responders.statements_api
import supervisors.api
import supervisors.proof_pages
from deploy import (
    application_pages,
    authenticator_pages,
    case_moves,
    my_sessions,
    password_pages,
    preferences,
    second_step,
    sign_in,
    sign_on_pages,
    sms_hooks,
)
from deploy.administration.routers import ADMINISTRATION
from deploy.assemble import Assembly
from deploy.health import health_router
from deploy.metrics import Insides
from deploy.openapi import describe
from deploy.problems import handle_problems
from deploy.settings import Settings
from deploy.streams import Streams
from deploy.turnstile import Allowance, Allowances, Turnstile
from requesters import (
    ask_pages,
    batch_pages,
    batches_api,
    case_lists,
    case_pages,
    events_api,
    marks,
    pledge_pages,
    proof_pages,
    receipts,
    verify_pages,
)
from responders import (
    community_pages,
    desk_case_pages,
    desk_pages,
    desk_writing,
    duty_pages,
    reply_pages,
    roster_areas,
    roster_import,
    roster_numbers,
    roster_pages,
    roster_people,
)
from supervisors import (
    board_pages,
    chart_pages,
    decision_pages,
    finding_pages,
    freeze_pages,
    hold_pages,
    look_pages,
    month_pages,
    wall_pages,
)

STATIC = Path(__file__).parent / "pages" / "static"
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
MOST_BYTES = 1024 * 1024  # of a request; routes that take files say so themselves
DESCRIPTION = "Verification between departments. Give your key as `Authorization: Bearer KEY`."
ROUTERS = (
    requesters.api.router,
    marks.router,
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
    second_step.router,
    sign_on_pages.router,
    my_sessions.router,
    authenticator_pages.router,
    password_pages.router,
    *ADMINISTRATION,
    application_pages.router,
    preferences.router,
    pledge_pages.router,
    proof_pages.router,
    ask_pages.router,
    batch_pages.router,
    case_lists.router,
    case_pages.router,
    verify_pages.router,
    desk_pages.router,
    desk_writing.router,
    community_pages.router,
    desk_case_pages.router,
    duty_pages.router,
    reply_pages.router,
    roster_pages.router,
    roster_import.router,
    roster_numbers.router,
    roster_people.router,
    roster_areas.router,
    board_pages.router,
    finding_pages.router,
    chart_pages.router,
    look_pages.router,
    month_pages.router,
    wall_pages.router,
    decision_pages.router,
    hold_pages.router,
    freeze_pages.router,
    supervisors.proof_pages.router,
)


def create_app(assembly: Assembly) -> FastAPI:
    """The app; its hub thread runs while the app does."""
    app = FastAPI(
        title="Hecha", version="1", description=DESCRIPTION, docs_url=None, redoc_url=None, max_body_size=MOST_BYTES,
        redirect_slashes=False,  # such a redirect would name the host that the request named, whoever sent it
    )  # fmt: skip
    app.state.house, app.state.locale, app.state.assembly = assembly.house(), assembly.settings.locale, assembly
    app.state.sign_on = sign_on_pages.sign_on_of(assembly.settings)
    for router in ROUTERS:
        app.include_router(router)
    insides = Insides(assembly.database, assembly.transport, assembly.now, lambda: assembly.hub.listeners, assembly.parts)
    app.include_router(health_router(insides))
    app.mount("/static/ui", StaticFiles(packages=[("starlette_admin", "static")]))
    app.mount("/static/htmx", StaticFiles(packages=[("django_htmx", "static/django_htmx")]))
    app.mount("/static/hecha", StaticFiles(directory=STATIC))
    app.add_middleware(Streams, house=app.state.house)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Turnstile, allowances=_allowances(assembly.settings))
    app.add_middleware(Headed, secure=assembly.settings.public.startswith("https"))
    handle_problems(app)
    describe(app, case_moves.DOINGS)
    return app


def _allowances(settings: Settings) -> Allowances:
    return Allowances(*map(Allowance, (settings.key_requests, settings.person_requests, settings.stranger_requests)))


class Headed:
    """Every answer tells the browser what it may load, and that personal pages are not to be kept."""

    def __init__(self, app: ASGIApp, secure: bool = False) -> None:
        """`secure`: people reach this house by TLS, and their browsers are not to try without for a year."""
        self._app, self._headers = app, HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds the headers that the answer does not have itself."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                private = {} if scope["path"].startswith("/static/") else {"Cache-Control": "no-store"}
                for name, value in (self._headers | private).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
