"""/sign-in/code and /sign-in/authenticator: the TOTP code after the password, and setting up TOTP."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.accounts import Account
from access.authentication import Public
from access.cookies import PENDING, TRUSTED_BROWSER, drop_cookie, read_cookie, set_cookie
from access.known_browsers import claimant_of
from access.pending_sign_ins import CODE, ENROL, LASTS, PendingSignIn, begin_pending, end_pending, find_pending, secret_of
from access.sign_in_throttle import Claimant, blocked_until, record_outcome
from access.totp import has_totp, is_code, new_secret, set_totp
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import N_, FieldFault
from web.account.authenticator_picture import picture
from web.context import context_of
from web.form_data import FormTyped
from web.sign_in.sign_in_flow import (
    SignedIn,
    check_origin,
    client_address_of,
    give_cookies,
    redirect_after_sign_in,
    start_session,
    target_of,
)

router = APIRouter(include_in_schema=False)
Stranger = Depends(Public())
PAGES = {CODE: "/sign-in/code", ENROL: "/sign-in/authenticator"}
NOT_IT = N_("This is not the code that your authenticator shows now, or it was used already. Wait for the next one.")
SLOWLY = N_("Too many wrong codes. Wait {minutes} minutes, then try again.")


@dataclass(frozen=True, slots=True)
class Onward:
    """How somebody has come so far and where they want to go; `strong`: the city's sign-on has seen two steps already."""

    how: str
    following: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """What comes next: they are in, or a step of this kind with the token for its cookie."""

    following: str
    entered: SignedIn | None = None
    kind: str = ""
    token: str = ""


def go_on(request: Request, session: Session, account: Account, onward: Onward, now: datetime) -> Way:
    """Lets somebody in whose first step was good, or begins the second."""
    step = PendingSignIn(
        token_hash="", kind=CODE, username=account.username, how=onward.how, following=onward.following[:500], until=now
    )
    if not onward.strong and has_totp(session, account.username):
        return Way(onward.following, None, CODE, begin_pending(session, step, {}, now))
    if not onward.strong and context_of(request).access.needs_totp(account.roles, account.password_alone):
        step.kind = ENROL
        return Way(onward.following, None, ENROL, begin_pending(session, step, {"secret": new_secret()}, now))
    return Way(onward.following, start_session(request, session, account, onward.how, now))


def respond(request: Request, way: Way) -> Response:
    """The answer that leads on."""
    if way.entered:
        return redirect_after_sign_in(request, way.entered, way.following)
    response = RedirectResponse(PAGES[way.kind], 303)
    set_cookie(response, request, PENDING, way.token, int(LASTS.total_seconds()))
    return response


def _again(request: Request) -> Response:
    response = RedirectResponse("/sign-in?flash=step_ended", 303)
    drop_cookie(response, request, PENDING)
    return response


def _half_in(session: Session, token: str, kind: str, now: datetime) -> tuple[PendingSignIn, Account] | None:
    """The step of this kind that the browser is in, and whose it is; None where it has ended or the account was closed."""
    step = find_pending(session, token, kind, now)
    account = session.get(Account, step.username) if step else None
    return (step, account) if step and account and account.active else None


@router.get("/sign-in/code", dependencies=[Stranger])
def ask_code(request: Request) -> Response:
    """Asks for the code."""
    context = context_of(request)
    with context.database.write() as session:
        step = find_pending(session, read_cookie(request, PENDING), CODE, context.now())
    return _code_page(request) if step else _again(request)


def _code_page(request: Request, fault: FieldFault | None = None, wait: timedelta | None = None) -> Response:
    status = 429 if wait else 422 if fault else 200
    page = context_of(request).page(request, "second_step.html", status=status, faults=[fault] if fault else [])
    if wait:
        page.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return page


@router.post("/sign-in/code", dependencies=[Stranger])
def take_code(request: Request, form_data: FormTyped) -> Response:
    """Takes a code of the authenticator or a recovery code, each once; after five wrong ones one begins with the password again."""
    check_origin(request)
    context, now, token = context_of(request), context_of(request).now(), read_cookie(request, PENDING)
    with context.database.write() as session:
        half = _half_in(session, token, CODE, now)
        if half is None:
            return _again(request)
        step, account = half
        claimant = code_comer(request, session, account.username, now)
        until = blocked_until(session, claimant, now)
        if until:
            return _code_page(request, slowly(until - now), until - now)
        kind = is_code(session, account.username, form_data.get("totp", ""), context.wall())
        if not record_outcome(session, claimant, bool(kind), now):
            step.failures += 1
            note(session, account, "sign_in_failed", now)
            return _code_page(request, FieldFault("totp", "wrong", NOT_IT))
        if kind == "recovery":
            note(session, account, "recovery_used", now)
        end_pending(session, token)
        entered = start_session(request, session, account, f"{step.how}+{'totp' if kind == 'totp' else 'spare'}", now)
    return redirect_after_sign_in(request, entered, step.following)


def code_comer(request: Request, session: Session, username: str, now: datetime) -> Claimant:
    """Who gives a code, and from where: codes have counters of their own."""
    return replace(
        claimant_of(session, username, client_address_of(request), read_cookie(request, TRUSTED_BROWSER), now), what="code"
    )


def slowly(wait: timedelta) -> FieldFault:
    """Asks to wait."""
    return FieldFault("totp", "too_many", SLOWLY, {"minutes": -(-(int(wait.total_seconds()) + 1) // 60)})


def note(session: Session, account: Account, action: str, now: datetime) -> None:
    """A line about this person and no case."""
    trail.write(session, [TrailLine.of_person(account, now, action)])


@router.get("/sign-in/authenticator", dependencies=[Stranger])
def show_enrolment(request: Request) -> Response:
    """Shows the picture for the authenticator to somebody whose work needs one and who has none yet."""
    return _enrolment(request)


def _enrolment(request: Request, fault: FieldFault | None = None) -> Response:
    context = context_of(request)
    with context.database.write() as session:
        step = find_pending(session, read_cookie(request, PENDING), ENROL, context.now())
        secret = str(secret_of(step)["secret"]) if step else ""
    if step is None:
        return _again(request)
    values = {"picture": picture(secret, step.username), "secret": secret, "faults": [fault] if fault else []}
    return context.page(request, "enrol.html", status=422 if fault else 200, action=PAGES[ENROL], needed=True, **values)


@router.post("/sign-in/authenticator", dependencies=[Stranger])
def enrol(request: Request, form_data: FormTyped) -> Response:
    """Takes the authenticator once it shows the right code, lets its owner in, and shows the recovery codes this once."""
    check_origin(request)
    context, now, token = context_of(request), context_of(request).now(), read_cookie(request, PENDING)
    with context.database.write() as session:
        half = _half_in(session, token, ENROL, now)
        if half is None or has_totp(session, half[1].username):
            return _again(request)
        step, account = half
        codes = set_totp(session, account.username, str(secret_of(step)["secret"]), form_data.get("totp", ""), context.wall())
        if codes is not None:
            note(session, account, "totp_set", now)
            end_pending(session, token)
            entered = start_session(request, session, account, f"{step.how}+totp", now)
    if codes is None:
        return _enrolment(request, FieldFault("totp", "wrong", NOT_IT))
    page = context.page(request, "recovery_codes.html", codes=codes, target=target_of(account, step.following))
    return give_cookies(request, page, entered)
