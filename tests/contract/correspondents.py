"""The house, two units and a stranger around one post office: who seals with which keys, and what lies on its disk."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import select

from broker.crypto.key_ring import HOUSE, KeyPair, KeyRing, Keys, PublicKey
from broker.crypto.signing import SignedEnvelope
from broker.dead_letters import DeadLetter, DeadReader
from broker.letter import Letter
from broker.transports.transport import Transport
from broker.worker import Worker
from cases.question import Finding
from requesters.ask.questions_by_letter import take_requests
from requesters.webhooks.outcome_notices import take_outcomes
from responders.agent.agent import Agent
from responders.agent.record_stores import RecordPlace
from responders.intake import Intake
from tests.rooms.broker.clerk import running
from tests.rooms.county import MONDAY, YES, County, found
from tests.routes import RULEBOOK
from tests.transports import transport_at

PAIRS = {owner: KeyPair.make(owner, MONDAY) for owner in (HOUSE, "police", "civil", "bank")}
QUEUES = ["questions.police", "questions.civil", "findings", "requests", "outcomes.bank", "alerts"]
PATIENCE = 30.0
CONFIRMED = Finding.model_validate(YES)
STATE = """SELECT (SELECT count(*) FROM cases), (SELECT sum(version) FROM cases), (SELECT count(*) FROM trail),
(SELECT count(*) FROM outbox), (SELECT count(*) FROM alert), (SELECT count(*) FROM outcome_notice), (SELECT count(*) FROM unread)"""


def envelope_of(owner: str, pair: KeyPair | None = None, county: County | None = None, all_knowing: bool = False) -> SignedEnvelope:
    """What this party seals and opens with; the house knows every unit, a unit only the house, a thief whomever he wants."""
    others: Sequence[PublicKey] = [PAIRS[name].public for name in (PAIRS if owner == HOUSE or all_knowing else [HOUSE])]
    ring = KeyRing(lambda: Keys(owner, [pair or PAIRS[owner]], others))
    return SignedEnvelope(ring, lambda: county.now if county else MONDAY)


class Sure:
    """A machine that finds everything confirmed."""

    @staticmethod
    def open_records(path: str) -> None:
        """None are needed."""

    @staticmethod
    def find(records: None, questions: Sequence[Any]) -> list[Any]:
        """Yes to all."""
        return [CONFIRMED for _ in questions]


@dataclass
class Place:
    """A running house at one post office, whose relay is moved by hand."""

    url: str
    county: County
    texted: list[Letter] = field(default_factory=list)

    def deposit(self, queue: str, *wires: bytes) -> None:
        """Whoever has an account at the broker puts these bytes into a queue."""
        transport = transport_at(self.url)
        transport.publish_wire(queue, wires)
        transport.close()

    def question(self, number: str) -> Letter:
        """The question about this case, as it waits in the outbox."""
        row = next(row for row in self.county.letters("question") if row.about == number)
        facts = {"id": row.id, "kind": row.kind, "to": row.to_queue, "about": row.about, "posted_at": row.posted_at}
        return Letter.model_validate({**facts, "body": json.loads(row.body)})

    def finding(self, number: str, unit: str = "police", **change: Any) -> Letter:
        """A finding about the question that stands."""
        [letter] = self.county.named(found(number, unit=unit))
        return letter.model_copy(update={"body": {**letter.body, **change}})

    def until(self, what: str, look: Any) -> Any:
        """What `look` gives once it gives something."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if seen := look():
                return seen
            time.sleep(0.02)
        raise TimeoutError(what)

    def burials(self, wire: bytes) -> list[tuple[str, str]]:
        """Why, and from which queue, these bytes were buried: once for each time."""

        def look() -> list[tuple[str, str]]:
            with self.county.database.read() as session:
                return [(dead.reason, dead.queue) for dead in session.exec(select(DeadLetter)) if dead.wire == wire]

        return list(self.until("a burial", look))

    def state(self) -> tuple[Any, ...]:
        """Everything that a letter could have changed."""
        with self.county.database.read() as session:
            return (*session.execute(text(STATE)).one(), len(self.texted))


@contextmanager
def open_place(url: str, county: County, folder: Path) -> Iterator[Place]:
    """Starts everybody who reads, the police's agent among them."""
    place, house, database = Place(url, county), envelope_of(HOUSE, county=county), county.database

    def connect() -> Transport:
        return transport_at(url, house)

    def now() -> Any:
        return county.now

    handlers: dict[str, Any] = {
        "findings": Intake(RULEBOOK).take,
        "requests": lambda session, letters, at: take_requests(session, letters, at, RULEBOOK),
        "outcomes.bank": take_outcomes,
        "alerts": lambda _session, letters, _at: place.texted.extend(letters),
    }
    police = envelope_of("police", county=county)
    agent = Agent("police", lambda: transport_at(url, police), {"kinship": Sure}, RecordPlace(folder), now)  # type: ignore[dict-item]
    with ExitStack() as stack:
        for queue, handle in handlers.items():
            stack.enter_context(running(Worker(queue, handle, database, connect, now).run))
        stack.enter_context(running(DeadReader(database, connect, now).run))
        stack.enter_context(running(agent.run))
        yield place


def on_disk(folder: Path, *needles: str) -> set[str]:
    """Which of these words stand in any file of the folder, in UTF-8 or as JSON escapes."""
    found: set[str] = set()
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        whole = path.read_bytes()
        found |= {word for word in needles if word.encode() in whole or json.dumps(word)[1:-1].encode() in whole}
    return found
