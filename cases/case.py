"""The table of cases: question, state, deadline, holder, answer; its indexes and standard conditions."""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sql
from pydantic_core import to_json
from sqlalchemy import JSON, Index, Text, and_, bindparam, false, literal_column, or_
from sqlalchemy.orm import defer
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel._compat import SQLModelConfig

from cases.conversation.waiting import Waiting
from cases.lifecycle import ANSWERED, ASKED, HELD, NEVER_SENT, OPEN, RETURNED, RUNNING
from cases.names import without_unseen
from cases.question import Question, Subject
from cases.stations.placing import Placed
from storage.bulk_rows import on_postgres, with_keys_later
from storage.encrypted_columns import EncryptedJson, EncryptedText
from storage.foreign_values import AnyBytes, AnyNumber
from storage.read_together import Lookup
from storage.vault import Vault


class SubjectsColumn(EncryptedJson):
    """Subjects by role, kept sealed as one JSON column."""

    cache_ok = True

    def encode(self, value: object) -> bytes:
        """Subjects or plain dicts to JSON."""
        return to_json(value, exclude_none=True)

    def value_of(self, plain: Any) -> dict[str, Subject] | None:
        """JSON to subjects, without checking again what was checked when it was asked."""
        return None if plain is None else {k: Subject.stored(v) for k, v in plain.items()}


class Case(Question, Placed, Waiting, SQLModel, table=True):
    """The question with what became of it. `state` changes only in cases/moves.py; `version` guards every change."""

    model_config = SQLModelConfig(extra="forbid", str_strip_whitespace=True, from_attributes=True)
    __tablename__ = "cases"
    # Of the question what is kept sealed; that it is stands here, for a handler sees the question and nothing of the vault.
    subjects: dict[str, Subject] = Field(sa_type=SubjectsColumn)
    details: dict[str, str] = Field(default_factory=dict, sa_type=EncryptedJson)
    purpose: str = Field(sa_type=EncryptedText)
    urgent_reason: str = Field(default="", sa_type=EncryptedText)
    mode: str = Field(default="", max_length=16, sa_column_kwargs={"server_default": ""})  # type: ignore[assignment]  # as checked
    wanted: dict[str, str] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"})  # type: ignore[assignment]

    number: str = Field(primary_key=True, max_length=32)
    unit: str = Field(max_length=32)
    asked_by: str = Field(max_length=64)
    asked_of: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})  # the unit that was asked first
    holder: str = Field(max_length=32)
    fingerprint: str = Field(max_length=32, index=True)
    batch: str = Field(default="", max_length=32)
    # Hashes of the question letters so far, the standing one last; "-": no machine was asked.
    question_hashes: str = Field(default="", sa_type=Text)

    state: str = Field(default=ASKED.value, max_length=16)
    version: int = 1
    asked_at: datetime
    due_at: datetime
    due_provisional: bool = False
    overdue_at: datetime | None = None
    wake_at: datetime | None = None  # when the clock looks at this case next; every open case has one
    wake_for: str = Field(default="", max_length=16)

    taken_by: str = Field(default="", max_length=64)
    taken_at: datetime | None = None
    handed_over_at: datetime | None = None
    sent_back: int = 0  # returns and forwards so far; the second goes to the supervisor
    arbitration: bool = False
    extended: bool = False  # the deadline was moved, to a day that both agreed on or the supervisor set
    disputed: bool = False
    urged_at: datetime | None = None  # when the supervisor last urged
    nobody_reached: bool = False  # the last consultation ended without a word from anybody

    outcome: str = Field(default="", max_length=32)
    source: str = Field(default="", max_length=16)
    finding: dict[str, Any] | None = Field(default=None, sa_type=EncryptedJson(none_as_null=True))
    answered_at: datetime | None = None
    answered_by: str = Field(default="", max_length=64)
    # The last yes or no that was ever delivered about this question, and who said so: turning it round needs another person.
    last_told: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})
    told_by: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    # Of the first answer, which the statistics count; another one after a dispute changes nothing here.
    first_answered_at: datetime | None = None
    first_source: str = Field(default="", max_length=16, sa_column_kwargs={"server_default": ""})
    first_holder: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})
    closed_at: datetime | None = None
    amended_at: datetime | None = None  # when another answer last took the place of a delivered one, or it was withdrawn
    unseen: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # ... and its asker has not said they know
    proposed_at: datetime | None = None  # since when an amendment waits for a second clerk
    late_disputed_at: datetime | None = None  # when the answer was last disputed after the closing
    decide_by: datetime | None = None  # until when the supervisor decides about that
    blocked_at: datetime | None = None  # from then on nobody is shown who it was about and what was found
    deleted_at: datetime | None = None  # from then on it is not there any more: see cases/retention.py

    trail_seq: int = Field(default=0, sa_type=AnyNumber, sa_column_kwargs={"server_default": "0"})  # where its trail ends
    trail_link: bytes | None = Field(default=None, sa_type=AnyBytes)

    @property
    def open(self) -> bool:
        """Whether an answer is still owed."""
        return self.state in OPEN

    def late(self, now: datetime) -> bool:
        """Overdue: past its deadline and with those who answer; at the deadline itself it is still in time."""
        return self.state in RUNNING and now > self.due_at

    @property
    def stands_since(self) -> datetime | None:
        """Since when the answer is the one that it is: what came before it stands no longer."""
        return self.amended_at or self.answered_at


