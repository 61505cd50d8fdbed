"""Relay: sends the letters of the outbox table to the broker, in batches."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from broker import dead_letters, inbox, outbox
from broker.crypto.envelope import NO_READING_KEY
from broker.letter import Letter
from broker.outbox import Forged
from broker.transports.transport import Delivery, Transport, TransportError, Unroutable
from storage.database import Database
from storage.database_troubles import told_by
from storage.look_times import LookTimes

AT_MOST = 500
FORGED = "Forged"  # why a letter was buried
WAIT = 0.5  # seconds for the signal, so that a stop is heard
QUIET = 2.0  # seconds after which the outbox is looked at although nobody rang
PAUSES = 0.2, 5.0  # shortest and longest wait in seconds when the post office is away

log = structlog.get_logger()


def relay_once(database: Database, transport: Transport, now: datetime, at_most: int = AT_MOST) -> int:
    """Carries up to so many letters and says how many; raises TransportError, and then all of them stay in the outbox.

    A letter without a queue goes to the dead letters. When we die between carrying and removing, letters go twice: the inbox knows.
    """
    if database.sqlite:  # it has one write lock, and nobody shall wait for the post office while we hold it
        return _relay_copies(database, transport, now, at_most)
    with database.write(by_key=True) as session:
        letters = outbox.take(session, at_most)
        lost = _carry(transport, letters)
        if lost:
            dead_letters.keep(session, lost, now)
    return len(letters)


def _relay_copies(database: Database, transport: Transport, now: datetime, at_most: int) -> int:
    with database.read() as session:
        letters = outbox.oldest(session, at_most, lock=False)
    if not letters:
        return 0
    lost = _carry(transport, list(letters.values()))
    with database.write() as session:
        if lost:
            dead_letters.keep(session, lost, now)
        outbox.remove(session, list(letters))
    return len(letters)


def _carry(transport: Transport, letters: Sequence[Letter]) -> list[Delivery]:
    """Publishes all; gives back those that have no queue to go to, and those that were forged."""
    forged = [letter for letter in letters if isinstance(letter, Forged)]
    buried = [Delivery(letter.to, letter.found, letter, 1, FORGED, letter.to) for letter in forged]
    if forged:
        log.error("letters_forged", count=len(forged), queues=sorted({letter.to for letter in forged}))
    try:
        if len(letters) > len(forged):
            transport.publish([letter for letter in letters if not isinstance(letter, Forged)])
    except Unroutable as error:
        buried += _lost([letter for letter in letters if letter.id in error.ids], error.faults)
    return buried


def _lost(letters: Sequence[Letter], faults: Mapping[UUID, str]) -> list[Delivery]:
    """What must be buried of letters that could not go. A unit without keys has no machine: its questions wait for a person."""
    unasked = [letter for letter in letters if letter.kind == "question" and faults[letter.id] == NO_READING_KEY]
    if unasked:
        log.info("no_machine_to_ask", count=len(unasked), queues=sorted({letter.to for letter in unasked}))
    asked = {letter.id for letter in unasked}
    lost = [letter for letter in letters if letter.id not in asked]
    if lost:
        log.error("letters_without_queue", count=len(lost), queues=sorted({letter.to for letter in lost}))
    return [Delivery(letter.to, letter.wire(), letter, 1, faults[letter.id], letter.to) for letter in lost]


class Relay:
    """Runs `relay_once` whenever a change is signalled; `healthy` is False while the post office or the database is away."""

    def __init__(self, database: Database, transport_factory: Callable[[], Transport], now: Callable[[], datetime]) -> None:
        self.healthy = True
        self.carried = 0
        self.last_beat: datetime | None = None
        self._database, self._open, self._now = database, transport_factory, now
        self._transport: Transport | None = None
        self._pause = PAUSES[0]

    def run(self, stop: threading.Event) -> None:
        """Carries until told to stop."""
        signal, times, rung = self._database.signal("outbox"), LookTimes(self._now, QUIET), True
        try:
            while not stop.is_set():
                more = times.is_due(rung) and self._turn(stop) >= AT_MOST
                self.last_beat = self._now()
                rung = more or (not stop.is_set() and signal.wait(WAIT))
        finally:
            signal.close()
            self._hang_up()

    def _turn(self, stop: threading.Event) -> int:
        try:
            if not self.healthy:
                self._try_writing()
            self._transport = self._transport or self._open()
            count = relay_once(self._database, self._transport, self._now())
        except (TransportError, SQLAlchemyError) as error:
            self._back_off(stop, error)
            return AT_MOST  # look again at once, whether anything was signalled or not
        if not self.healthy:
            log.info("relay_back")
        self.healthy, self._pause = True, PAUSES[0]
        self.last_beat, self.carried = self._now(), self.carried + count
        return count

    def _try_writing(self) -> None:
        # Where what was carried cannot be taken out of the outbox, it would be carried again at each turn, for hours.
        with self._database.write() as session:
            inbox.rehearse(session, self._now())

    def _back_off(self, stop: threading.Event, error: Exception) -> None:
        if self.healthy:
            log.warning("relay_waits", error=type(error).__name__, reason=told_by(error))
        self.healthy, self.last_beat = False, self._now()
        self._hang_up()
        stop.wait(self._pause)
        self._pause = min(2 * self._pause, PAUSES[1])

    def _hang_up(self) -> None:
        if self._transport is not None:
            self._transport.close()
            self._transport = None
