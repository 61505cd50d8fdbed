"""The door: who somebody is, and what they may see. Every route has one."""

import hmac
from dataclasses import dataclass, replace
from datetime import timedelta

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from cases.accounts import GRACE_HOURS, NO_GRACE, Account, SignIn, find_key, find_session
from cases.case import Case
from cases.house import House, house_of
from cases.lifecycle import Actor
from cases.moves import Mover

COOKIE = "hecha"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who came through the door. `csrf` is empty for systems with a key."""

    username: str
    name: str
    unit: str
    roles: frozenset[str]
    locale: str
    csrf: str = ""
    token: str = ""
    theme: str = "auto"
    density: str = "comfortable"
    ended: bool = False  # the session has run out: see WritingDoor

    def mover(self, actor: Actor) -> Mover:
        """This person as the one who makes a move."""
        return Mover(actor, self.username, self.unit)

    def actors(self, case: Case) -> list[Actor]:
        """As whom this person may act on a case: its unit's askers, its holder's clerks, any supervisor."""
        asker = "asker" in self.roles and case.unit == self.unit
        clerk = "clerk" in self.roles and case.holder == self.unit
        hats = {Actor.ASKER: asker, Actor.CLERK: clerk, Actor.SUPERVISOR: "supervisor" in self.roles}
        return [actor for actor, worn in hats.items() if worn]

    def may_see(self, case: Case) -> bool:
        """Nobody outside the asking unit, the holding unit and the supervisors sees a case."""
        return bool(self.actors(case))


class NotSignedIn(Exception):
    """Nobody is known behind this request."""


class NotAllowed(Exception):
    """This person has no business here."""


class Forged(Exception):
    """A form came without the token of the page it should come from."""


class Door:
    """A FastAPI dependency that lets in those with one of these roles; with none named, everybody who signed in."""

    grace = NO_GRACE

    def __init__(self, *roles: str) -> None:
        self.roles = frozenset(roles)

    async def __call__(self, request: Request) -> Visitor:
        """The visitor. Raises NotSignedIn, NotAllowed or Forged."""
        house = house_of(request)
        visitor = await run_in_threadpool(_recognise, request, house, self.grace)
        if visitor.csrf and request.method not in SAFE:
            await _check_form(request, visitor)
        if self.roles and not self.roles & visitor.roles:
            raise NotAllowed
        return visitor


class WritingDoor(Door):
    """Lets in also those whose session ran out a little while ago, marked `ended`: to keep what they wrote, and nothing else."""

    grace = timedelta(hours=GRACE_HOURS)


class PublicDoor:
    """A dependency that says: this route is meant for strangers."""

    async def __call__(self) -> None:
        """Lets everybody pass."""


def _recognise(request: Request, house: House, grace: timedelta) -> Visitor:
    authorization = request.headers.get("authorization", "")
    with house.database.read() as session:
        if authorization.lower().startswith("bearer "):
            account = find_key(session, authorization[7:].strip(), house.now())
            if account is None:
                raise NotSignedIn
            return _visitor(account)
        found = find_session(session, request.cookies.get(COOKIE, ""), house.now(), grace)
        if found is None:
            raise NotSignedIn
        visitor = _visitor(found[0], found[1], request.cookies[COOKIE])
        return replace(visitor, ended=found[1].until < house.now())


def _visitor(account: Account, sign_in: SignIn | None = None, token: str = "") -> Visitor:
    csrf, looks = sign_in.csrf if sign_in else "", (account.theme, account.density)
    return Visitor(account.username, account.name, account.unit, frozenset(account.roles), account.locale, csrf, token, *looks)


async def _check_form(request: Request, visitor: Visitor) -> None:
    given = request.headers.get("x-csrf-token")
    if given is None:
        given = str((await request.form()).get("csrf", ""))
    if not hmac.compare_digest(given.encode(), visitor.csrf.encode()):
        raise Forged
