"""`python -m tests.bench.peer.pika_peer police|house`: the limit. Bare pika, confirms pipelined, commits and acks in batches."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import psycopg
from pika import BasicProperties, SelectConnection, URLParameters

from tests.bench.peer import checks, records

POLICE, HOUSE = "p_police", "p_house"
QUORUM = {"x-queue-type": "quorum"}
LASTING = BasicProperties(delivery_mode=2, content_type="application/json")
PREFETCH, WINDOW = 500, 500
GATHER = 0.002  # seconds in which what has arrived is gathered
ASK = """INSERT INTO checks (id, item, matter, purpose, reference, details, subjects, state, asked_at)
SELECT (r->>'id')::uuid, r->>'item', r->>'matter', r->>'purpose', r->>'reference', r->'details', r->'subjects', 'asked', now()
FROM json_array_elements(%s::json) r"""
KEEP = """WITH found AS (SELECT (r->>'id')::uuid AS id, r->'finding' AS finding FROM json_array_elements(%s::json) r),
kept AS (UPDATE checks SET state = 'answered', finding = found.finding, answered_at = now()
         FROM found WHERE checks.id = found.id AND state = 'asked' RETURNING checks.id)
INSERT INTO audit (check_id, action, who, at) SELECT id, 'find', 'police', now() FROM kept"""
Letters = list[dict[str, Any]]


def database() -> psycopg.Connection[Any]:
    """Each statement commits by itself. Planned each time: a plan kept from when the table was small would read all of it."""
    address = os.environ[checks.DATABASE].replace("+psycopg", "")
    return psycopg.connect(address, autocommit=True, prepare_threshold=None)


class Writer:
    """Publishes ahead of the confirms and tells when all up to a number are confirmed."""

    def __init__(self, channel: Any, confirmed: Callable[[int], None], ready: Callable[[], None]) -> None:
        self._channel, self._told, self.sent = channel, confirmed, 0
        self._open: set[int] = set()
        for queue in (POLICE, HOUSE):
            channel.queue_declare(queue, durable=True, arguments=QUORUM)
        channel.confirm_delivery(self._confirm, callback=lambda _frame: ready())

    def publish(self, queue: str, letter: dict[str, Any]) -> None:
        """Sends a letter that must arrive."""
        body = json.dumps(letter, ensure_ascii=False).encode()
        self._channel.basic_publish("", queue, body, LASTING, mandatory=True)
        self.sent += 1
        self._open.add(self.sent)

    def _confirm(self, frame: Any) -> None:
        tag = frame.method.delivery_tag
        assert frame.method.NAME == "Basic.Ack", frame
        self._open = {one for one in self._open if one > tag} if frame.method.multiple else self._open - {tag}
        self._told(min(self._open, default=self.sent + 1) - 1)


class Station:
    """Reads one queue, works on what has piled up, sends on what that gives, and acknowledges when it is safe."""

    def __init__(self, queue: str, work: Callable[[Letters], Iterable[dict[str, Any]]]) -> None:
        self._queue, self._work = queue, work
        self._pile: list[tuple[int, bytes]] = []
        self._waiting: list[tuple[int, int]] = []  # (last confirm waited for, tag to acknowledge)
        calls = {"on_open_callback": self._opened, "on_close_callback": lambda wire, _error: wire.ioloop.stop()}
        self._wire = SelectConnection(URLParameters(os.environ[checks.BROKER]), **calls)

    def run(self) -> None:
        """Until it is killed."""
        self._wire.ioloop.start()

    def _opened(self, wire: Any) -> None:
        wire.channel(on_open_callback=self._writes)

    def _writes(self, channel: Any) -> None:
        self._writer = Writer(channel, self._safe, lambda: self._wire.channel(on_open_callback=self._reads))

    def _reads(self, channel: Any) -> None:
        self._reader = channel
        channel.basic_qos(prefetch_count=PREFETCH)
        channel.basic_consume(self._queue, self._arrived)

    def _arrived(self, _channel: Any, method: Any, _properties: Any, body: bytes) -> None:
        if not self._pile:
            self._wire.ioloop.call_later(GATHER, self._do)
        self._pile.append((method.delivery_tag, body))

    def _do(self) -> None:
        pile, self._pile = self._pile, []
        for letter in self._work([json.loads(body) for _, body in pile]):
            self._writer.publish(HOUSE, letter)
        self._waiting.append((self._writer.sent, pile[-1][0]))
        if self._queue == HOUSE:
            self._safe(self._writer.sent)

    def _safe(self, confirmed: int) -> None:
        done = [tag for last, tag in self._waiting if last <= confirmed]
        if done:
            self._waiting = self._waiting[len(done) :]
            self._reader.basic_ack(done[-1], multiple=True)


class Asking:
    """Commits 250 questions at once and publishes them, with at most 500 on their way to be confirmed."""

    def __init__(self, chunks: Iterator[Letters]) -> None:
        self._chunks, self._database = chunks, database()
        calls = {"on_open_callback": self._opened, "on_close_callback": lambda wire, _error: wire.ioloop.stop()}
        self._wire = SelectConnection(URLParameters(os.environ[checks.BROKER]), **calls)

    def run(self) -> None:
        """Returns when the last is confirmed."""
        self._wire.ioloop.start()

    def _opened(self, wire: Any) -> None:
        wire.channel(on_open_callback=self._writes)

    def _writes(self, channel: Any) -> None:
        self._writer = Writer(channel, self._go_on, lambda: self._go_on(0))

    def _go_on(self, confirmed: int) -> None:
        while self._writer.sent - confirmed <= WINDOW - checks.SHARED:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._database.execute(ASK, (json.dumps(chunk, ensure_ascii=False),))
            for letter in chunk:
                self._writer.publish(POLICE, {"id": letter["id"], "subjects": letter["subjects"]})
        if confirmed == self._writer.sent:
            self._wire.close()


def look_up(letters: Letters) -> Letters:
    """At the police."""
    return [{"id": letter["id"], "finding": records.find(letter["subjects"])} for letter in letters]


class Keeper:
    """At the house."""

    def __init__(self) -> None:
        self._database = database()

    def keep(self, letters: Letters) -> Letters:
        """All answers in one commit."""
        self._database.execute(KEEP, (json.dumps(letters, ensure_ascii=False),))
        return []


if __name__ == "__main__":
    (Station(POLICE, look_up) if sys.argv[1] == "police" else Station(HOUSE, Keeper().keep)).run()
