"""Whether an open form is still current: only another person's move makes it stale, no move of the clock."""

from collections.abc import Collection, Mapping

from sqlmodel import Session

from cases.lifecycle import FORMER, MOVES, Actor
from cases.trail import trail

# A form is taken in all the same after these moves.
SENT = frozenset({("urge", Actor.SUPERVISOR), ("urge", Actor.ASKER), ("message", Actor.CLERK)})
# After these an open page goes on by itself: it shows what was said.
SHOWN = SENT | {("state", Actor.CONTACT), ("message", Actor.ASKER), ("reply_back", Actor.ASKER)}


def still_good(session: Session, seen: Mapping[str, int], harmless: Collection[tuple[str, str]]) -> set[str]:
    """Those of these cases, each with the version that was looked at, which only the clock and harmless moves changed since."""
    made = trail.movers(session, seen, (*MOVES, *FORMER))
    return {n for n, version in seen.items() if all(move in harmless or move[1] == Actor.CLOCK for move in made[n][version - 1 :])}
