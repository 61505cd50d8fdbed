"""Batches: the tables of uploaded sheets of questions and of their rows, kept until confirmed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Index, and_, delete, null, update
from sqlmodel import Field, Session, SQLModel, col, func, select

from cases.case import Case, fingerprint
from cases.catalogue.item import Item
from cases.grants.holders import permitted
from cases.lifecycle import WITHDRAWN
from cases.question import Question, Source
from cases.rulebook import Rulebook
from requesters.ask.submit import LATELY, Submission, check_submission, read_question
from requesters.batches.batch_columns import question_in
from storage.bulk_rows import among, insert_rows
from storage.encrypted_columns import EncryptedJson, EncryptedText
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from storage.sheets.rows import Row, RowFault
from storage.vault import Vault, vault_of

MOST_UNCONFIRMED = 30  # batches of a unit: each may hold twenty thousand questions
TOO_MANY_WAITING = N_("{most} batches of your unit wait for somebody's yes. Confirm them or give them up, then send the next one.")
SAME_QUESTION = N_("This row asks again what row {first} asks.")


class Batch(SQLModel, table=True):
    """One uploaded sheet. `good`, `bad` and `asked` count its rows, so that a list of batches need not."""

    id: str = Field(primary_key=True, max_length=32)
    unit: str = Field(max_length=32, index=True)
    item: str = Field(max_length=64)
    name: str = Field(default="", max_length=100, sa_type=EncryptedText, sa_column_kwargs={"server_default": ""})  # the file's
    made_by: str = Field(max_length=64)
    made_at: datetime
    confirmed_by: str = Field(default="", max_length=64)
    confirmed_at: datetime | None = None
    done_at: datetime | None = None  # no row waits any more
    good: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    bad: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    asked: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    row_count: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # rows in the sheet, whatever became of them
    # other sheets of the file, by name and why
    not_read: list[dict[str, str]] | None = Field(default=None, sa_type=EncryptedJson(none_as_null=True))


class BatchRow(SQLModel, table=True):
    """One row: its question until it is asked, what is wrong with it, or why it was left out, and the case that came of it."""

    __tablename__ = "batch_row"

    batch: str = Field(primary_key=True, foreign_key="batch.id", max_length=32)
    row: int = Field(primary_key=True)
    question: dict[str, Any] | None = Field(default=None, sa_type=EncryptedJson(none_as_null=True))
    faults: list[dict[str, Any]] | None = Field(default=None, sa_type=EncryptedJson(none_as_null=True))
    number: str = Field(default="", max_length=32)
    earlier: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})  # a case that asked the same lately
    cells: dict[str, Any] | None = Field(
        default=None, sa_type=EncryptedJson(none_as_null=True)
    )  # as typed, of a row to be put right
    left_out: str = Field(
        default="", max_length=200, sa_column_kwargs={"server_default": ""}
    )  # an English msgid: why it was not read


_running = and_(col(Batch.confirmed_at).is_not(None), col(Batch.done_at).is_(None))
Index("ix_batch_running", col(Batch.confirmed_at), sqlite_where=_running, postgresql_where=_running)
Index("ix_batch_recent", col(Batch.unit), col(Batch.made_at))


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a batch."""

    unit: str
    username: str


