"""/sign-in, /sign-out and /language: the password form, signing out, and the choice of language."""

from datetime import datetime, timedelta

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.accounts import Account
from access.authentication import AuthenticatedToChoose, Public
from access.cookies import SESSION, TRUSTED_BROWSER, drop_cookie, read_cookie
from access.freezes import shut_out
from access.known_browsers import claimant_of
from access.passwords import hash_of, is_password
from access.principal import Principal
from access.sessions import find_session, revoke_sessions
from access.sign_in_throttle import blocked_until, record_outcome
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import N_, FieldFault
from web.context import Context, context_of
from web.form_data import FormTyped
from web.languages import LOCALES
from web.sign_in.second_step import Onward, go_on, respond
from web.sign_in.sign_in_flow import check_origin, client_address_of, landing, local_path, set_language

router = APIRouter(include_in_schema=False)
Stranger = Depends(Public())
Anybody = Depends(AuthenticatedToChoose())
FROZEN = N_("Your account or unit is frozen. Speak to the data office.")
WRONG = N_("User name and password do not go together.")
SLOWLY = N_("Too many wrong tries. Wait {minutes} minutes, then try again.")


@router.get("/", dependencies=[Stranger])
def begin(request: Request) -> Response:
    """To one's own page, or to the sign-in."""
    context = context_of(request)
    with context.database.read() as session:
        found = find_session(session, read_cookie(request, SESSION), context.now(), idle=context.access.idle)
        return RedirectResponse(landing(frozenset(found[0].roles)) if found else "/sign-in", 303)


@router.get("/sign-in", dependencies=[Stranger])
def show_sign_in(request: Request, next: str = "") -> Response:  # noqa: A002  # the field's name in the address
    """The form."""
    return sign_in_page(request, local_path(next))


def sign_in_page(
    request: Request, following: str, username: str = "", faults: tuple[FieldFault, ...] = (), status: int = 200
) -> Response:
    """The page to sign in on."""
    context = context_of(request)
    values = {"next": following, "username": username, "faults": faults, "sign_on": context.access.sign_on}
    return context.page(request, "sign_in.html", status=422 if faults and status == 200 else status, **values)


@router.post("/sign-in", dependencies=[Stranger])
def sign_in(request: Request, form_data: FormTyped) -> Response:
    """Opens a session, or asks for the second step. A failure says no more than that the two do not go together."""
    check_origin(request)
    context, following = context_of(request), local_path(form_data.get("next", ""))
    username, password = form_data.get("username", "").strip().lower()[:64], form_data.get("password", "")[:200]
    now, source, device = context.now(), client_address_of(request), read_cookie(request, TRUSTED_BROWSER)
    with context.database.read() as session:
        claimant = claimant_of(session, username, source, device, now)
        until, hashed = blocked_until(session, claimant, now), hash_of(session, username)
    if until is not None:
        return too_many(request, following, username, until - now)
    good = is_password(password, hashed)  # takes long, and as long where there is no such name: outside the transaction
    with context.database.write() as session:
        account = session.get(Account, username)
        # A password that was replaced while it was compared is none any more.
        good = good and account is not None and account.password_hash == hashed
        frozen = good and account is not None and shut_out(session, username, account.unit)
        passed = record_outcome(session, claimant, good and account is not None and account.active and not frozen, now)
        if account is not None and passed:
            onward = go_on(request, session, account, Onward("password", following), now)
        else:
            _note_failure(session, account, now)
            onward = None
    return (
        respond(request, onward)
        if onward
        else sign_in_page(request, following, username, (FieldFault("username", "wrong", FROZEN if frozen else WRONG),))
    )


def too_many(request: Request, following: str, username: str, wait: timedelta) -> Response:
    """The page that asks to wait."""
    seconds = int(wait.total_seconds()) + 1
    fault = FieldFault("username", "too_many", SLOWLY, {"minutes": -(-seconds // 60)})
    page = sign_in_page(request, following, username, (fault,), 429)
    page.headers["Retry-After"] = str(seconds)
    return page


def _note_failure(session: Session, account: Account | None, now: datetime) -> None:
    # A name that is nobody's is not written down: people type passwords there.
    who, unit = (account.username, account.unit) if account else ("", "")
    trail.write(session, [TrailLine(now, "sign_in_failed", "person", who, unit)])


@router.post("/sign-out")
def sign_out(request: Request, principal: Principal = Anybody) -> Response:
    """Ends this session."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        revoke_sessions(session, principal.username, now, principal.token)
        trail.write(session, [TrailLine.of_person(principal, now, "sign_out")])
    response = RedirectResponse("/sign-in", 303)
    drop_cookie(response, request, SESSION)
    response.delete_cookie("lang")
    return response


@router.post("/language", dependencies=[Stranger])
def choose_language(request: Request, form_data: FormTyped) -> Response:
    """Chinese or English, for this browser and for the account."""
    check_origin(request)
    context, wanted = context_of(request), form_data.get("lang", "")
    locale = wanted if wanted in LOCALES else LOCALES[0]
    _keep_language(context, request, locale)
    response = RedirectResponse(local_path(form_data.get("next", "")) or "/", 303)
    set_language(request, response, locale)
    return response


def _keep_language(context: Context, request: Request, locale: str) -> None:
    with context.database.write() as session:
        found = find_session(session, read_cookie(request, SESSION), context.now(), idle=context.access.idle)
        if found:
            found[0].locale = locale
