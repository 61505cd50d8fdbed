"""A bank that asks bundles in a small house: its grants, bodies of requests, and machines and workers that answer them."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import col, delete, func, select

from access.webhooks.webhook_keys import set_webhook
from broker.letter import Letter
from broker.outbox import Outgoing
from cases.bundles.bundle import Bundle, BundleCase, ReadBundle, find_bundle
from cases.case import Case
from cases.grants.grants import Grant
from cases.lifecycle import Actor
from cases.moves import Move, Mover, make_moves
from cases.notices.outcome_notice import OutcomeNotice
from requesters.ask.idempotency import IdempotencyRecord
from requesters.bundles.bundles_by_letter import take_all_requests
from requesters.bundles.turning import take_all_outcomes
from requesters.own_cases.unread import Unread
from tests.rooms.cases.bundles.family import id_number
from tests.rooms.county import GIVEN, YES
from tests.routes import RULEBOOK, Doors

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
UNTIL = date(2030, 12, 31)
MATTER = "deposit_of_deceased"
NOTHING, NO = {**YES, "outcome": "no_record"}, {**YES, "outcome": "contradicted"}
SAID = {**YES, "source": "community"}


def one(place: int, **details: str) -> dict[str, Any]:
    return {"name": f"吴{chr(0x4E00 + place)}", "id_number": id_number(place), "details": details}


def deposit(heirs: int = 2, first: int = 0, **change: Any) -> dict[str, Any]:
    """A body: a deceased and so many heirs; `first` makes other people of them."""
    named = [one(first + 1 + n, relation="son") for n in range(heirs)]
    people = {"deceased": [one(first)], "heir": named}
    return {"kind": MATTER, "people": people, "purpose": "小额存款", "reference": f"D-{first}", **change}


@dataclass
class Bank:
    """The house with a bank that may ask deposits."""

    doors: Doors
    taken: set[int] = field(default_factory=set)

    def grant(self, *items: str, matter: str = MATTER) -> None:
        with self.doors.database.write() as session:
            session.add_all(Grant(unit="bank", item=item, matter=matter, until=UNTIL) for item in items)

    def post(self, body: dict[str, Any], who: str = "asker", **headers: str) -> Any:
        return self.doors.client(who).post("/api/v1/bundles", json=body, headers=headers)

    def get(self, number: str, who: str = "asker", wait: int = 0) -> dict[str, Any]:
        told: dict[str, Any] = self.doors.client(who).get(f"/api/v1/bundles/{number}?wait={wait}").json()
        return told

    def read(self, number: str) -> ReadBundle:
        with self.doors.database.read() as session:
            found = find_bundle(session, number, RULEBOOK)
            assert found is not None
            return found

    def move(self, number: str, place: str, name: str, mover: Mover, **given: Any) -> None:
        """Makes a move on the case at this place."""
        case = self.read(number).cases[place]
        with self.doors.database.write() as session:
            (made,) = make_moves(
                session, [Move(case.number, name, mover, given={**GIVEN.get(name, {}), **given})], self.doors.now, RULEBOOK
            )
        assert isinstance(made, Case), made

    def answer(self, number: str, **findings: dict[str, Any]) -> None:
        """The machines of the holders answer at these places (`kinship_heir_0`), and the worker reads what was posted."""
        for name, finding in findings.items():
            place = name.replace("_heir_", "/heir.")
            holder = self.read(number).cases[place].holder
            self.move(number, place, "find", Mover(Actor.MACHINE, holder, holder), finding=finding)
        self.work()

    def work(self, again: bool = False) -> int:
        """The worker reads the outcomes that were posted; `again`: those it has read, too. How many there were."""
        with self.doors.database.read() as session:
            found = session.exec(
                select(Outgoing).where(col(Outgoing.to_queue).like("outcomes.%")).order_by(col(Outgoing.seq))
            ).all()
            fresh = [one for one in found if again or one.seq not in self.taken]
            letters = [Letter.post("outcome", one.to_queue, one.about, json.loads(one.body), self.doors.now) for one in fresh]
        self.taken |= {one.seq or 0 for one in fresh}
        with self.doors.database.write() as session:
            take_all_outcomes(session, letters, self.doors.now, RULEBOOK)
        return len(letters)

    def request(self, **body: Any) -> list[dict[str, Any]]:
        """Takes one request by letter; what the unit is told."""
        letter = Letter.post("request", "requests", "", {"unit": "bank", "key": "r1", **body}, self.doors.now)
        with self.doors.database.write() as session:
            session.connection().execute(delete(Outgoing))
        with self.doors.database.write() as session:
            take_all_requests(session, [letter], self.doors.now, RULEBOOK)
        with self.doors.database.read() as session:
            found = session.exec(select(Outgoing).where(Outgoing.kind == "outcome")).all()
            return [json.loads(one.body) for one in found]

    def listen(self) -> None:
        """The bank's own system wants to be called."""
        with self.doors.database.write() as session:
            set_webhook(session, "bank", "https://bank.example/hecha", self.doors.now)

    def notices(self) -> list[tuple[str, str, str, str]]:
        """What it is told: number, move, state, outcome or result."""
        with self.doors.database.read() as session:
            found = session.exec(select(OutcomeNotice).order_by(col(OutcomeNotice.id))).all()
            return [(notice.number, notice.move, notice.state, notice.outcome) for notice in found]

    def marks(self) -> list[tuple[str, str]]:
        with self.doors.database.read() as session:
            return sorted((mark.number, mark.asked_by) for mark in session.exec(select(Unread)))

    def rows(self) -> dict[str, int]:
        """How many there are of what an asking leaves behind."""
        with self.doors.database.read() as session:
            tables = (Case, Outgoing, IdempotencyRecord, Bundle, BundleCase)
            return {one.__tablename__: session.exec(select(func.count()).select_from(one)).one() for one in tables}
