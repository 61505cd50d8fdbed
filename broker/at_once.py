"""At once: a letter of the house to itself is handled in the very transaction that posts it, and need not travel.

It counts as handled in the inbox, as if it had come by its queue: in effect once, and seen by whoever counts. What is held stays in
the outbox, and so does everything where a letter is tried again: what fails on the short way goes the long one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic_core import from_json, to_json
from sqlmodel import Session

from broker import inbox, outbox
from broker.held_queues import held_now
from broker.letter import Letter
from broker.worker import Handle, Refusals


@dataclass(slots=True)
class _Kept:
    """What is posted while somebody keeps letters back: those that are taken at once."""

    takes: Callable[[Letter], bool]
    letters: list[Letter] = field(default_factory=list)

    def sift(self, letters: Sequence[Letter]) -> list[Letter]:
        """Those that go the long way."""
        self.letters += [letter for letter in letters if self.takes(letter)]
        return [letter for letter in letters if not self.takes(letter)]


def handling_at_once(handle: Handle, takes: Callable[[Letter], bool], then: Handle) -> Handle:
    """`handle`, and then `then` with the letters it posted that `takes` says may be taken at once."""

    def both(session: Session, letters: Sequence[Letter], now: datetime) -> Refusals | None:
        if session.info.get(inbox.AGAIN):
            return handle(session, letters, now)
        kept = session.info[outbox.KEPT] = _Kept(takes)
        try:
            refused = handle(session, letters, now)
        finally:
            del session.info[outbox.KEPT]
        _take(session, kept.letters, then, now)
        return refused

    return both


def _take(session: Session, letters: Sequence[Letter], then: Handle, now: datetime) -> None:
    held = held_now(session) if letters else ()
    outbox.post(session, [letter for letter in letters if letter.to in held])
    # As they would have come: what stands in a body as a moment arrives as text.
    came = [letter.model_copy(update={"body": from_json(to_json(letter.body))}) for letter in letters if letter.to not in held]
    if came:
        inbox.mark(session, came, now)
        then(session, came, now)
