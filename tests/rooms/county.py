"""A small county in a database: units, people with telephones, one community; cases are asked, moved and woken in it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, event
from sqlmodel import col, select

from access.accounts import Account
from access.units import Unit
from broker.letter import Letter
from broker.outbox import Outgoing
from cases.agents import take_heartbeats
from cases.calendar.wakes import due_wakes
from cases.case import Case
from cases.duty.standing_order import Duty
from cases.lifecycle import Actor, State
from cases.moves import Move, Mover, Refusal, make_moves
from cases.opening import ask, open_cases
from cases.question import Question
from cases.safeguards.fishing_guard import Suspicion
from cases.trail import trail
from cases.trail.trail import Trail
from contacts.alerts.alerts import Alert
from contacts.roster import roster
from contacts.roster.roster import Area, ContactEntry
from deploy.clock import wake_cases
from storage import bulk_rows, remembered
from storage.database import Database
from storage.postgresql.pipeline import queue
from storage.postgresql.round_trip import Statement
from tests.routes import RULEBOOK, kinship

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # nine in the morning in Yiwu, half an hour after the doors opened
AREA = "330782001001"
ASKER, OTHER = Mover(Actor.ASKER, "asker", "bank"), Mover(Actor.ASKER, "other", "court")
MACHINE, CIVIL = Mover(Actor.MACHINE, "police", "police"), Mover(Actor.MACHINE, "civil", "civil")
CLERK, SECOND = Mover(Actor.CLERK, "clerk", "police"), Mover(Actor.CLERK, "second", "police")
CONTACT, CLOCK = Mover(Actor.CONTACT, "contact:1"), Mover(Actor.CLOCK, "clock")
SUPERVISOR = Mover(Actor.SUPERVISOR, "supervisor", "data-office")
MOVERS = {mover.actor: mover for mover in (ASKER, MACHINE, CLERK, CONTACT, CLOCK, SUPERVISOR)}

UNITS = {"bank": "asks", "court": "asks", "police": "answers", "civil": "answers", "data-office": "supervises"}
# Who, of which unit, as what, with which telephone, at which place on duty (0: leads).
PEOPLE: tuple[tuple[str, str, str, str, int | None], ...] = (
    ("asker", "bank", "asker", "", None),
    ("other", "court", "asker", "", None),
    ("clerk", "police", "clerk", "+8613900020001", 1),
    ("second", "police", "clerk", "+8613900020002", 2),
    ("leader", "police", "clerk", "+8613900020003", 0),
    ("supervisor", "data-office", "supervisor", "+8613900020009", None),
)
PHONES = {phone: name for name, _, _, phone, _ in PEOPLE if phone}
SECRETARY, DIRECTOR = "+8613900010011", "+8613900010012"
YES = {"outcome": "confirmed", "source": "record", "words": "", "evidence": {}}
NO = {**YES, "outcome": "contradicted"}
NOTHING = {**YES, "outcome": "no_record"}
PAPER = {**YES, "outcome": "not_digitised"}
GIVEN: dict[str, dict[str, Any]] = {
    "find": {"finding": YES},
    "answer": {"finding": {**YES, "source": "archive", "evidence": {"archive": "7-12"}}},
    "amend": {"finding": NOTHING},
    "propose_amendment": {"finding": NO},
    "forward": {"unit": "civil"},
    "offer_later": {"day": date(2026, 3, 10)},
    "arbitrate": {"decision": "answer"},
    "reassign": {"clerk": "second"},
    "hand_to_station": {"station": "police-east"},
}
# How a fresh case comes into each state; where a clerk has it, it is `clerk`.
PATHS: dict[State, Sequence[tuple[str, Mover]]] = {
    State.HELD: [],
    State.ASKED: [],
    State.AT_DESK: [("hand_over", MACHINE), ("take", CLERK)],
    State.WITH_CONTACT: [("hand_over", MACHINE), ("take", CLERK), ("consult", CLERK)],
    State.RETURNED: [("hand_over", MACHINE), ("return", CLERK)],
    State.ANSWERED: [("find", MACHINE)],
    State.CLOSED: [("find", MACHINE), ("accept", ASKER)],
    State.WITHDRAWN: [("withdraw", ASKER)],
    State.REFUSED: [("refuse", SUPERVISOR)],
    State.RETRACTED: [("find", MACHINE), ("withdraw_answer", CLERK)],
}
BY_HOLD = (State.HELD, State.REFUSED)  # states that only a question has that was held
WHY = Suspicion("person", 5, ())


@dataclass
class County:
    """The database, and the moment it is; the tests move the moment."""

    database: Database
    now: datetime = MONDAY

    def later(self, **by: float) -> datetime:
        """Moves the moment."""
        self.now += timedelta(**by)
        return self.now

    def hear(self, *units: str) -> None:
        """The machines of these units say that they live."""
        letters = [Letter.post("alive", "findings", "", {"unit": unit, "items": ["kinship"]}, self.now) for unit in units]
        with self.database.write() as session:
            take_heartbeats(session, letters, self.now)

    def ask(self, count: int = 1, unit: str = "bank", held: bool = False, **change: Any) -> list[str]:
        """The numbers of so many new cases about kinship."""
        asks = [ask(Question.model_validate(kinship(f"B-{n}", **change)), unit, "asker", self.now) for n in range(count)]
        with self.database.write() as session:
            open_cases(session, asks, self.now, RULEBOOK, {one.number: WHY for one in asks} if held else {})
        return [one.number for one in asks]

    def asked_into(self, state: State, count: int = 1) -> list[str]:
        """So many new cases in this state."""
        numbers = self.ask(count, held=state in BY_HOLD)
        for name, mover in PATHS[state]:
            for result in self.moves([wish(number, name, mover) for number in numbers]):
                assert isinstance(result, Case), result
        return numbers

    def moves(self, moves: Sequence[Move]) -> list[Case | Refusal]:
        """Makes these moves now, in one transaction."""
        with self.database.write() as session:
            return make_moves(session, moves, self.now, RULEBOOK)

    def move(self, number: str, name: str, mover: Mover, seen: int | None = None, **given: Any) -> Case | Refusal:
        """Makes one move now."""
        return self.moves([wish(number, name, mover, seen, **given)])[0]

    def case(self, number: str) -> Case:
        """The case as it stands."""
        with self.database.read() as session:
            return session.get_one(Case, number)

    def trail(self, *numbers: str) -> list[Trail]:
        """What the trail says about these cases."""
        with self.database.read() as session:
            return trail.of_cases(session, numbers)

    def actions(self, number: str) -> list[str]:
        """The names of what was done with the case."""
        return [line.action for line in self.trail(number)]

    def texts(self) -> list[tuple[str, str]]:
        """All texts so far, as (who, wording), oldest first."""
        with self.database.read() as session:
            found = session.exec(select(Alert).order_by(col(Alert.created_at), col(Alert.recipient))).all()
        return [(alert.recipient, alert.template) for alert in found]

    def letters(self, kind: str) -> list[Outgoing]:
        """Letters of this kind in the outbox, oldest first."""
        with self.database.read() as session:
            return list(session.exec(select(Outgoing).where(Outgoing.kind == kind).order_by(col(Outgoing.seq))))

    def under_way(self) -> list[str]:
        """The kinds of all letters in the outbox, oldest first."""
        with self.database.read() as session:
            return list(session.exec(select(Outgoing.kind).order_by(col(Outgoing.seq))))

    def tick(self) -> int:
        """What the clock does at this moment: every look that is due; says how many there were."""
        looks = 0
        while self._due():
            assert looks < 100, "the clock would go round for ever"
            with self.database.write() as session:
                looks += wake_cases(session, self.now, RULEBOOK)
        return looks

    def named(self, *letters: Letter) -> list[Letter]:
        """These findings as an agent sends them: with the hash of the question that stands, unless they name one."""
        with self.database.read() as session:
            theirs = col(Case.number).in_([letter.about for letter in letters])
            found = session.execute(select(col(Case.number), col(Case.question_hashes)).where(theirs))
            stands = {number: hashes.split()[-1] for number, hashes in found}
        return [x.model_copy(update={"body": {"question_hash": stands.get(x.about, ""), **x.body}}) for x in letters]

    def _due(self) -> int:
        with self.database.read() as session:
            return due_wakes(session, self.now)


def wish(number: str, name: str, mover: Mover, seen: int | None = None, **given: Any) -> Move:
    """A move with what it usually carries."""
    return Move(number, name, mover, seen, given={**GIVEN.get(name, {}), **given})


def settle(database: Database, phones: dict[str, str] | None = None) -> County:
    """The county's units and people; `phones` gives somebody another telephone."""
    with database.write() as session:
        session.add_all(Unit(code=code, name_zh=code, name_en=code, **{does: True}) for code, does in UNITS.items())
        session.flush()
        rung = {name: (phones or {}).get(name, phone) for name, _, _, phone, _ in PEOPLE}
        session.add_all(Account(username=n, name=f"{n}甲", unit=unit, roles=[r], phone=rung[n]) for n, unit, r, _, _ in PEOPLE)
        session.flush()
        placed = [(name, unit, place) for name, unit, _, _, place in PEOPLE if place is not None]
        session.add_all(Duty(username=n, unit=unit, place=place or 9, leader=not place) for n, unit, place in placed)
        session.add(Area(code=AREA, name="丹溪社区"))
        session.flush()
        people = [("金书记", "secretary", SECRETARY), ("何主任", "director", DIRECTOR)]
        entries = [ContactEntry(area=AREA, name=n, role=r, phone=p, place_in_order=i) for i, (n, r, p) in enumerate(people, 1)]
        roster.add_all(session, entries, "keeper", MONDAY)
    return County(database)