Cells = Mapping[str, Any]
BLANK: dict[str, Any] = {"question": None, "faults": None, "number": "", "earlier": "", "cells": None, "left_out": ""}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it was read: rows and faults as read_rows gives them, the file's name, cells by row as typed, the rows that were
    left out, and the sheets beside it that were not read.
    """

    rows: Sequence[Row]
    faults: Sequence[RowFault]
    name: str = ""
    cells: Mapping[int, Cells] = field(default_factory=dict)
    left_out: Sequence[RowFault] = ()
    not_read: Sequence[Json] = ()

    @property
    def row_count(self) -> int:
        """How many rows there are, whatever is to become of them."""
        return len({row.number for row in self.rows} | {fault.row for fault in (*self.faults, *self.left_out)})


def keep_batch(session: Session, item: Item, sheet: Sheet, sender: Sender, now: datetime, rulebook: Rulebook) -> Batch:
    """Checks every row as if it were asked alone and keeps all of them aside; nothing is asked yet. Raises Problem where the unit
    has too many that wait for a yes.
    """
    _need_room(session, sender.unit)
    told: dict[int, list[dict[str, Any]]] = {}
    for fault in sheet.faults:
        told.setdefault(fault.row, []).append(_told(FieldFault(fault.field, "bad_cell", fault.message, fault.params)))
    questions = {row.number: read(question_in(row.values, item), now, rulebook) for row in sheet.rows}
    good: dict[int, Question] = {}
    for number, result in _checked(session, questions, sender, now, rulebook).items():
        if isinstance(result, Problem):
            told[number] = [_told(fault) for fault in result.faults]
        else:
            good[number] = result
    batch = Batch(id=uuid4().hex, unit=sender.unit, item=item.code, made_by=sender.username, made_at=now, name=sheet.name[:100])
    batch.good, batch.bad = len(good), len(told)
    batch.row_count, batch.not_read = sheet.row_count, list(sheet.not_read) or None
    session.add(batch)
    session.flush()
    earlier = _asked_lately(session, good, sender.unit, now)
    plain = {n: q.model_dump(mode="json", exclude_none=True) for n, q in good.items()}
    rows = [{**BLANK, "row": n, "question": data, "earlier": earlier.get(n, "")} for n, data in plain.items()]
    rows += [{**BLANK, "row": n, "faults": faults, "cells": dict(sheet.cells.get(n, {}))} for n, faults in told.items()]
    rows += [{**BLANK, "row": left.row, "left_out": left.message} for left in sheet.left_out]
    insert_rows(session, SQLModel.metadata.tables["batch_row"], [{**row, "batch": batch.id} for row in rows])
    return batch


def _need_room(session: Session, unit: str) -> None:
    unconfirmed = select(func.count()).select_from(Batch).where(Batch.unit == unit, col(Batch.confirmed_at).is_(None))
    if session.exec(unconfirmed).one() >= MOST_UNCONFIRMED:
        raise Problem([FieldFault("file", "too_many_waiting", TOO_MANY_WAITING, {"most": MOST_UNCONFIRMED})], 409)


def _asked_lately(session: Session, good: Mapping[int, Question], unit: str, now: datetime) -> dict[int, str]:
    """By row the newest case in which this unit asked the same. One query."""
    vault = vault_of(session)
    prints = {number: fingerprint(question, vault) for number, question in good.items()}
    same = (among(session, col(Case.fingerprint), sorted(set(prints.values()))), Case.unit == unit, Case.state != WITHDRAWN.value)
    found = select(Case.fingerprint, Case.number).where(*same, col(Case.asked_at) >= now - LATELY)
    known = dict(session.exec(found.order_by(col(Case.asked_at))).all()) if prints else {}
    return {number: known[one] for number, one in prints.items() if one in known}


def _told(fault: FieldFault) -> Json:
    return {"field": fault.field, "code": fault.code, "message": fault.message, "params": dict(fault.params)}


def read(data: Mapping[str, object], now: datetime, rulebook: Rulebook) -> Question | Problem:
    """The question in plain data, or everything that is wrong with its shape."""
    try:
        return read_question(data, now, rulebook)
    except Problem as problem:
        return problem


def _checked(
    session: Session, questions: Mapping[int, Question | Problem], sender: Sender, now: datetime, rulebook: Rulebook
) -> dict[int, Question | Problem]:
    asks = {(sender.unit, q.item, q.matter) for q in questions.values() if isinstance(q, Question)}
    allowed = permitted(session, asks, rulebook.catalogue, rulebook.calendar.day_at(now))
    first: dict[str, int] = {}
    results: dict[int, Question | Problem] = {}
    for number, question in questions.items():
        results[number] = question
        if isinstance(question, Question):
            problem = check_submission(Submission(question, sender.unit, sender.username), allowed, rulebook)
            results[number] = problem or _asked_once(question, number, first, vault_of(session))
    return results


def _asked_once(question: Question, number: int, first: dict[str, int], vault: Vault) -> Question | Problem:
    before = first.setdefault(fingerprint(question, vault), number)
    return question if before == number else Problem([FieldFault("", "asked_twice", SAME_QUESTION, {"first": before})])


def result_of(result: str | Problem) -> Json:
    """What a row keeps of how it went: the case's number, or why it was refused; never the question any more."""
    if isinstance(result, str):
        return {"number": result, "question": None, "faults": None}
    return {"number": "", "question": None, "faults": [_told(fault) for fault in result.faults]}


