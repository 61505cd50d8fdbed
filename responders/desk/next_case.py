"""Taking the next case: the one due soonest that is free and not one's own question; whoever was quicker has it."""

from collections.abc import Sequence

from access.principal import Principal
from cases.case import Case
from cases.lifecycle import Actor
from cases.moves import Move, Refusal, make_move
from cases.roles import mover_of
from responders.desk.desk_piles import desk_of, read_new
from responders.duty.substitution import in_place_of, marked
from web.context import Context

TRIES = 8


def take_next(context: Context, principal: Principal) -> str:
    """The number of the case that is now this clerk's; empty when none waits."""
    for _ in range(TRIES):
        with context.database.read() as session:
            waiting = read_new(session, desk_of(principal), principal.username)
        if not waiting:
            return ""
        number = _take_first(context, principal, waiting)
        if number:
            return number
    return ""


def _take_first(context: Context, principal: Principal, waiting: Sequence[Case]) -> str:
    # A colleague may have been quicker at the first; then it is the second.
    for case in waiting:
        with context.database.write() as session:
            instead_of = in_place_of(session, case, principal.username, context.now())
            given = {"details": marked({}, instead_of)}
            move = Move(case.number, "take", mover_of(principal, Actor.CLERK), case.version, given=given)
            taken = make_move(session, move, context.now(), context.rulebook)
        if not isinstance(taken, Refusal):
            return case.number
    return ""
