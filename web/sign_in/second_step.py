"""The second step of signing in: a code of one's authenticator, or setting one up where one's work needs it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.accounts import Account
from access.authentication import PublicDoor
from access.cookies import DEVICE, STEP, drop_cookie, read_cookie, set_cookie
from access.pending_sign_ins import CODE, ENROL, LASTS, Step, begin_step, end_step, find_step, secret_of
from access.sign_in_throttle import Comer, blocked_until, judge
from access.totp import has_totp, is_code, new_secret, set_totp
from access.trusted_browsers import comer_of
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import N_, FieldFault
from web.account.authenticator_picture import picture
from web.context import house_of
from web.form_data import FormTyped
from web.sign_in.sign_in_flow import Entered, check_origin, enter, give_cookies, source_of, target_of, welcome

router = APIRouter(include_in_schema=False)
Stranger = Depends(PublicDoor())
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
    entered: Entered | None = None
    kind: str = ""
    token: str = ""


def go_on(request: Request, session: Session, account: Account, onward: Onward, now: datetime) -> Way:
    """Lets somebody in whose first step was good, or begins the second."""
    step = Step(token_hash="", kind=CODE, username=account.username, how=onward.how, following=onward.following[:500], until=now)
    if not onward.strong and has_totp(session, account.username):
        return Way(onward.following, None, CODE, begin_step(session, step, {}, now))
    if not onward.strong and house_of(request).access.needs_totp(account.roles, account.password_alone):
        step.kind = ENROL
        return Way(onward.following, None, ENROL, begin_step(session, step, {"secret": new_secret()}, now))
    return Way(onward.following, enter(request, session, account, onward.how, now))


def respond(request: Request, way: Way) -> Response:
    """The answer that leads on."""
    if way.entered:
        return welcome(request, way.entered, way.following)
    response = RedirectResponse(PAGES[way.kind], 303)
    set_cookie(response, request, STEP, way.token, int(LASTS.total_seconds()))
    return response


def _again(request: Request) -> Response:
    response = RedirectResponse("/sign-in?said=step_ended", 303)
    drop_cookie(response, request, STEP)
    return response


def _half_in(session: Session, token: str, kind: str, now: datetime) -> tuple[Step, Account] | None:
    """The step of this kind that the browser is in, and whose it is; None where it has ended or the account was closed."""
    step = find_step(session, token, kind, now)
    account = session.get(Account, step.username) if step else None
    return (step, account) if step and account and account.active else None


@router.get("/sign-in/code", dependencies=[Stranger])
def ask_code(request: Request) -> Response:
    """Asks for the code."""
    house = house_of(request)
    with house.database.write() as session:
        step = find_step(session, read_cookie(request, STEP), CODE, house.now())
    return _code_page(request) if step else _again(request)


def _code_page(request: Request, fault: FieldFault | None = None, wait: timedelta | None = None) -> Response:
    status = 429 if wait else 422 if fault else 200
    page = house_of(request).page(request, "second_step.html", status=status, faults=[fault] if fault else [])
    if wait:
        page.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return page


@router.post("/sign-in/code", dependencies=[Stranger])
def take_code(request: Request, typed: FormTyped) -> Response:
    """Takes a code of the authenticator or a recovery code, each once; after five wrong ones one begins with the password again."""
    check_origin(request)
    house, now, token = house_of(request), house_of(request).now(), read_cookie(request, STEP)
    with house.database.write() as session:
        half = _half_in(session, token, CODE, now)
        if half is None:
            return _again(request)
        step, account = half
        comer = code_comer(request, session, account.username, now)
        until = blocked_until(session, comer, now)
        if until:
            return _code_page(request, slowly(until - now), until - now)
        kind = is_code(session, account.username, typed.get("totp", ""), house.wall())
        if not judge(session, comer, bool(kind), now):
            step.failures += 1
            note(session, account, "sign_in_failed", now)
            return _code_page(request, FieldFault("totp", "wrong", NOT_IT))
        if kind == "recovery":
            note(session, account, "recovery_used", now)
        end_step(session, token)
        entered = enter(request, session, account, f"{step.how}+{'totp' if kind == 'totp' else 'spare'}", now)
    return welcome(request, entered, step.following)


def code_comer(request: Request, session: Session, username: str, now: datetime) -> Comer:
    """Who gives a code, and from where: codes have counters of their own."""
    return replace(comer_of(session, username, source_of(request), read_cookie(request, DEVICE), now), what="code")


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
    house = house_of(request)
    with house.database.write() as session:
        step = find_step(session, read_cookie(request, STEP), ENROL, house.now())
        secret = str(secret_of(step)["secret"]) if step else ""
    if step is None:
        return _again(request)
    values = {"picture": picture(secret, step.username), "secret": secret, "faults": [fault] if fault else []}
    return house.page(request, "enrol.html", status=422 if fault else 200, action=PAGES[ENROL], needed=True, **values)


@router.post("/sign-in/authenticator", dependencies=[Stranger])
def enrol(request: Request, typed: FormTyped) -> Response:
    """Takes the authenticator once it shows the right code, lets its owner in, and shows the recovery codes this once."""
    check_origin(request)
    house, now, token = house_of(request), house_of(request).now(), read_cookie(request, STEP)
    with house.database.write() as session:
        half = _half_in(session, token, ENROL, now)
        if half is None or has_totp(session, half[1].username):
            return _again(request)
        step, account = half
        codes = set_totp(session, account.username, str(secret_of(step)["secret"]), typed.get("totp", ""), house.wall())
        if codes is not None:
            note(session, account, "totp_set", now)
            end_step(session, token)
            entered = enter(request, session, account, f"{step.how}+totp", now)
    if codes is None:
        return _enrolment(request, FieldFault("totp", "wrong", NOT_IT))
    page = house.page(request, "recovery_codes.html", codes=codes, target=target_of(account, step.following))
    return give_cookies(request, page, entered)
