"""A department's agent: takes questions from its queue, asks the handlers, sends the findings; needs no database of ours."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from broker.transports.transport import Delivery, Transport, TransportError
from responders.agent.asking import NOT_OURS, TOO_MANY, Answers, Asker
from responders.agent.heartbeat import HeartbeatSender
from responders.agent.lane import Lane
from responders.agent.questions import Fault, ReceivedQuestion, Seen, finding_letter, read_questions
from responders.agent.record_stores import RecordPlace, RecordStore, SeenStore
from responders.handlers import Handler

AT_MOST = 2000
MOST_HELD = 2 * AT_MOST  # questions that wait in the agent; further ones wait in their queue, whichever item they ask
LONG = 300.0  # seconds after which an ill item makes room: the house has given its questions to people by then, as it mostly does
KEPT = 300  # questions that such an item keeps, for when it is well again
WAIT = 0.5  # seconds for the first letter; also how soon `stop` is seen
SHORT = 0.05  # the same while something is being answered
TOGETHER = 0.3  # seconds in which all items of one group of questions are waited for, to send their findings at once
PAUSE = 1.0  # seconds before a broker that is away is tried again
LAST_WORDS = 5.0  # seconds to finish what is being answered when the agent is told to stop


class Agent:
    """Answers one unit's questions by machine, each item in a lane of its own; `last_beat` and `answered` tell its health.

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
        self._records, self._seen_store = records, SeenStore(records.seen)
        self._transport: Transport | None = None
        self._lanes: dict[str, Lane] = {}
        self._bell = threading.Event()
        self._sign = HeartbeatSender(unit, sorted(handlers), version)
        self._seen = Seen()
        self._own: list[str] = []
        self._ready: Answers = []  # found without any lane

    @property
    def healthy(self) -> bool:
        """Whether all records that it was asked about, or looks at by itself, can be asked."""
        return not self.ills()

    def watch(self, items: Iterable[str]) -> None:
        """The items that are asked of this unit: their records are looked at from the start, and not only when a question comes."""
        self._own = [item for item in items if item in self._handlers]

    def run(self, stop: threading.Event) -> None:
        """Answers until `stop` is set; a broker that is away is tried again."""
        for item in self._own:
            self._lane(item).look()
        while not stop.is_set():
            try:
                self.tell_life()
                self.answer_once()
            except TransportError:
                self._hang_up()
                stop.wait(PAUSE)
        with suppress(TransportError):
            self._wait_for(list(self._lanes.values()), LAST_WORDS)
            self._send(self._post_office())
            self.tell_life(stopping=True)
        self.close()

    def ills(self) -> dict[str, str]:
        """What ails the items that do not answer now, by item: words of responders.agent.lane.Ill."""
        return {item: lane.ill for item, lane in sorted(self._lanes.items()) if lane.ill}

    def tell_life(self, stopping: bool = False) -> None:
        """Sends a sign of life when one is due: every few seconds, when records came or went, and when it stops."""
        now, ills = self._now(), self.ills()
        if stopping or self._sign.is_due(now, ills):
            self._post_office().publish([self._sign.letter(now, ills, stopping, self.answered)])

    def answer_once(self) -> int:
        """Takes one batch and returns how many findings were sent. Raises TransportError; nothing is lost then."""
        post = self._post_office()
        self.last_beat = self._now()
        self._make_room()
        wait = SHORT if any(lane.working for lane in self._lanes.values()) else WAIT
        room = MOST_HELD - sum(lane.held for lane in self._lanes.values())
        if room > 0:
            self._hand_out(post, post.receive(self.queue, min(room, AT_MOST), wait))
        else:
            self._bell.wait(wait)
        return self._send(post)

    def _make_room(self) -> None:
        """What is behind many others of an item that has been ill for long goes to people: it would hold up all other items."""
        self._ready += [(one, TOO_MANY) for lane in self._lanes.values() for one in lane.let_go(KEPT, LONG)]

    def close(self) -> None:
        """Closes records and connection; unacked letters return to their queue."""
        for lane in self._lanes.values():
            lane.stop()
        self._lanes = {}
        self._hang_up()

    def _hand_out(self, post: Transport, deliveries: Sequence[Delivery]) -> None:
        """Gives each question to the lane of its item, and waits a moment for what is found at once."""
        if not deliveries:
            return
        fresh, copies = self._seen.sort(deliveries)
        asked, faults = read_questions(fresh)
        put_aside(post, copies + faults)
        by_item: defaultdict[str, list[ReceivedQuestion]] = defaultdict(list)
        for one in asked:
            by_item[one.question.item].append(one)
        unknown = [one for item, group in by_item.items() if item not in self._handlers for one in group]
        self._ready += [(one, NOT_OURS) for one in unknown]
        lanes = {item: self._lane(item) for item in by_item if item in self._handlers}
        for item, lane in lanes.items():
            lane.give(by_item[item])
        self._wait_for(list(lanes.values()), TOGETHER)

    def _wait_for(self, lanes: Sequence[Lane], seconds: float) -> None:
        until = time.monotonic() + seconds
        while any(lane.working for lane in lanes) and (left := until - time.monotonic()) > 0:
            self._bell.wait(left)
            self._bell.clear()

    def _send(self, post: Transport) -> int:
        """Sends what the lanes have finished, and puts aside what failed."""
        turns = [lane.collect() for lane in self._lanes.values()]
        found, self._ready = [*self._ready, *(pair for turn in turns for pair in turn.found)], []
        self._publish(post, found)
        put_aside(post, [fault for turn in turns for fault in turn.faults])
        return len(found)

    def _publish(self, post: Transport, found: Answers) -> None:
        if not found:
            return
        now = self._now()
        post.publish([finding_letter(self.unit, one, finding, now) for one, finding in found])
        self._seen.add(one.delivery for one, _ in found)
        post.ack([one.delivery for one, _ in found])
        self.answered += len(found)

    def _lane(self, item: str) -> Lane:
        if item not in self._lanes:
            handler = self._handlers[item]

            def opener() -> RecordStore:
                return RecordStore(item, handler, self._records.store_of(self.unit), self._seen_store)

            times = (getattr(handler, name, None) for name in ("SECONDS", "EVERY"))
            self._lanes[item] = Lane(item, lambda: Asker(item, handler, opener, self._now), self._bell, *times)
        return self._lanes[item]

    def _post_office(self) -> Transport:
        if self._transport is None:
            self._transport = self._connect()
            self._transport.declare([self.queue, "findings"])
        return self._transport

    def _hang_up(self) -> None:
        for lane in self._lanes.values():
            lane.forget()
        if self._transport is not None:
            with suppress(TransportError):
                self._transport.close()
            self._transport = None


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
