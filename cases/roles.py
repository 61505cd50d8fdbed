"""As whom somebody may act on a case, and who may see it."""

from access.principal import Visitor
from cases.case import Case
from cases.lifecycle import NEVER_SENT, Actor
from cases.moves import Mover

SCOPES = {Actor.ASKER: "ask", Actor.CLERK: "desk", Actor.SUPERVISOR: "board"}  # the scope a key needs to act as one


def mover_of(visitor: Visitor, actor: Actor) -> Mover:
    """This person as the one who makes a move."""
    return Mover(actor, visitor.username, visitor.unit)


def actors_of(visitor: Visitor, case: Case) -> list[Actor]:
    """As whom this person may act on a case: its unit's askers, its holder's clerks, any supervisor; a key in its scopes."""
    return [actor for actor in _roles(visitor, case) if not visitor.key or SCOPES[actor] in visitor.scopes]


def may_see(visitor: Visitor, case: Case) -> bool:
    """Nobody outside the asking unit, the holding unit and the supervisors sees a case."""
    return bool(_roles(visitor, case))


def _roles(visitor: Visitor, case: Case) -> list[Actor]:
    asker = "asker" in visitor.roles and case.unit == visitor.unit
    clerk = "clerk" in visitor.roles and case.holder == visitor.unit and case.state not in NEVER_SENT
    roles = {Actor.ASKER: asker, Actor.CLERK: clerk, Actor.SUPERVISOR: "supervisor" in visitor.roles}
    return [actor for actor, held in roles.items() if held]
