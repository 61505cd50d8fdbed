"""Error responses: problem+json (RFC 9457) for systems, a page for people, in their language."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError, StatementError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from access.authentication import PRINCIPAL
from access.principal import Principal
from access.refusals import Forged, NotAllowed, NotInScope, NotSignedIn, PasswordGiven
from cases.actions import MoveRefused
from storage.database_outages import is_outage
from storage.database_troubles import told_by
from storage.problem import N_, FieldFault, Problem, RosterProblem, read_errors
from storage.vault import Broken
from web.context import context_of
from web.languages import choose_locale, say
from web.sign_in.reauthentication import ReauthenticationNeeded

log = structlog.get_logger()
TITLES = {
    400: N_("This request cannot be read."),
    401: N_("Please sign in."),
    403: N_("This is not yours to do."),
    404: N_("There is nothing here."),
    405: N_("This cannot be done here."),
    409: N_("This cannot be done now."),
    413: N_("This is too large."),
    422: N_("Something in it is wrong."),
    429: N_("Too many at once. Please wait a little."),
    500: N_("Something went wrong on our side. Nothing was lost; please try again."),
    503: N_("Not ready. Please try again in a moment."),
}
RETRY_SECONDS = 5  # after which it is worth coming again
FORGED = N_("The page you sent this from is out of date. Open it again and send it once more.")
BROKEN = N_("What is kept here was altered or moved here from elsewhere, so it is not shown. Please tell the data office.")
NO_SCOPE = N_("This key is not for this. It would need one of these scopes: {scopes}.")
AWAY = N_("The database is away or takes nothing just now. What was accepted is kept; please send this again in a moment.")
PROVE = N_("Show again who you are before you do this.")
NOT_PROVEN = N_("This is not it. After five wrong ones you have to wait a minute.")
CHOOSE = N_("Somebody else knows your password. Choose one of your own under /me/password first.")
NO_PAGE = N_("A key opens the API and no page.")
NO_KEY = N_("Give a valid key as Authorization: Bearer KEY, or sign in.")


def locale_of(request: Request) -> str:
    """The reader's language: their own choice, the cookie, or what the browser asks for."""
    wanted = request.cookies.get("lang") or request.headers.get("accept-language", "")
    return choose_locale(wanted, request.app.state.locale)


