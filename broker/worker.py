"""Worker: receives letters of a queue in batches, calls their handler, commits once, then acknowledges."""

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from broker import inbox
from broker.letter import Letter
from broker.transports.transport import ATTEMPTS, REPLAYED, Delivery, QueuesDiffer, Transport, TransportError
from storage.database import Database
from storage.database_outages import is_outage
from storage.database_troubles import told_by
from storage.standstills import Standstill

AT_MOST = 200
WAIT = 0.3  # seconds for the first letter of a batch, so that a stop is heard
PAUSES = 0.2, 5.0  # shortest and longest wait in seconds when the post office or the database is away

Refusals = Mapping[UUID, str]  # letters that must change nothing, by their ids, and why
Handle = Callable[[Session, Sequence[Letter], datetime], Refusals | None]
After = Callable[[Sequence[Letter]], None]

log = structlog.get_logger()


class Worker:
    """Reads one queue. `handle` works inside our transaction; `after` runs once it is committed and before the ack.

    What `handle` gives back as refused is buried with its reason and may be put back later; the rest of the batch stands.
    After a crash or an outage `after` gets the same letters again, so it must be safe to repeat; what else it raises is logged.
    """

    def __init__(
        self,
        queue: str,
        handle: Handle,
        database: Database,
        transport_factory: Callable[[], Transport],
        now: Callable[[], datetime],
        after: After | None = None,
    ) -> None:
        self.queue = queue
        self.handled = 0
        self.healthy = True
        self.last_beat: datetime | None = None
        self._handle, self._after, self._now = handle, after, now
        self._database, self._open = database, transport_factory
        self._pause = PAUSES[0]
        self._standstill = Standstill("worker_waits", "worker_goes_on", queue=queue)

    def run(self, stop: threading.Event) -> None:
        """Works until told to stop; comes back by itself when the post office was away."""
        while not stop.is_set():
            try:
                self._read(stop)
            except TransportError as error:
                self._back_off(stop, error)

    def _read(self, stop: threading.Event) -> None:
        transport = self._open()
        try:
            transport.declare([self.queue])
            while not stop.is_set():
                deliveries = transport.receive(self.queue, AT_MOST, WAIT)
                self.last_beat = self._now()
                self._take(transport, deliveries, stop)
                self.healthy, self._pause = True, PAUSES[0]
                self._standstill.end()
        finally:
            transport.close()

    def _take(self, transport: Transport, deliveries: Sequence[Delivery], stop: threading.Event) -> None:
        self._bury(transport, [(delivery, delivery.fault) for delivery in deliveries if delivery.letter is None])
        readable = [delivery for delivery in deliveries if delivery.letter is not None]
        if readable and not self._done(transport, readable, stop):
            for delivery in readable:
                self._done(transport, [delivery], stop)

    def _done(self, transport: Transport, batch: Sequence[Delivery], stop: threading.Event) -> bool:
        """Handles the batch in one commit and acks it; False when it must be tried letter by letter."""
        while not stop.is_set():
            try:
                aside = self._work(batch)
            except Exception as error:  # noqa: BLE001  # whatever a handler raises
                if is_outage(error) or self._database_away():
                    self._back_off(stop, error)  # not the letters' fault: we hold them until it is back
                    continue
                if len(batch) == 1:
                    self._refuse(transport, batch[0], error)
                return len(batch) == 1
            self._bury(transport, aside)
            buried = {id(delivery) for delivery, _ in aside}
            transport.ack([delivery for delivery in batch if id(delivery) not in buried])
            return True
        return True  # unacked: the letters come again to whoever reads next

    def _work(self, batch: Sequence[Delivery]) -> list[tuple[Delivery, str]]:
        """What must be buried, and why; the work on the others is committed."""
        letters = [delivery.letter for delivery in batch if delivery.letter]
        with self._database.write(by_key=True) as session:
            session.info[inbox.AGAIN] = any(delivery.attempt > 1 for delivery in batch)
            fresh = inbox.fresh(session, self.queue, letters, self._now(), _marks(batch))
            refused = (self._handle(session, fresh, self._now()) if fresh else None) or {}
            if refused:
                inbox.unmark(session, self.queue, refused)
            aside = self._copies(session, batch, fresh) if len(fresh) < len(letters) else []
        aside += [(one, refused[one.letter.id]) for one in batch if one.letter and one.letter.id in refused]
        self.handled += len(fresh) - len(refused)
        if self._after is not None:  # for known letters too: we may have died between their commit and this
            self._tell(self._after, [letter for letter in letters if letter.id not in refused])
        return aside

    def _copies(self, session: Session, batch: Sequence[Delivery], fresh: Sequence[Letter]) -> list[tuple[Delivery, str]]:
        """The copies of letters that were handled: what honest senders repeat is encrypted anew, what brokers repeat says so."""
        left, copies = {letter.id for letter in fresh}, list[tuple[Delivery, str]]()
        known = inbox.marks_of(session, self.queue, (one.letter.id for one in batch if one.letter))
        for delivery in batch:
            if delivery.letter is None or delivery.letter.id in left:
                left -= {delivery.letter.id} if delivery.letter else set()
            elif delivery.attempt == 1 and delivery.mark and known.get(delivery.letter.id) == delivery.mark:
                copies.append((delivery, REPLAYED))
        return copies

    def _bury(self, transport: Transport, aside: Sequence[tuple[Delivery, str]]) -> None:
        by_reason = defaultdict[str, list[Delivery]](list)
        for delivery, reason in aside:
            by_reason[reason].append(delivery)
        for reason, deliveries in by_reason.items():
            log.warning("letters_refused", queue=self.queue, reason=reason, count=len(deliveries))
            transport.bury(deliveries, reason)

    def _tell(self, after: After, letters: Sequence[Letter]) -> None:
        try:
            after(letters)
        except Exception as error:  # the work is committed; to do it again would help nobody
            if is_outage(error):
                raise  # and they are told once it is over
            log.error("after_failed", queue=self.queue, count=len(letters), error=type(error).__name__)

    def _refuse(self, transport: Transport, delivery: Delivery, error: Exception) -> None:
        # Only the class of the error: its text may hold an ID number.
        name, letter = type(error).__name__, delivery.letter
        known = {"id": str(letter.id), "kind": letter.kind, "about": letter.about} if letter else {}
        log.error("letter_failed", queue=self.queue, attempt=delivery.attempt, error=name, **known)
        if delivery.attempt >= ATTEMPTS:
            transport.bury([delivery], name)
        else:
            transport.give_back([delivery])

    def _database_away(self) -> bool:
        try:
            with self._database.write() as session:
                inbox.rehearse(session, self._now())
        except SQLAlchemyError:
            return True
        return False

    def _back_off(self, stop: threading.Event, error: Exception) -> None:
        why = str(error) if isinstance(error, QueuesDiffer) else told_by(error)
        self._standstill.begin(type(error).__name__, reason=why)
        self.healthy, self.last_beat = False, self._now()  # it lives, and cannot work
        stop.wait(self._pause)
        self._pause = min(2 * self._pause, PAUSES[1])


def _marks(batch: Sequence[Delivery]) -> dict[UUID, str]:
    marks: dict[UUID, str] = {}
    for delivery in batch:
        if delivery.letter is not None:
            marks.setdefault(delivery.letter.id, delivery.mark)
    return marks