def found(number: str, finding: dict[str, Any] = YES, unit: str = "police", now: datetime = MONDAY) -> Letter:
    """A finding's letter."""
    return Letter.post("finding", "findings", number, {"number": number, "finding": finding, "unit": unit}, now)


@contextmanager
def never_remembered() -> Iterator[None]:
    """While the block runs all that is remembered is read anew, so that what is counted does not hang on how long it takes."""
    with patch.object(remembered, "SECONDS", 0.0):
        yield


@contextmanager
def long_remembered() -> Iterator[None]:
    """While the block runs what was remembered stays so, however long a busy machine takes."""
    with patch.object(remembered, "SECONDS", 3600.0):
        yield


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements made for the database while the block runs, those that are queued for it included."""
    statements: list[str] = []

    def note(statement: str) -> None:
        statements.extend([statement] * (not statement.startswith(("BEGIN", "COMMIT"))))

    def note_queued(connection: Connection, queued: Statement) -> None:
        note(queued.text)
        queue(connection, queued)

    with waited_for(database, note), patch.object(bulk_rows, "queue", note_queued):
        yield statements


@contextmanager
def round_trips(database: Database) -> Iterator[list[str]]:
    """The statements that the database is waited for while the block runs, each with all that was queued before it."""
    statements: list[str] = []
    with waited_for(database, statements.append):
        yield statements


@contextmanager
def waited_for(database: Database, note: Callable[[str], None]) -> Iterator[None]:
    """Tells `note` of each statement that an answer is waited for."""

    def tell(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        note(statement)

    for engine in database.engines:
        event.listen(engine, "before_cursor_execute", tell)
    try:
        yield
    finally:
        for engine in database.engines:
            event.remove(engine, "before_cursor_execute", tell)


def held(database: Database) -> int:
    """How many connections somebody holds."""
    return sum(engine.pool.checkedout() for engine in database.engines)  # type: ignore[attr-defined]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Does these in threads that start together; what each gave or raised."""
    gate, results = threading.Barrier(len(acts)), list[Any]([None] * len(acts))

    def run(place: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[place] = act()
        except Exception as error:  # noqa: BLE001  # the test looks at it
            results[place] = error

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
