"""/admin/accounts/{username}/...: new password, authenticator off, account off and on, sessions ended."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col, select

from access.accounts import Account
from access.first_passwords import new_password
from access.known_browsers import forget_browsers
from access.passwords import hasher
from access.pending_sign_ins import end_pending_of
from access.sessions import SignIn, close_sessions, revoke_sessions
from access.totp import remove_totp
from administrators.accounts.account_pages import account_page
from administrators.accounts.accounts import account_of_name
from administrators.changes import Act, note_changes
from administrators.page_frame import Admin, Proven, unknown
from contacts.departures import take_back
from storage.problem import N_, FieldFault
from web.context import context_of

router = APIRouter(include_in_schema=False)
NOT_ONESELF = N_("You cannot switch off your own account. Ask another administrator.")
NO_SESSION = N_("There is no such session.")


@router.post("/admin/accounts/{username}/password")
def give_password(request: Request, username: str, principal: Proven) -> Response:
    """A new password, shown this once; every session ends, and no browser is known for them any more, and no wrong try counts."""
    context, now, password = context_of(request), context_of(request).now(), new_password()
    hashed = hasher().hash(password)  # takes long: before the transaction
    with context.database.write() as session:
        account = account_of_name(session, username)
        account.password_hash, account.password_given = hashed, True
        ended = close_sessions(session, [username], now, principal.token if username == principal.username else "")
        forget_browsers(session, username)
        note_changes(session, principal, now, Act("account", username, "password_given", _ended(ended)))
    return account_page(request, principal, username, password=password)


def _ended(sessions: int) -> dict[str, tuple[object, object]]:
    return {"sessions": (sessions, 0)} if sessions else {}


@router.post("/admin/accounts/{username}/authenticator/off")
def take_authenticator(request: Request, username: str, principal: Proven) -> Response:
    """Takes a lost authenticator off; every session ends. Whose work needs one sets up another at the next sign-in."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        account_of_name(session, username)
        if remove_totp(session, username):
            ended = close_sessions(session, [username], now, principal.token if username == principal.username else "")
            note_changes(session, principal, now, Act("account", username, "totp_off", _ended(ended)))
    return _back(username, "totp_off")


@router.post("/admin/accounts/{username}/off")
def switch_off(request: Request, username: str, principal: Proven) -> Response:
    """Nobody gets in with this account from now on; its sessions end at once and its keys open nothing."""
    context, now = context_of(request), context_of(request).now()
    if username == principal.username:
        return account_page(request, principal, username, faults=[FieldFault("", "oneself", NOT_ONESELF)])
    with context.database.write() as session:
        account = account_of_name(session, username)
        if account.active:
            account.active = False
            changed = {"active": (True, False), **_ended(revoke_sessions(session, username, now))}
            note_changes(session, principal, now, Act("account", username, "account_off", changed))
            session.flush()
            take_back(session, now, context.rulebook, [username])
    return _back(username, "account_off")


@router.post("/admin/accounts/{username}/on")
def switch_on(request: Request, username: str, principal: Proven) -> Response:
    """The account works again, with the password it had."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        account = account_of_name(session, username)
        if not account.active:
            account.active = True
            note_changes(session, principal, now, Act("account", username, "account_on", {"active": (False, True)}))
    return _back(username, "account_on")


@router.post("/admin/accounts/{username}/sessions/end")
def end_sessions(request: Request, username: str, principal: Admin) -> Response:
    """Ends every session of this person."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        account_of_name(session, username)
        ended = revoke_sessions(session, username, now)
        if ended:
            note_changes(session, principal, now, Act("account", username, "sessions_end", _ended(ended)))
    return _back(username, "sessions_ended")


@router.post("/admin/accounts/{username}/sessions/{beginning}/end")
def end_one_session(request: Request, username: str, beginning: str, principal: Admin) -> Response:
    """Ends one session, named by the beginning of its hash."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        _session(session, account_of_name(session, username), beginning).revoked_at = now
        end_pending_of(session, [username])
        note_changes(session, principal, now, Act("account", username, "sessions_end", _ended(1)))
    return _back(username, "sessions_ended")


def _session(session: Session, account: Account, beginning: str) -> SignIn:
    theirs = select(SignIn).where(SignIn.username == account.username, col(SignIn.revoked_at).is_(None))
    found = session.exec(theirs.where(col(SignIn.token_hash).startswith(beginning[:64], autoescape=True))).first()
    if found is None or len(beginning) < 16:
        raise unknown("session", NO_SESSION)
    return found


def _back(username: str, said: str) -> Response:
    return RedirectResponse(f"/admin/accounts/{username}?flash={said}", 303)
