"""Re-authentication: code, password or single sign-on again before dangerous acts, unless done a moment ago."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import Request
from sqlmodel import Session, col, update
from starlette.concurrency import run_in_threadpool

from access.accounts import Account
from access.authentication import SAFE, Authenticated
from access.passwords import digest, hash_of, is_password
from access.principal import Principal
from access.refusals import NotAllowed
from access.sessions import SignIn
from access.sign_in_rules import FRESH
from access.sign_in_throttle import Claimant, blocked_until, record_outcome
from access.totp import has_totp, is_code
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from web.context import Context, context_of

PROOF = "proof"
PAGES_OWN = frozenset({PROOF, "proof_of", "csrf"})
CODE, PASSWORD, SIGN_ON = "code", "password", "sign_on"


class ReauthenticationNeeded(Exception):
    """Somebody must show who they are before this is done. `fields` is what they sent, so that nothing of it is lost.

    `way` says how: by a code, by the password, or at the city's sign-on; `tried` that what they gave just now was wrong.
    """

    def __init__(self, principal: Principal, way: str, fields: Sequence[tuple[str, str]], tried: bool) -> None:
        self.principal, self.way, self.fields, self.tried = principal, way, tuple(fields), tried
        super().__init__()


class Reauthenticated(Authenticated):
    """Lets in people with a session, never a key; for anything but looking only those who showed lately who they are."""

    async def __call__(self, request: Request) -> Principal:
        """The principal. Raises what Authenticated raises, and ReauthenticationNeeded."""
        principal = await super().__call__(request)
        context = context_of(request)
        if not principal.csrf:
            raise NotAllowed
        if request.method in SAFE or (principal.proven_at and principal.proven_at + FRESH >= context.now()):
            return principal
        form = await request.form()
        sent = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        given = str(form.get(PROOF, ""))[:200]
        way = await run_in_threadpool(_prove, context, principal, given)
        if way:
            raise ReauthenticationNeeded(principal, way, [pair for pair in sent if pair[0] not in PAGES_OWN], PROOF in form)
        return principal


def _prove(context: Context, principal: Principal, given: str) -> str:
    """Empty where this proves it, else the way in which it can be proven."""
    now, claimant = context.now(), Claimant(principal.username, device=digest(principal.token), what="proof")
    with context.database.read() as session:
        account = session.get_one(Account, principal.username)
        way = CODE if has_totp(session, principal.username) else PASSWORD if account.password_hash else SIGN_ON
        stopped = blocked_until(session, claimant, now) is not None
    if not given or stopped or way == SIGN_ON:
        return way
    good = way == PASSWORD and is_password(given, account.password_hash)  # takes long: outside the transaction
    with context.database.write() as session:
        good = good and hash_of(session, principal.username) == account.password_hash  # nobody gave another one meanwhile
        good = good or (way == CODE and bool(is_code(session, principal.username, given, context.wall())))
        proven = record_outcome(session, claimant, good, now)
        _note(session, principal, proven, now)
    return "" if proven else way


def _note(session: Session, principal: Principal, proven: bool, now: datetime) -> None:
    if proven:
        mine = col(SignIn.token_hash) == digest(principal.token)
        session.connection().execute(update(SignIn).where(mine).values(proven_at=now))
    trail.write(session, [TrailLine.of_person(principal, now, "prove" if proven else "prove_failed")])
