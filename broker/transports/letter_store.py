"""What a store of letters must do for kombu's leased channel: put, take, settle and wait in batches (SQLite file, Redis)."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

LEASE_SECONDS = (
    60.0  # a dead process is noticed at once; this is for one that hangs: whoever asks for letters keeps all that they hold
)
LOOK_SECONDS = 0.5  # how often somebody looks for the dead

# Why a letter has no attempt left, by what became of its last reader.
DIED = "its reader died {attempts} times"
HUNG = "not settled in time {attempts} times"
STOPPED = "not settled {attempts} times before its reader stopped"


class Taken(NamedTuple):
    """One letter as it lies in the store."""

    seq: int
    attempt: int
    reason: str
    source: str
    envelope: str
    wire: bytes


class LetterStore(Protocol):
    """One reader's and writer's way to the letters. Raises Unreachable when the store cannot be used."""

    def declare(self, queues: Sequence[str]) -> None:
        """Makes the queues exist."""

    def queues(self) -> set[str]:
        """The queues that exist."""

    def put(self, letters: Sequence[tuple[str, bytes, str]]) -> list[int]:
        """Stores (queue, wire, envelope) rows at once; gives back the positions of those whose queue does not exist."""

    def take(self, queue: str, at_most: int) -> list[Taken]:
        """Leases up to so many waiting letters, oldest first, without waiting."""

    def watch(self, queue: str, until: float) -> None:
        """Returns when somebody may have put letters into the queue, or at this monotonic time, or when it is time to look."""

    def done(self, seqs: Sequence[int]) -> None:
        """Removes letters, also those whose lease ran out meanwhile: the work on them is done."""

    def release(self, seqs: Sequence[int]) -> None:
        """Gives letters back to their old place, or buries them after the last attempt; only what this reader still holds."""

    def bury(self, seqs: Sequence[int], reason: str) -> None:
        """Moves letters this reader holds to the dead queue."""

    def waiting(self, queue: str) -> int:
        """How many letters wait, those being read not counted."""

    def purge(self, queue: str, drop: bool = False) -> int:
        """Throws away what waits in the queue, and with `drop` the queue itself; says how many letters."""

    def close(self) -> None:
        """Gives back what is held, and lets go of the store."""