_OPEN_STATES = [state.value for state in sorted(OPEN)]
_open = col(Case.state).in_(_OPEN_STATES)
# SQLite takes a partial index only for the very words of its condition, written out and not as parameters.
IS_OPEN = col(Case.state).in_(bindparam("open_states", _OPEN_STATES, expanding=True, literal_execute=True))
IS_RUNNING = and_(IS_OPEN, col(Case.state) != RETURNED.value)
Index("ix_cases_open_due", col(Case.due_at), col(Case.overdue_at), sqlite_where=_open, postgresql_where=_open)
# With everything that boards count of open cases, so that counting them reads the index alone.
_counted = (Case.station, Case.item, Case.state, Case.arbitration, Case.nobody_reached, Case.asked_at)
Index("ix_cases_open_desk", *map(col, (Case.holder, Case.due_at, *_counted)), sqlite_where=_open, postgresql_where=_open)
IS_TAKEN = and_(IS_OPEN, col(Case.taken_by) != literal_column("''"))  # written out too
_taken = and_(_open, col(Case.taken_by) != literal_column("''"))
Index("ix_cases_taken", col(Case.taken_by), sqlite_where=_taken, postgresql_where=_taken)
_wake = col(Case.wake_at).is_not(None)
Index("ix_cases_wake", col(Case.wake_at), col(Case.wake_for), sqlite_where=_wake, postgresql_where=_wake)
# Always empty unless something went wrong, so it costs nothing and is read in no time.
_forgotten = and_(_open, col(Case.wake_at).is_(None))
Index("ix_cases_forgotten", col(Case.wake_at), col(Case.number), sqlite_where=_forgotten, postgresql_where=_forgotten)
# Of delivered answers those about which the clock has still something to do: few.
IS_UNSETTLED = or_(col(Case.unseen).is_(True), col(Case.proposed_at).is_not(None), col(Case.decide_by).is_not(None))
Index("ix_cases_unsettled", col(Case.wake_at), col(Case.number), sqlite_where=IS_UNSETTLED, postgresql_where=IS_UNSETTLED)
_answered = col(Case.answered_at).is_not(None)
_first = col(Case.first_answered_at).is_not(None)
Index("ix_cases_first_answered", col(Case.first_answered_at), sqlite_where=_first, postgresql_where=_first)
# What time brings to a closed case: it is blocked, and later emptied.
_kept = and_(col(Case.closed_at).is_not(None), col(Case.blocked_at).is_(None))
Index("ix_cases_kept", col(Case.closed_at), sqlite_where=_kept, postgresql_where=_kept)
_blocked = and_(col(Case.blocked_at).is_not(None), col(Case.deleted_at).is_(None))
Index("ix_cases_blocked", col(Case.closed_at), sqlite_where=_blocked, postgresql_where=_blocked)
_decided = col(Case.decision_look_at).is_not(None)
Index("ix_cases_decided", col(Case.decision_look_at), sqlite_where=_decided, postgresql_where=_decided)
HAS_UNREAD = col(Case.desk_unread).is_(True)
Index("ix_cases_desk_unread", col(Case.holder), sqlite_where=HAS_UNREAD, postgresql_where=HAS_UNREAD)
Index("ix_cases_asked", col(Case.asked_at))
_disputed = col(Case.disputed).is_(True)
Index("ix_cases_disputed", col(Case.asked_at), sqlite_where=_disputed, postgresql_where=_disputed)
Index("ix_cases_holder_answered", col(Case.holder), col(Case.answered_at), sqlite_where=_answered, postgresql_where=_answered)
Index("ix_cases_unit", col(Case.unit), col(Case.asked_at), col(Case.number))
AT_STATION = col(Case.station) != literal_column("''")  # few houses have stations, so few rows stand in these
DESK = sql.case((AT_STATION, col(Case.station)), else_=col(Case.holder))  # as Placed.desk has it
_of_station = (col(Case.station), col(Case.asked_at), col(Case.number))
Index("ix_cases_station", *_of_station, sqlite_where=AT_STATION, postgresql_where=AT_STATION)
_there = and_(_open, AT_STATION)
Index("ix_cases_open_station", col(Case.station), col(Case.due_at), sqlite_where=_there, postgresql_where=_there)
_told = and_(_answered, AT_STATION)
Index("ix_cases_station_answered", col(Case.station), col(Case.answered_at), sqlite_where=_told, postgresql_where=_told)
Index("ix_cases_holder", col(Case.holder), col(Case.asked_at), col(Case.number))
Index("ix_cases_asked_by", col(Case.unit), col(Case.asked_by), col(Case.asked_at), col(Case.number))
Index("ix_cases_open_unit", col(Case.unit), col(Case.asked_at), sqlite_where=_open, postgresql_where=_open)
WAS_SENT = col(Case.state).not_in(sorted(NEVER_SENT))
_held = col(Case.state) == HELD.value
IS_HELD = col(Case.state) == bindparam("held_state", HELD.value, literal_execute=True)
Index("ix_cases_held", col(Case.asked_at), sqlite_where=_held, postgresql_where=_held)
_delivered = col(Case.state) == ANSWERED.value
IS_ANSWERED = col(Case.state) == bindparam("answered_state", ANSWERED.value, literal_execute=True)
Index(
    "ix_cases_delivered", col(Case.unit), col(Case.asked_at), col(Case.number), sqlite_where=_delivered, postgresql_where=_delivered
)
# For a unit's list of an item that it seldom asks about: else all it ever asked would be read for a page.
Index("ix_cases_unit_item", col(Case.unit), col(Case.item), col(Case.asked_at), col(Case.number))
# Found by the beginning of the asker's file number or of the case's own; PostgreSQL uses an index for that only with this
# operator class, which the primary key has not.
Index("ix_cases_number_begins", col(Case.number), postgresql_ops={"number": "text_pattern_ops"})
Index("ix_cases_reference", col(Case.unit), col(Case.reference), postgresql_ops={"reference": "text_pattern_ops"})

