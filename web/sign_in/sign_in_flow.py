"""Completing a sign-in: new session, its cookies, trusted browser, and the page to go to."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col, update

from access.accounts import Account
from access.browser_names import browser_in_words
from access.cookies import PENDING, SESSION, TRUSTED_BROWSER, drop_cookie, is_secure, read_cookie, set_cookie
from access.known_browsers import KEPT, remember
from access.passwords import digest
from access.sessions import GRACE_HOURS, SESSION_HOURS, OpenedSession, SignIn, SignInOrigin, open_session
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import N_, FieldFault, Problem
from web.context import context_of
from web.languages import LOCALES
from web.problems import locale_of

LANDINGS = (
    ("envoy", "/errands"), ("clerk", "/desk"), ("asker", "/ask"), ("supervisor", "/board"), ("keeper", "/roster"),
    ("reformer", "/reform"), ("inspector", "/inspections"), ("admin", "/admin"), ("monitor", "/monitoring"),
)  # fmt: skip
LANG_SECONDS = 400 * 86400
COOKIE_SECONDS = (SESSION_HOURS + GRACE_HOURS) * 3600  # the house says when a session ends; see AuthenticatedWithGrace
FORWARDED = frozenset({"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via"})
ELSEWHERE = N_("This form did not come from here.")


def landing(roles: frozenset[str]) -> str:
    """The page on which somebody with these roles begins."""
    return next((page for role, page in LANDINGS if role in roles), "/me")


def local_path(text: str) -> str:
    """The path when it is one of ours, else nothing: no form sends people elsewhere."""
    ours = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable() and "\\" not in text
    return text if ours else ""


def check_origin(request: Request) -> None:
    """Raises Problem where a form stood elsewhere. There is no session yet and so no token in the form: the browser says it."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "")
    ours = {request.headers.get("host", ""), urlsplit(context_of(request).public_url).netloc}
    # A page in a sandbox gives its origin as "null": that is nobody of ours.
    if (origin is not None and urlsplit(origin).netloc not in ours) or site in ("cross-site", "same-site"):
        raise Problem([FieldFault("origin", "elsewhere", ELSEWHERE)], 403)


def client_address_of(request: Request) -> str:
    """The address somebody comes from; of IPv6 the network, for one person has all of it."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host[:45]
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((int(address), 64), strict=False))
    return str(address)


def is_from_here(request: Request) -> bool:
    """Whether it comes from this machine itself, and not through a proxy on it: one that names nobody is known by its headers."""
    host = request.client.host if request.client else ""
    try:
        return not FORWARDED & set(request.headers) and ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is in: their session, and the token by which their browser is known."""

    opened: OpenedSession
    device: str


def start_session(request: Request, session: Session, account: Account, how: str, now: datetime) -> SignedIn:
    """Opens a session with a token of its own; the one this browser had before ends, so that no token outlives a sign-in."""
    before = digest(read_cookie(request, SESSION))
    live = (col(SignIn.token_hash) == before, col(SignIn.revoked_at).is_(None))
    session.connection().execute(update(SignIn).where(*live).values(revoked_at=now))
    lang = request.cookies.get("lang", "")
    if lang in LOCALES:  # chosen on the way in: signing out forgets it
        account.locale = lang
    came = SignInOrigin(how, client_address_of(request), browser_in_words(request.headers.get("user-agent", "")))
    opened = open_session(session, account, now, came)
    trail.write(session, [TrailLine.of_person(account, now, "sign_in", details={"how": how})])
    return SignedIn(opened, remember(session, account.username, read_cookie(request, TRUSTED_BROWSER), now))


def target_of(account: Account, following: str) -> str:
    """Where somebody goes on; by way of a password of their own while somebody else knows it."""
    target = following or landing(frozenset(account.roles))
    return f"/me/password?{urlencode({'next': target})}" if account.password_given else target


def give_cookies(request: Request, response: Response, entered: SignedIn) -> Response:
    """The answer with what this browser is to bring from now on."""
    set_cookie(response, request, SESSION, entered.opened.token, COOKIE_SECONDS)
    set_cookie(response, request, TRUSTED_BROWSER, entered.device, int(KEPT.total_seconds()))
    drop_cookie(response, request, PENDING)
    if "lang" not in request.cookies:
        # The pages go on in the language of the sign-in page, until the browser is closed.
        set_language(request, response, locale_of(request), seconds=None)
    return response


def redirect_after_sign_in(request: Request, entered: SignedIn, following: str) -> Response:
    """The way to the page somebody wanted, or to their own."""
    return give_cookies(request, RedirectResponse(target_of(entered.opened.account, following), 303), entered)


def set_language(request: Request, response: Response, locale: str, seconds: int | None = LANG_SECONDS) -> None:
    """Keeps the language in this browser."""
    response.set_cookie("lang", locale, seconds, secure=is_secure(request), samesite="lax")
