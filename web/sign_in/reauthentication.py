"""Proving: before a dangerous act somebody shows again who they are, unless they did a moment ago."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import Request
from sqlmodel import Session, col, update
from starlette.concurrency import run_in_threadpool

from access.accounts import Account, SignIn, digest, is_password
from access.authentication import SAFE, Door
from access.principal import Visitor
from access.refusals import NotAllowed
from access.sign_in_rules import FRESH
from access.sign_in_throttle import Comer, blocked_until, judge
from access.totp import has_totp, is_code
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from web.context import House, house_of

PROOF = "proof"
PAGES_OWN = frozenset({PROOF, "proof_of", "csrf"})
CODE, PASSWORD, SIGN_ON = "code", "password", "sign_on"


class NotProven(Exception):
    """Somebody must show who they are before this is done. `fields` is what they sent, so that nothing of it is lost.

    `way` says how: by a code, by the password, or at the city's sign-on; `tried` that what they gave just now was wrong.
    """

    def __init__(self, visitor: Visitor, way: str, fields: Sequence[tuple[str, str]], tried: bool) -> None:
        self.visitor, self.way, self.fields, self.tried = visitor, way, tuple(fields), tried
        super().__init__()


class ProvenDoor(Door):
    """Lets in people with a session, never a key; for anything but looking only those who showed lately who they are."""

    async def __call__(self, request: Request) -> Visitor:
        """The visitor. Raises what Door raises, and NotProven."""
        visitor = await super().__call__(request)
        house = house_of(request)
        if not visitor.csrf:
            raise NotAllowed
        if request.method in SAFE or (visitor.proven_at and visitor.proven_at + FRESH >= house.now()):
            return visitor
        form = await request.form()
        sent = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        given = str(form.get(PROOF, ""))[:200]
        way = await run_in_threadpool(_prove, house, visitor, given)
        if way:
            raise NotProven(visitor, way, [pair for pair in sent if pair[0] not in PAGES_OWN], PROOF in form)
        return visitor


def _prove(house: House, visitor: Visitor, given: str) -> str:
    """Empty where this proves it, else the way in which it can be proven."""
    now, comer = house.now(), Comer(visitor.username, device=digest(visitor.token), what="proof")
    with house.database.read() as session:
        account = session.get_one(Account, visitor.username)
        way = CODE if has_totp(session, visitor.username) else PASSWORD if account.password_hash else SIGN_ON
        stopped = blocked_until(session, comer, now) is not None
    if not given or stopped or way == SIGN_ON:
        return way
    good = way == PASSWORD and is_password(given, account.password_hash)  # takes long: outside the transaction
    with house.database.write() as session:
        good = good or (way == CODE and bool(is_code(session, visitor.username, given, house.wall())))
        proven = judge(session, comer, good, now)
        _note(session, visitor, proven, now)
    return "" if proven else way


def _note(session: Session, visitor: Visitor, proven: bool, now: datetime) -> None:
    if proven:
        mine = col(SignIn.token_hash) == digest(visitor.token)
        session.connection().execute(update(SignIn).where(mine).values(proven_at=now))
    trail.write(session, [TrailLine.of_person(visitor, now, "prove" if proven else "prove_failed")])
