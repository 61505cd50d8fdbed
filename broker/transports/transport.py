"""The interface of both transports (RabbitMQ, embedded): publish, receive, ack and bury in batches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from broker.letter import Letter

ATTEMPTS = 5  # a letter given back this often is buried
DEAD = "dead"
NO_QUEUE = "no such queue"
REPLAYED = "Replayed"  # why a letter was buried that is a copy of one that was handled
NO_FAULTS: Mapping[UUID, str] = {}


class TransportError(Exception):
    """The post office could not do what was asked."""


class Unreachable(TransportError):
    """The broker is away or blocked; nothing of the batch may be taken as stored. Try again later."""


class Unroutable(TransportError):
    """Some letters have no queue to go to, or could not be encrypted; the others of the batch are safely stored."""

    def __init__(self, ids: Iterable[UUID], faults: Mapping[UUID, str] = NO_FAULTS) -> None:
        """`ids`: those without a queue. `faults`: those not encrypted, with the reason."""
        self.faults = {**dict.fromkeys(ids, NO_QUEUE), **faults}
        self.ids = frozenset(self.faults)
        super().__init__(f"{len(self.ids)} letters have no queue")


class QueuesDiffer(TransportError):
    """Some queues exist and were made otherwise than Hecha makes them; all others exist as they should."""

    def __init__(self, queues: Sequence[str]) -> None:
        self.queues = list(queues)
        super().__init__(
            f"{', '.join(queues)}: made otherwise than Hecha makes it, by hand or by another program. Let it run empty, then "
            "delete it (`rabbitmqctl delete_queue --vhost hecha NAME`): it is made anew at the next start"
        )


@dataclass(frozen=True, slots=True)
class Delivery:
    """One letter handed to a reader, who must ack it, give it back or bury it."""

    queue: str
    wire: bytes
    letter: Letter | None  # None: unreadable, see `fault`
    attempt: int  # 1 on the first delivery
    fault: str = ""  # why it is unreadable; on the dead queue: why it was buried
    source: str = ""  # on the dead queue: the queue it came from
    handle: Any = field(default=None, repr=False, compare=False)
    sender: str = ""  # who proved to have written it: `@house` or a unit's code
    mark: str = ""  # of this very encryption; the same letter encrypted again has another
    body: bytes = field(default=b"", repr=False)  # the bytes that were encrypted


class Transport(Protocol):
    """One connection to the post office. Not shared between threads: each thread opens its own."""

    def declare(self, queues: Iterable[str]) -> None:
        """Makes these queues exist, and `dead`. Safe to repeat. Raises QueuesDiffer once all the others are there."""

    def publish(self, letters: Sequence[Letter]) -> None:
        """Returns when all letters are safely stored. Raises Unroutable (the rest is stored) or Unreachable."""

    def publish_wire(self, queue: str, wires: Sequence[bytes]) -> None:
        """Stores raw letters in one queue: for replaying what was buried."""

    def receive(self, queue: str, at_most: int, wait: float) -> list[Delivery]:
        """Up to `at_most` deliveries in order; waits up to `wait` seconds for the first, never for more. May be empty."""

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """These are done with and gone."""

    def give_back(self, deliveries: Sequence[Delivery]) -> None:
        """Back into their queue with one more attempt counted; after ATTEMPTS they are buried."""

    def bury(self, deliveries: Sequence[Delivery], reason: str) -> None:
        """Into the queue `dead`, with the reason and the queue they came from."""

    def depth(self, queue: str) -> int:
        """How many letters wait in the queue, those being read not counted."""

    def close(self) -> None:
        """Ends the connection; unacked letters return to their queues."""
