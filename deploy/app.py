"""The FastAPI application: every room's pages and routes, and the middleware."""

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

import contacts.roster.roster_api
import requesters.ask.questions_api
import responders.community.statements_api
import responders.desk.desk_api
import supervisors.board.board_api
import supervisors.holds.spot_check_pages
from access.sign_on.sign_on import SignOn
from administrators.permissions import application_pages
from administrators.routers import ADMINISTRATION
from contacts.roster import area_pages, coverage_pages, import_pages, number_check_pages, people_pages
from deploy import case_actions_api
from deploy.assembly import Assembly
from deploy.context import context_of
from deploy.operations.health import health_router
from deploy.operations.letter_keys import read_house
from deploy.operations.metrics import Insides
from deploy.settings import Settings
from reform.routers import REFORM
from requesters.ask import ask_pages, pledge_pages
from requesters.batches import batch_pages, batches_api
from requesters.bundles import bundle_ask_pages, bundle_pages, bundle_papers, bundle_sheets_api, bundles_api
from requesters.certificates import certificate_pages, certificates_api
from requesters.commitments.routers import COMMITMENTS
from requesters.errands import errand_pages
from requesters.own_cases import case_lists, case_pages, events_api, rating_forms, spot_check_pages
from requesters.receipts import receipts, verify_pages
from requesters.rechecks import recheck_pages as own_recheck_pages
from requesters.webhooks import notice_pages
from responders.community import community_pages, reply_pages, sms_callbacks
from responders.desk import desk_case_pages, desk_pages, desk_writing
from responders.duty import duty_pages
from supervisors.board import board_pages, case_search_pages, commitment_list_pages, own_unit_pages, wall_pages
from supervisors.charts import chart_pages, month_pages
from supervisors.decisions import decision_pages
from supervisors.holds import freeze_pages, hold_pages
from supervisors.rechecks import recheck_pages
from supervisors.views import view_pages
from web.account import authenticator_pages, my_account, password_pages, preferences
from web.attachments import attachment_pages, attachments_api
from web.head_requests import HeadRequests
from web.open_streams import Streams
from web.openapi import describe
from web.problems import handle_problems
from web.rate_limit import Allowances, RateLimit
from web.security_headers import SecurityHeaders
from web.sign_in import second_step, sign_in_pages, sign_on_pages
from web.token_bucket import Allowance
from web.uploads import UploadTurns, keep_in_memory

MOST_BYTES = 1024 * 1024  # of a request; routes that take files say so themselves
DESCRIPTION = "Verification between departments. Give your key as `Authorization: Bearer KEY`."
ROUTERS = (
    requesters.ask.questions_api.router,
    rating_forms.router,
    batches_api.router,
    certificates_api.router,
    bundles_api.router,
    bundle_sheets_api.router,
    events_api.router,
    receipts.router,
    responders.desk.desk_api.router,
    contacts.roster.roster_api.router,
    responders.community.statements_api.router,
    sms_callbacks.router,
    supervisors.board.board_api.router,
    attachments_api.router,
    case_actions_api.router,
    sign_in_pages.router,
    second_step.router,
    sign_on_pages.router,
    my_account.router,
    authenticator_pages.router,
    password_pages.router,
    *ADMINISTRATION,
    *REFORM,
    own_recheck_pages.router,
    recheck_pages.router,
    application_pages.router,
    preferences.router,
    pledge_pages.router,
    spot_check_pages.router,
    attachment_pages.router,
    errand_pages.router,
    certificate_pages.router,
    *COMMITMENTS,
    bundle_ask_pages.router,
    bundle_pages.router,
    bundle_papers.router,
    ask_pages.router,
    batch_pages.router,
    case_lists.router,
    case_pages.router,
    notice_pages.router,
    verify_pages.router,
    desk_pages.router,
    desk_writing.router,
    community_pages.router,
    desk_case_pages.router,
    duty_pages.router,
    reply_pages.router,
    coverage_pages.router,
    import_pages.router,
    number_check_pages.router,
    people_pages.router,
    area_pages.router,
    board_pages.router,
    own_unit_pages.router,
    case_search_pages.router,
    chart_pages.router,
    view_pages.router,
    month_pages.router,
    wall_pages.router,
    commitment_list_pages.router,
    decision_pages.router,
    hold_pages.router,
    freeze_pages.router,
    supervisors.holds.spot_check_pages.router,
)


def create_app(assembly: Assembly) -> FastAPI:
    """The app; its change broadcaster runs while the app does."""
    app = FastAPI(
        title="Hecha", version="1", description=DESCRIPTION, docs_url=None, redoc_url=None, max_body_size=MOST_BYTES,
        redirect_slashes=False,  # such a redirect would name the host that the request named, whoever sent it
    )  # fmt: skip
    keep_in_memory()
    app.state.context, app.state.locale, app.state.assembly = context_of(assembly), assembly.settings.locale, assembly
    app.state.sign_on = _sign_on_of(assembly.settings)
    app.state.sms_providers = assembly.texting.providers
    for router in ROUTERS:
        app.include_router(router)
    insides = Insides(
        assembly.database, assembly.transport, assembly.now, lambda: assembly.broadcaster.listeners, assembly.parts,
        app.state.context.health, lambda: read_house(assembly.settings),
    )  # fmt: skip
    app.include_router(health_router(insides, assembly.settings.metrics_token))
    app.mount("/static/ui", StaticFiles(packages=[("starlette_admin", "static")]))
    app.mount("/static/htmx", StaticFiles(packages=[("django_htmx", "static/django_htmx")]))
    app.mount("/static/hecha", StaticFiles(packages=[("web", "static")]))
    app.add_middleware(Streams, context=app.state.context)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(UploadTurns)
    app.add_middleware(RateLimit, allowances=_allowances(assembly.settings))
    app.add_middleware(SecurityHeaders, secure=assembly.settings.public.startswith("https"))
    app.add_middleware(HeadRequests)
    handle_problems(app)
    describe(app, case_actions_api.ACTIONS)
    return app


def _sign_on_of(settings: Settings) -> SignOn | None:
    known = (settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, settings.oidc_claim)
    return SignOn(*known, f"{settings.public}/sign-in/sign-on/back") if settings.oidc_issuer else None


def _allowances(settings: Settings) -> Allowances:
    return Allowances(*map(Allowance, (settings.key_requests, settings.person_requests, settings.stranger_requests)))
