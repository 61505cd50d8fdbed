"""Taking the next case: of those nobody has taken the one that is due soonest, whoever else reaches for it at the same moment."""

from access.principal import Visitor
from cases.lifecycle import Actor
from cases.moves import Move, Refusal, make_move
from cases.roles import mover_of
from responders.desk.desk_lists import read_pile
from web.context import House

TRIES = 8


def take_next(house: House, visitor: Visitor) -> str:
    """The number of the case that is now this clerk's; empty when none waits."""
    for _ in range(TRIES):
        with house.database.read() as session:
            waiting = read_pile(session, visitor.unit, visitor.username, "new")
        if not waiting:
            return ""
        number = _take_first(house, visitor, {case.number: case.version for case in waiting})
        if number:
            return number
    return ""


def _take_first(house: House, visitor: Visitor, waiting: dict[str, int]) -> str:
    # A colleague may have been quicker at the first; then it is the second.
    for number, seen in waiting.items():
        move = Move(number, "take", mover_of(visitor, Actor.CLERK), seen)
        with house.database.write() as session:
            taken = make_move(session, move, house.now(), house.rulebook)
        if not isinstance(taken, Refusal):
            return number
    return ""
