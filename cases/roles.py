"""Authorisation on a case: as which actor somebody may act on it, and who may see it."""

from typing import Protocol

from access.principal import Principal
from cases.lifecycle import NEVER_SENT, Actor
from cases.moves import Mover

SCOPES = {Actor.ASKER: "ask", Actor.CLERK: "desk", Actor.SUPERVISOR: "board"}  # the scope a key needs to act as one


class Standing(Protocol):
    """What of a case decides who may see it."""

    @property
    def unit(self) -> str: ...
    @property
    def holder(self) -> str: ...
    @property
    def state(self) -> str: ...


def mover_of(principal: Principal, actor: Actor) -> Mover:
    """This person as the one who makes a move."""
    return Mover(actor, principal.username, principal.unit)


def actors_of(principal: Principal, case: Standing) -> list[Actor]:
    """As whom this person may act on a case: its unit's askers, its holder's clerks, any supervisor; a key in its scopes."""
    return [actor for actor in _roles(principal, case) if not principal.key or SCOPES[actor] in principal.scopes]


def may_see(principal: Principal, case: Standing) -> bool:
    """Nobody outside the asking unit, the holding unit and the supervisors sees a case."""
    return bool(_roles(principal, case))


def _roles(principal: Principal, case: Standing) -> list[Actor]:
    asker = "asker" in principal.roles and case.unit == principal.unit
    clerk = "clerk" in principal.roles and case.holder == principal.unit and case.state not in NEVER_SENT
    roles = {Actor.ASKER: asker, Actor.CLERK: clerk, Actor.SUPERVISOR: "supervisor" in principal.roles}
    return [actor for actor, held in roles.items() if held]
