"""Unlocking an account: new password and no authenticator, when no administrator can get in."""

from sqlmodel import Session

from access.accounts import Account
from access.first_passwords import new_password
from access.known_browsers import forget_browsers
from access.passwords import hasher
from access.sessions import revoke_sessions
from access.totp import remove_totp
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from deploy.assembly import Assembly


def unlock(assembly: Assembly, username: str) -> str | None:
    """A new first password, the authenticator being off and every session ended; None where there is no such account."""
    password = new_password()
    hashed = hasher().hash(password)  # takes long: before the transaction
    with assembly.database.write() as session:
        account = session.get(Account, username)
        if account is None:
            return None
        _open(session, account, hashed, assembly)
    return password


def _open(session: Session, account: Account, hashed: str, assembly: Assembly) -> None:
    now = assembly.now()
    account.password_hash, account.password_given = hashed, True
    remove_totp(session, account.username)
    forget_browsers(session, account.username)
    revoke_sessions(session, account.username, now)
    done = ("password_given", "totp_off", "sessions_end")
    trail.write(session, [TrailLine.of_person(account, now, action).noting("hecha unlock") for action in done])