QUESTION_FIELDS = tuple(Question.model_fields)
_BODY = (Case.subjects, Case.details, Case.purpose, Case.urgent_reason)
# For a list that shows nobody's name: what is sealed stays closed until somebody asks for it.
UNOPENED = tuple(defer(column) for column in _BODY)  # type: ignore[arg-type]  # SQLModel types columns as their values


def fingerprint(question: Question, vault: Vault) -> str:
    """The same for the same thing asked about the same people: tells a question asked twice, and nobody else what it asks."""
    who = sorted((role, s.whole_key, s.name_form) for role, s in question.subjects.items())
    how = [question.mode] if question.mode else []  # to compare is another question than to ask for the fields
    text = json.dumps([question.item, who, sorted(question.details.items()), question.year, *how], ensure_ascii=False)
    return vault.index(text, "cases.fingerprint")


def question_of(case: Case) -> Question:
    """The plain question inside a case, for a letter or a form; not validated again."""
    return Question.model_construct(**{name: getattr(case, name) for name in QUESTION_FIELDS})


def lock_cases(session: Session, numbers: Iterable[str]) -> dict[str, Case]:
    """These cases by number, locked for change in one order so that two movers never wait for each other crosswise."""
    found = session.execute(_locking(on_postgres(session)), {"numbers": sorted(set(numbers))}).scalars()
    return {case.number: case for case in found}


@lru_cache(maxsize=2)
def _locking(postgres: bool) -> Any:
    found = select(Case).where(with_keys_later(postgres, col(Case.number), "numbers")).order_by(Case.number).with_for_update()
    return found.options(*UNOPENED).execution_options(populate_existing=True)


def find_case(session: Session, number: str) -> Case | None:
    """One case by the number as somebody may have typed it."""
    return session.get(Case, typed_number(number))


class CaseState(NamedTuple):
    """Of a case only where it stands."""

    number: str
    unit: str
    holder: str
    state: str
    station: str
    handings: str


def finding_states(session: Session, numbers: Iterable[str]) -> Lookup:
    """Where these cases stand, each a row for `CaseState`; for `read_together`. Opens nothing that is sealed."""
    return Lookup(_standing(on_postgres(session)), {"numbers": sorted(set(numbers))})


@lru_cache(maxsize=2)
def _standing(postgres: bool) -> Any:
    fields: Any = (Case.number, Case.unit, Case.holder, Case.state, Case.station, Case.handings)
    return sql.select(*fields).where(with_keys_later(postgres, col(Case.number), "numbers"))


def typed_number(number: str) -> str:
    """A case number as it was meant, as somebody may have typed it or copied it with signs that nobody sees."""
    return without_unseen(number).strip().upper()
