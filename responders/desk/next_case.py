"""Taking the next case: of those nobody has taken the one that is due soonest, whoever else reaches for it at the same moment."""

from access.principal import Principal
from cases.lifecycle import Actor
from cases.moves import Move, Refusal, make_move
from cases.roles import mover_of
from responders.desk.desk_piles import read_pile
from web.context import Context

TRIES = 8


def take_next(context: Context, principal: Principal) -> str:
    """The number of the case that is now this clerk's; empty when none waits."""
    for _ in range(TRIES):
        with context.database.read() as session:
            waiting = read_pile(session, principal.unit, principal.username, "new")
        if not waiting:
            return ""
        number = _take_first(context, principal, {case.number: case.version for case in waiting})
        if number:
            return number
    return ""


def _take_first(context: Context, principal: Principal, waiting: dict[str, int]) -> str:
    # A colleague may have been quicker at the first; then it is the second.
    for number, seen in waiting.items():
        move = Move(number, "take", mover_of(principal, Actor.CLERK), seen)
        with context.database.write() as session:
            taken = make_move(session, move, context.now(), context.rulebook)
        if not isinstance(taken, Refusal):
            return number
    return ""