def counts_of(session: Session, batch_id: str) -> Json:
    """How far a batch is: rows waiting, bad, left out and asked, the asked ones by state and by outcome, and those put right.

    Each row is one of the first four, and the four together are all rows of the sheet. `statements` are those of the outcomes that
    are a contact's statement only. Two queries.
    """
    mine = col(BatchRow.batch) == batch_id
    unread, number = func.nullif(col(BatchRow.left_out), ""), func.nullif(col(BatchRow.number), "")
    marks = func.count(col(BatchRow.question)), func.count(col(BatchRow.faults)), func.count(unread), func.count(number)
    waiting, bad, left, asked = session.exec(select(*marks).where(mine)).one()
    kinds: Any = (Case.state, Case.outcome, Case.source)
    columns: Any = (*kinds, func.count(), func.count(col(Case.amended_at)))
    joined = select(*columns).join(BatchRow, col(BatchRow.number) == col(Case.number))
    states, outcomes, statements, amended = Counter[str](), Counter[str](), Counter[str](), 0
    for state, outcome, source, count, changed in session.execute(joined.where(mine).group_by(*kinds)):
        states[state], amended = states[state] + count, amended + changed
        if outcome:
            outcomes[outcome] += count
        if outcome and source == Source.COMMUNITY:
            statements[outcome] += count
    told = {"states": dict(states), "outcomes": dict(outcomes), "statements": dict(statements), "amended": amended}
    return {"waiting": waiting, "bad": bad, "left_out": left, "asked": asked, **told}


def cases_of(session: Session, batch_id: str) -> Iterable[tuple[BatchRow, Case | None]]:
    """Every row in the order of the sheet, with its case."""
    joined = select(BatchRow, Case).join(Case, col(Case.number) == col(BatchRow.number), isouter=True)
    return session.exec(joined.where(BatchRow.batch == batch_id).order_by(col(BatchRow.row))).all()


def drop_batch(session: Session, batch_id: str) -> None:
    """Deletes a batch with everything in it; one that was confirmed stays."""
    waiting = select(Batch.id).where(Batch.id == batch_id, col(Batch.confirmed_at).is_(None)).with_for_update()
    if session.exec(waiting).first() is None:
        return
    session.connection().execute(delete(BatchRow).where(col(BatchRow.batch) == batch_id))
    session.connection().execute(delete(Batch).where(col(Batch.id) == batch_id))


def forget_unconfirmed(session: Session, before: datetime) -> int:
    """Deletes batches uploaded before then that nobody confirmed, and what was typed into bad rows of the others: they hold
    people's data for nothing. How many batches went.
    """
    old = select(col(Batch.id)).where(col(Batch.made_at) < before)
    stale = old.where(col(Batch.confirmed_at).is_(None))
    session.connection().execute(delete(BatchRow).where(col(BatchRow.batch).in_(stale)))
    form_data = update(BatchRow).where(col(BatchRow.batch).in_(old), col(BatchRow.cells).is_not(None))
    session.connection().execute(form_data.values(cells=null()))
    gone = delete(Batch).where(col(Batch.made_at) < before, col(Batch.confirmed_at).is_(None))
    return session.connection().execute(gone).rowcount