def wants_page(request: Request) -> bool:
    """Whether a person is reading; systems get JSON."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def answer(request: Request, status: int, faults: tuple[FieldFault, ...] = (), **more: object) -> Response:
    """The error in the form and language the reader wants."""
    principal: Principal | None = getattr(request.state, PRINCIPAL, None) if wants_page(request) else None
    locale = context_of(request).locale(request, principal) if principal else locale_of(request)
    title = say(locale, TITLES.get(status, TITLES[500 if status >= 500 else 400]))
    errors = [{"field": f.field, "code": f.code, "message": say(locale, f.message, **f.params)} for f in faults]
    if wants_page(request):
        page = context_of(request).page(
            request,
            "problem.html",
            status=status,
            principal=principal,
            locale=locale,
            title=title,
            errors=errors,
            barred=status == 403,
        )
        page.status_code = status
        page.headers.update(_when(status))
        return page
    detail = " ".join(error["message"] for error in errors) or title
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "errors": errors, **more}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else _when(status)
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def _when(status: int) -> dict[str, str]:
    return {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}


def _problem(request: Request, error: Problem) -> Response:
    return answer(request, error.status, error.faults)


def _roster(request: Request, error: RosterProblem) -> Response:
    return answer(request, 422, (FieldFault(error.field, "roster", error.message, error.params),))


def _refused(request: Request, error: MoveRefused) -> Response:
    refusal = error.refusal
    fault = FieldFault("", refusal.code, refusal.message, dict(refusal.params))
    return answer(request, 409, (fault,), state=refusal.state, open_moves=list(refusal.open_moves))


def _not_signed_in(request: Request, _error: NotSignedIn) -> Response:
    if wants_page(request) and request.method == "GET":
        return RedirectResponse(f"/sign-in?next={request.url.path}", 303)
    return answer(request, 401, (FieldFault("Authorization", "not_signed_in", NO_KEY),))


def _password_given(request: Request, _error: PasswordGiven) -> Response:
    if wants_page(request) and request.method == "GET":
        return RedirectResponse(f"/me/password?next={request.url.path}", 303)
    return answer(request, 403, (FieldFault("password", "given", CHOOSE),))


def _not_allowed(request: Request, _error: NotAllowed) -> Response:
    return answer(request, 403)


def _not_in_scope(request: Request, error: NotInScope) -> Response:
    fault = FieldFault("Authorization", "scope", NO_SCOPE if error.scopes else NO_PAGE, {"scopes": ", ".join(error.scopes)})
    return answer(request, 403, (fault,))


def _back(request: Request) -> str:
    """The path of the page this form stood on."""
    path = urlsplit(request.headers.get("referer", "")).path.lstrip("/\\")
    return "/" + path if path.isprintable() else "/"


def _not_proven(request: Request, error: ReauthenticationNeeded) -> Response:
    faults = (FieldFault("proof", "wrong", NOT_PROVEN),) if error.tried else ()
    if not wants_page(request):
        return answer(request, 403, (FieldFault("proof", "not_proven", PROVE),))
    values = {"way": error.way, "fields": error.fields, "faults": faults, "back": _back(request)}
    context, action = context_of(request), request.url.path
    return context.page(
        request, "prove.html", status=403, principal=error.principal, action=action, sign_on=context.access.sign_on, **values
    )


def _forged(request: Request, _error: Forged) -> Response:
    return answer(request, 403, (FieldFault("csrf", "forged", FORGED),))


def _invalid(request: Request, error: RequestValidationError) -> Response:
    return answer(request, 422, read_errors(error.errors(), skip=1))


def _http(request: Request, error: HTTPException) -> Response:
    return answer(request, error.status_code)


def _unstorable(request: Request, error: Exception) -> Response:
    # A text with a NUL, a number of thirty digits: the sender can put it right, and the driver's words would repeat it.
    log.warning("unstorable_data", path=request.url.path, error=type(error).__name__)
    return answer(request, 422)


def _unsendable(request: Request, error: StatementError) -> Response:
    # A moment that no zone can write down is refused by our own column, and the database layer wraps it.
    return (_unstorable if isinstance(error.orig, OverflowError) else _unexpected)(request, error)


def _broken(request: Request, error: Broken) -> Response:
    # Table, column and row stand in its text, and nothing of what is kept there.
    log.error("sealed_broken", path=request.url.path, place=str(error))
    return answer(request, 500, (FieldFault("", "broken_seal", BROKEN),))


def _unexpected(request: Request, error: Exception) -> Response:
    if is_outage(error) or _tables_missing(request, error):
        log.error("database_away", path=request.url.path, error=_kind(error), reason=told_by(error))
        return answer(request, 503, (FieldFault("", "database_away", AWAY),))
    # Only the kind: the text of an exception may hold what somebody typed.
    log.error("request_failed", path=request.url.path, error=_kind(error))
    return answer(request, 500)


def _tables_missing(request: Request, error: Exception) -> bool:
    """Whether what failed was a statement, and the database is not the one it was: empty, or exchanged for an older one."""
    if not isinstance(error, DBAPIError):
        return False
    try:
        return not context_of(request).is_current()
    except SQLAlchemyError:
        return True


def _kind(error: BaseException) -> str:
    """The names of the errors of a group, else of the error itself."""
    if isinstance(error, BaseExceptionGroup):
        return " ".join(sorted({_kind(one) for one in error.exceptions}))
    return type(error).__name__


def _gone(request: Request, _error: ClientDisconnect) -> Response:
    # The browser left amid its own request: nothing failed here, so no line in the log.
    return answer(request, 400)


Handler = Callable[[Request, Any], Response | Awaitable[Response]]
HANDLERS: dict[type[Exception], Handler] = {
    Problem: _problem,
    RosterProblem: _roster,
    MoveRefused: _refused,
    NotSignedIn: _not_signed_in,
    PasswordGiven: _password_given,
    NotAllowed: _not_allowed,
    NotInScope: _not_in_scope,
    ReauthenticationNeeded: _not_proven,
    Forged: _forged,
    Broken: _broken,
    RequestValidationError: _invalid,
    HTTPException: _http,
    DataError: _unstorable,
    StatementError: _unsendable,
    OverflowError: _unstorable,
    UnicodeEncodeError: _unstorable,
    ClientDisconnect: _gone,
    SQLAlchemyError: _unexpected,  # answered where it comes up: it is no crash of ours
    Exception: _unexpected,
}


def handle_problems(app: FastAPI) -> None:
    """Gives the app a word for every error."""
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)
