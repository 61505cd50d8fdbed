"""Signing in and out, one's own sessions, and the choice of language."""

from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import col, select

from cases import trail
from cases.accounts import (
    GRACE_HOURS,
    SESSION_HOURS,
    Account,
    Opened,
    SignIn,
    find_session,
    hash_of,
    is_password,
    open_session,
    revoke_sessions,
)
from cases.attempts import judge_sign_in
from cases.door import COOKIE, Door, PublicDoor, Visitor
from cases.house import House, house_of
from cases.problem import N_, FieldFault, Problem
from cases.typed import FormTyped
from cases.units import Unit
from deploy.languages import LOCALES
from deploy.problems import locale_of

router = APIRouter(include_in_schema=False)
Stranger = Depends(PublicDoor())
Anybody = Annotated[Visitor, Depends(Door())]
LANDINGS = (("clerk", "/desk"), ("asker", "/ask"), ("supervisor", "/board"), ("keeper", "/roster"), ("admin", "/admin"))
LANG_SECONDS = 400 * 86400
COOKIE_SECONDS = (SESSION_HOURS + GRACE_HOURS) * 3600  # the house says when a session ends; see WritingDoor
WRONG = N_("User name and password do not go together.")
ELSEWHERE = N_("This form did not come from here.")
NO_SESSION = N_("There is no such session.")


def landing(roles: frozenset[str]) -> str:
    """The page on which somebody with these roles begins."""
    return next((page for role, page in LANDINGS if role in roles), "/me")


def local_path(text: str) -> str:
    """The path when it is one of ours, else nothing: no form sends people elsewhere."""
    ours = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable() and "\\" not in text
    return text if ours else ""


@router.get("/", dependencies=[Stranger])
def begin(request: Request) -> Response:
    """To one's own page, or to the sign-in."""
    house = house_of(request)
    with house.database.read() as session:
        found = find_session(session, request.cookies.get(COOKIE, ""), house.now())
        return RedirectResponse(landing(frozenset(found[0].roles)) if found else "/sign-in", 303)


@router.get("/sign-in", dependencies=[Stranger])
def show_sign_in(request: Request, next: str = "") -> Response:  # noqa: A002  # the field's name in the address
    """The form."""
    return _sign_in_page(request, local_path(next))


def _sign_in_page(request: Request, following: str, username: str = "", faults: tuple[FieldFault, ...] = ()) -> Response:
    values = {"next": following, "username": username, "faults": faults}
    page: Response = house_of(request).page(request, "sign_in.html", status=422 if faults else 200, **values)
    return page


@router.post("/sign-in", dependencies=[Stranger])
def sign_in(request: Request, typed: FormTyped) -> Response:
    """Opens a session. A failure keeps the name that was typed and says no more than that the two do not go together."""
    _from_here(request)
    house, username = house_of(request), typed.get("username", "").strip().lower()[:64]
    opened = _open(house, username, typed.get("password", "")[:200], request.cookies.get("lang", ""))
    following = local_path(typed.get("next", ""))
    if opened is None:
        return _sign_in_page(request, following, username, (FieldFault("username", "wrong", WRONG),))
    target = following or landing(frozenset(opened.account.roles))
    if opened.account.password_given:
        target = f"/me/password?{urlencode({'next': target})}"
    response = RedirectResponse(target, 303)
    secure = house.public_url.startswith("https")
    response.set_cookie(COOKIE, opened.token, COOKIE_SECONDS, httponly=True, secure=secure, samesite="lax")
    if "lang" not in request.cookies:
        # The pages go on in the language of the sign-in page, until the browser is closed.
        _set_language(response, locale_of(request), secure, seconds=None)
    return response


def _open(house: House, username: str, password: str, lang: str) -> Opened | None:
    now = house.now()
    with house.database.read() as session:
        hashed = hash_of(session, username)
    good = is_password(password, hashed)
    with house.database.write() as session:
        account = judge_sign_in(session, username, good, now)
        known = account or session.get(Account, username)
        line = {"at": now, "action": "sign_in" if account else "sign_in_failed", "actor": "person"}
        trail.write(session, [{**line, "who": known.username if known else "", "unit": known.unit if known else ""}])
        if account and lang in LOCALES:  # chosen on the way in: signing out forgets it
            account.locale = lang
        return open_session(session, account, now) if account else None


def _from_here(request: Request) -> None:
    # There is no session yet and so no token in the form: the browser says where the form stood.
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "")
    ours = {request.headers.get("host", ""), urlsplit(house_of(request).public_url).netloc}
    # A page in a sandbox gives its origin as "null": that is nobody of ours.
    if (origin is not None and urlsplit(origin).netloc not in ours) or site in ("cross-site", "same-site"):
        raise Problem([FieldFault("origin", "elsewhere", ELSEWHERE)], 403)


@router.post("/sign-out")
def sign_out(request: Request, visitor: Anybody) -> Response:
    """Ends this session."""
    house, now = house_of(request), house_of(request).now()
    with house.database.write() as session:
        revoke_sessions(session, visitor.username, now, visitor.token)
        trail.write(session, [{"at": now, "action": "sign_out", "actor": "person", "who": visitor.username, "unit": visitor.unit}])
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE)
    response.delete_cookie("lang")
    return response


@router.get("/me")
def show_me(request: Request, visitor: Anybody) -> Response:
    """Who one is, and where one is signed in."""
    house, now = house_of(request), house_of(request).now()
    mine = select(SignIn).where(SignIn.username == visitor.username, col(SignIn.revoked_at).is_(None), col(SignIn.until) > now)
    with house.database.read() as session:
        sessions = session.exec(mine.order_by(col(SignIn.opened_at).desc())).all()
        unit = session.get(Unit, visitor.unit)
    page: Response = house.page(request, "me.html", visitor=visitor, sessions=sessions, unit=unit)
    return page


@router.post("/me/sessions/{beginning}/end")
def end_session(request: Request, beginning: str, visitor: Anybody) -> Response:
    """Ends another session of one's own, named by the beginning of its hash."""
    house, now = house_of(request), house_of(request).now()
    mine = select(SignIn).where(SignIn.username == visitor.username, col(SignIn.token_hash).startswith(beginning, autoescape=True))
    with house.database.write() as session:
        found = session.exec(mine).first()
        if found is None:
            raise Problem([FieldFault("session", "unknown", NO_SESSION)], 404)
        found.revoked_at = now
        trail.write(session, [{"at": now, "action": "sign_out", "actor": "person", "who": visitor.username, "unit": visitor.unit}])
    return RedirectResponse("/me?said=revoked", 303)


@router.post("/language", dependencies=[Stranger])
def choose_language(request: Request, typed: FormTyped) -> Response:
    """Chinese or English, for this browser and for the account."""
    _from_here(request)
    house, wanted = house_of(request), typed.get("lang", "")
    locale = wanted if wanted in LOCALES else LOCALES[0]
    with house.database.write() as session:
        found = find_session(session, request.cookies.get(COOKIE, ""), house.now())
        if found:
            found[0].locale = locale
    response = RedirectResponse(local_path(typed.get("next", "")) or "/", 303)
    _set_language(response, locale, house.public_url.startswith("https"))
    return response


def _set_language(response: Response, locale: str, secure: bool, seconds: int | None = LANG_SECONDS) -> None:
    response.set_cookie("lang", locale, seconds, secure=secure, samesite="lax")
