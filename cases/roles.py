"""Authorisation on a case: as which actor somebody may act on it, and who may see it."""

from typing import Protocol

from access.principal import Principal
from cases.lifecycle import NEVER_SENT, OPEN, Actor
from cases.moves import Mover
from cases.stations.placing import desks_of

SCOPES = {Actor.ASKER: "ask", Actor.CLERK: "desk", Actor.SUPERVISOR: "board"}  # the scope a key needs to act as one


class Standing(Protocol):
    """What of a case decides who may see it."""

    @property
    def unit(self) -> str: ...
    @property
    def holder(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def station(self) -> str: ...
    @property
    def handings(self) -> str: ...


def mover_of(principal: Principal, actor: Actor) -> Mover:
    """This person as the one who makes a move."""
    return Mover(actor, principal.username, principal.unit)


def actors_of(principal: Principal, case: Standing) -> list[Actor]:
    """As whom this person may act on a case: its unit's askers, its holder's and its station's clerks, any supervisor; a key
    in its scopes.
    """
    return [actor for actor in _roles(principal, case) if not principal.key or SCOPES[actor] in principal.scopes]


def may_see(principal: Principal, case: Standing) -> bool:
    """Nobody outside the asking unit, the holding unit and the supervisors sees a case; of stations those that have or had it."""
    return bool(_roles(principal, case)) or had_it(principal, case)


def had_it(principal: Principal, case: Standing) -> bool:
    """Whether this is a clerk of a station that had the open case, and sees where it went: they can do nothing more with it."""
    gone = case.state in OPEN and principal.unit in desks_of(case.holder, case.station, case.handings) - {case.holder, case.station}
    return gone and "clerk" in principal.roles


def _roles(principal: Principal, case: Standing) -> list[Actor]:
    asker = "asker" in principal.roles and case.unit == principal.unit
    here = principal.unit in (case.holder, case.station) and case.state not in NEVER_SENT
    clerk = "clerk" in principal.roles and here
    roles = {Actor.ASKER: asker, Actor.CLERK: clerk, Actor.SUPERVISOR: "supervisor" in principal.roles}
    return [actor for actor, held in roles.items() if held]
