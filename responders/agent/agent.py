"""A department's agent: takes questions from its queue, asks the handlers, sends the findings; needs no database of ours."""

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

import structlog

from broker.transports.transport import ATTEMPTS, Delivery, Transport, TransportError
from cases.question import Finding, Outcome, Source
from responders.agent.heartbeat import HeartbeatSender
from responders.agent.questions import Fault, ReceivedQuestion, Seen, finding_letter, read_questions
from responders.agent.record_stores import NotHeld, RecordPlace, RecordStore, SeenStore
from responders.handlers import Handler, RecordsAway

AT_MOST = 200
WAIT = 0.5  # seconds for the first letter; also how soon `stop` is seen
PAUSES = (1.0, 4.0, 16.0, 60.0)  # seconds after records could not be opened: attempts must not be used up in an instant
log = structlog.get_logger()
NO_HANDLER = "该事项没有自动核查，需人工办理。"
NOT_OURS = Finding(outcome=Outcome.NOT_DIGITISED, source=Source.RECORD, words=NO_HANDLER)


class Round(NamedTuple):
    """What came of one group of questions; `away`: the records could not be opened, or did not look whole."""

    found: list[tuple[ReceivedQuestion, Finding]]
    faults: list[Fault]
    away: bool = False


class Agent:
    """Answers one unit's questions by machine. Each agent runs in one thread; `last_beat` and `answered` tell its health.

    `transport_factory` opens a connection to the post office, `records` says where the unit's records are, `now` gives the time in
    UTC.
    """

    def __init__(
        self,
        unit: str,
        transport_factory: Callable[[], Transport],
        handlers: Mapping[str, Handler],
        records: RecordPlace,
        now: Callable[[], datetime],
        version: str = "",
    ) -> None:
        self.unit, self.queue = unit, f"questions.{unit}"
        self.last_beat: datetime | None = None
        self.answered = 0
        self._connect, self._handlers, self._now = transport_factory, handlers, now
        self._records = records
        self._transport: Transport | None = None
        self._open: dict[str, RecordStore] = {}
        self._seen_store = SeenStore(records.seen)
        self._sign = HeartbeatSender(unit, sorted(handlers), version)
        self._seen = Seen()
        self._away = 0  # rounds in a row in which records could not be opened or did not look whole

    def run(self, stop: threading.Event) -> None:
        """Answers until `stop` is set; a broker that is away is tried again."""
        while not stop.is_set():
            away = self._away
            try:
                self.tell_life()
                self.answer_once()
            except TransportError:
                self._hang_up()
                stop.wait(PAUSES[0])
            if self._away > away:
                stop.wait(PAUSES[min(self._away, len(PAUSES)) - 1])
        with suppress(TransportError):
            self.tell_life(stopping=True)
        self.close()

    def tell_life(self, stopping: bool = False) -> None:
        """Sends a sign of life when one is due: every half minute, when records came or went, and when it stops."""
        now, away = self._now(), self._away > 0
        if stopping or self._sign.is_due(now, away):
            self._post_office().publish([self._sign.letter(now, away, stopping, self.answered)])

    def answer_once(self) -> int:
        """Takes one batch and returns how many findings were sent. Raises TransportError; nothing is lost then."""
        post = self._post_office()
        self.last_beat = self._now()
        deliveries = post.receive(self.queue, AT_MOST, WAIT)
        if not deliveries:
            return 0
        fresh, copies = self._seen.sort(deliveries)
        asked, faults = read_questions(fresh)
        by_item: defaultdict[str, list[ReceivedQuestion]] = defaultdict(list)
        for one in asked:
            by_item[one.question.item].append(one)
        rounds = [self._answer(item, group) for item, group in by_item.items()]
        found = [pair for answers in rounds for pair in answers.found]
        self._away = self._away + 1 if any(answers.away for answers in rounds) else 0
        self._send(post, found)
        put_aside(post, copies + faults + [fault for answers in rounds for fault in answers.faults])
        return len(found)

    def close(self) -> None:
        """Closes records and connection; unacked letters return to their queue."""
        for item in list(self._open):
            self._shut(item)
        self._hang_up()

    def _answer(self, item: str, group: list[ReceivedQuestion]) -> Round:
        handler = self._handlers.get(item)
        if handler is None:
            return Round([(one, NOT_OURS) for one in group], [])
        try:
            return Round(self._find(item, handler, group), [])
        except NotHeld:  # a case of another unit that was sent on: a person must look
            self._shut(item)
            return Round([(one, NOT_OURS) for one in group], [])
        except RecordsAway as error:  # not the questions' fault: none of them alone would do better
            self._shut(item)
            self._tell_away(error)
            return Round([], [_fault(one, error) for one in group], True)
        except Exception:  # noqa: BLE001  a handler may be a stranger's code, and must not stop the agent
            self._shut(item)
        return self._answer_each(item, handler, group)

    def _answer_each(self, item: str, handler: Handler, group: list[ReceivedQuestion]) -> Round:
        """One question alone at a time, so that only those that fail go back."""
        found: list[tuple[ReceivedQuestion, Finding]] = []
        faults: list[Fault] = []
        away = False
        for one in group:
            try:
                found += self._find(item, handler, [one])
            except Exception as error:  # noqa: BLE001  as above
                self._shut(item)
                away = away or isinstance(error, RecordsAway)
                faults.append(_fault(one, error))
        return Round(found, faults, away)

    def _find(self, item: str, handler: Handler, group: Sequence[ReceivedQuestion]) -> list[tuple[ReceivedQuestion, Finding]]:
        if item not in self._open:
            try:
                self._open[item] = RecordStore(item, handler, self._records.store_of(self.unit), self._seen_store)
            except Exception as error:
                raise RecordsAway(f"{item}: {type(error).__name__}") from error
        store = self._open[item]
        store.look(self._now())
        findings = handler.find(store.records, [one.question for one in group])
        store.look(self._now())  # what was emptied while it was asked said no for the wrong reason
        return list(zip(group, findings, strict=True))

    def _shut(self, item: str) -> None:
        if store := self._open.pop(item, None):
            store.close()

    def _tell_away(self, error: RecordsAway) -> None:
        if not self._away:  # once, until they are well
            log.warning("records_away", unit=self.unit, why=str(error))

    def _send(self, post: Transport, found: list[tuple[ReceivedQuestion, Finding]]) -> None:
        now = self._now()
        post.publish([finding_letter(self.unit, one, finding, now) for one, finding in found])
        self._seen.add(one.delivery for one, _ in found)
        post.ack([one.delivery for one, _ in found])
        self.answered += len(found)

    def _post_office(self) -> Transport:
        if self._transport is None:
            self._transport = self._connect()
            self._transport.declare([self.queue, "findings"])
        return self._transport

    def _hang_up(self) -> None:
        if self._transport is not None:
            with suppress(TransportError):
                self._transport.close()
            self._transport = None


def _fault(one: ReceivedQuestion, error: Exception) -> Fault:
    # The class only: the text of a stranger's exception may hold an ID number.
    return Fault(one.delivery, type(error.__cause__ or error).__name__, one.delivery.attempt >= ATTEMPTS)


def put_aside(post: Transport, faults: Sequence[Fault]) -> None:
    """Buries the hopeless, each with its reason, and gives the others back for another attempt."""
    again = [fault.delivery for fault in faults if not fault.hopeless]
    if again:
        post.give_back(again)
    reasons: defaultdict[str, list[Delivery]] = defaultdict(list)
    for fault in faults:
        if fault.hopeless:
            reasons[fault.reason].append(fault.delivery)
    for reason, deliveries in reasons.items():
        post.bury(deliveries, reason)
