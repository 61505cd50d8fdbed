"""Whether an open form is still current: only another person's move makes it stale, no move of the clock."""

from collections.abc import Collection, Mapping

from sqlmodel import Session

from cases.lifecycle import MOVES, Actor
from cases.trail import trail

SENT = frozenset({("urge", Actor.SUPERVISOR)})  # a form is taken in all the same after these moves
SHOWN = frozenset({("state", Actor.CONTACT)})  # after these an open page goes on by itself: it shows what was said


def still_good(session: Session, seen: Mapping[str, int], harmless: Collection[tuple[str, str]]) -> set[str]:
    """Those of these cases, each with the version that was looked at, which only the clock and harmless moves changed since."""
    made = trail.movers(session, seen, MOVES)
    return {n for n, version in seen.items() if all(move in harmless or move[1] == Actor.CLOCK for move in made[n][version - 1 :])}
