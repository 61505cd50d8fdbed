"""Batches: a sheet of questions about one item, kept aside until confirmed, then asked in chunks that can break off anywhere."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, Index, and_, bindparam, delete, insert, update
from sqlmodel import Field, Session, SQLModel, col, func, select

from cases.case import Case, fingerprint
from cases.grants import granted_of
from cases.item import Item
from cases.problem import N_, FieldFault, Problem
from cases.question import Question
from cases.rulebook import Rulebook
from contacts.rows import Row, RowFault
from requesters.batch_sheets import question_in
from requesters.submit import Submission, check_submission, read_question, submit

CHUNK = 200
SAME_QUESTION = N_("This row asks again what row {first} asks.")
NOTHING_GOOD = N_("No row of this batch can be asked.")


class Batch(SQLModel, table=True):
    """One uploaded sheet. `good`, `bad` and `asked` count its rows, so that a list of batches need not."""

    id: str = Field(primary_key=True, max_length=32)
    unit: str = Field(max_length=32, index=True)
    item: str = Field(max_length=64)
    name: str = Field(default="", max_length=100, sa_column_kwargs={"server_default": ""})  # the file's
    made_by: str = Field(max_length=64)
    made_at: datetime
    confirmed_by: str = Field(default="", max_length=64)
    confirmed_at: datetime | None = None
    done_at: datetime | None = None  # no row waits any more
    good: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    bad: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    asked: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class BatchRow(SQLModel, table=True):
    """One row: its question until it is asked, what is wrong with it, and the case that came of it."""

    __tablename__ = "batch_row"

    batch: str = Field(primary_key=True, foreign_key="batch.id", max_length=32)
    row: int = Field(primary_key=True)
    question: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    faults: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    number: str = Field(default="", max_length=32)
    earlier: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})  # a case that asked the same lately
    cells: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))  # as typed, of a row to be put right


_running = and_(col(Batch.confirmed_at).is_not(None), col(Batch.done_at).is_(None))
Index("ix_batch_running", col(Batch.confirmed_at), sqlite_where=_running, postgresql_where=_running)
Index("ix_batch_recent", col(Batch.unit), col(Batch.made_at))


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a batch."""

    unit: str
    username: str


Write = Callable[[], AbstractContextManager[Session]]


Sheet = tuple[Sequence[Row], Sequence[RowFault]]  # as contacts.rows.read_rows gives it


def keep_batch(session: Session, item: Item, sheet: Sheet, sender: Sender, now: datetime, rulebook: Rulebook) -> Batch:
    """Checks every row as if it were asked alone and keeps all of them aside; nothing is asked yet."""
    batch = Batch(id=uuid4().hex, unit=sender.unit, item=item.code, made_by=sender.username, made_at=now)
    told: dict[int, list[dict[str, Any]]] = {}
    for fault in sheet[1]:
        told.setdefault(fault.row, []).append(_told(FieldFault(fault.field, "bad_cell", fault.message, fault.params)))
    lines: list[dict[str, Any]] = [{"row": number, "question": None, "faults": faults} for number, faults in told.items()]
    read = {row.number: _read(question_in(row.values, item), now, rulebook) for row in sheet[0]}
    for number, result in _checked(session, read, sender, now, rulebook).items():
        lines.append({"row": number, **(_result(result) if isinstance(result, Problem) else _kept(result))})
    session.add(batch)
    session.flush()
    session.execute(insert(BatchRow), [{**line, "batch": batch.id, "number": ""} for line in lines])
    return batch


def _kept(question: Question) -> dict[str, Any]:
    return {"question": question.model_dump(mode="json", exclude_none=True), "faults": None}


def _told(fault: FieldFault) -> dict[str, Any]:
    return {"field": fault.field, "code": fault.code, "message": fault.message, "params": dict(fault.params)}


def _read(data: Mapping[str, Any], now: datetime, rulebook: Rulebook) -> Question | Problem:
    try:
        return read_question(data, now, rulebook)
    except Problem as problem:
        return problem


def _checked(
    session: Session, read: Mapping[int, Question | Problem], sender: Sender, now: datetime, rulebook: Rulebook
) -> dict[int, Question | Problem]:
    asks = {(sender.unit, q.item, q.matter) for q in read.values() if isinstance(q, Question)}
    granted = granted_of(session, asks, now.astimezone(rulebook.calendar.zone).date()) if asks else set()
    first: dict[str, int] = {}
    results: dict[int, Question | Problem] = {}
    for number, question in read.items():
        results[number] = question
        if isinstance(question, Question):
            problem = check_submission(Submission(question, sender.unit, sender.username), granted, rulebook)
            results[number] = problem or _asked_once(question, number, first)
    return results


def _asked_once(question: Question, number: int, first: dict[str, int]) -> Question | Problem:
    before = first.setdefault(fingerprint(question), number)
    return question if before == number else Problem([FieldFault("", "asked_twice", SAME_QUESTION, {"first": before})])


def confirm_batch(write: Write, batch_id: str, sender: Sender, now: datetime, rulebook: Rulebook) -> int:
    """Asks the good rows, a chunk to a transaction; how many were asked now. Broken off anywhere and confirmed again, it goes on
    where it stopped and asks nothing twice: each row has a key of its own. Raises Problem where no row is good.
    """
    with write() as session:
        kept = session.exec(select(func.count()).select_from(BatchRow).where(BatchRow.batch == batch_id, _was_good())).one()
        if not kept:
            raise Problem([FieldFault("", "nothing_good", NOTHING_GOOD)], 409)
        first = update(Batch).where(col(Batch.id) == batch_id, col(Batch.confirmed_at).is_(None))
        session.connection().execute(first.values(confirmed_at=now, confirmed_by=sender.username))
    asked = 0
    while True:
        with write() as session:
            count = _ask_chunk(session, batch_id, sender, now, rulebook)
        asked += count
        if count < CHUNK:
            return asked


def _was_good() -> Any:
    return col(BatchRow.question).is_not(None) | (col(BatchRow.number) != "")


def _ask_chunk(session: Session, batch_id: str, sender: Sender, now: datetime, rulebook: Rulebook) -> int:
    waiting = select(BatchRow).where(BatchRow.batch == batch_id, col(BatchRow.question).is_not(None))
    rows = session.exec(waiting.order_by(col(BatchRow.row)).limit(CHUNK).with_for_update()).all()
    read = [(row.row, _read(row.question or {}, now, rulebook)) for row in rows]
    good = {number: q for number, q in read if isinstance(q, Question)}
    results: dict[int, str | Problem] = {number: q for number, q in read if isinstance(q, Problem)}
    submissions = [Submission(q, sender.unit, sender.username, f"batch:{batch_id}:{n}", batch_id) for n, q in good.items()]
    results.update(zip(good, submit(session, submissions, now, rulebook), strict=True))
    _settle(session, batch_id, results)
    return len(rows)


def _settle(session: Session, batch_id: str, results: Mapping[int, str | Problem]) -> None:
    """The case's number, or why it was refused after all; the question itself is not kept twice."""
    if not results:
        return
    rows = [{"b_batch": batch_id, "b_row": number, **_result(result)} for number, result in results.items()]
    statement = update(BatchRow).where(col(BatchRow.batch) == bindparam("b_batch"), col(BatchRow.row) == bindparam("b_row"))
    session.connection().execute(statement, rows)


def _result(result: str | Problem) -> dict[str, Any]:
    if isinstance(result, str):
        return {"number": result, "question": None, "faults": None}
    return {"number": "", "question": None, "faults": [_told(fault) for fault in result.faults]}


def counts_of(session: Session, batch_id: str) -> dict[str, Any]:
    """How far a batch is: rows waiting, bad and asked, and the asked ones by state and by outcome. Two queries."""
    mine = col(BatchRow.batch) == batch_id
    marks = select(func.count(col(BatchRow.question)), func.count(col(BatchRow.faults)), func.count())
    waiting, bad, total = session.exec(marks.where(mine)).one()
    joined = select(Case.state, Case.outcome, func.count()).join(BatchRow, col(BatchRow.number) == col(Case.number))
    states: dict[str, int] = {}
    outcomes: dict[str, int] = {}
    for state, outcome, count in session.exec(joined.where(mine).group_by(Case.state, Case.outcome)):
        states[state] = states.get(state, 0) + count
        if outcome:
            outcomes[outcome] = outcomes.get(outcome, 0) + count
    return {"waiting": waiting, "bad": bad, "asked": total - waiting - bad, "states": states, "outcomes": outcomes}


def bad_rows(session: Session, batch_id: str, at_most: int = 1000) -> list[BatchRow]:
    """The rows with faults, in the order of the sheet."""
    found = select(BatchRow).where(BatchRow.batch == batch_id, col(BatchRow.faults).is_not(None))
    return list(session.exec(found.order_by(col(BatchRow.row)).limit(at_most)))


def cases_of(session: Session, batch_id: str) -> Iterable[tuple[BatchRow, Case | None]]:
    """Every row in the order of the sheet, with its case."""
    joined = select(BatchRow, Case).join(Case, col(Case.number) == col(BatchRow.number), isouter=True)
    return session.exec(joined.where(BatchRow.batch == batch_id).order_by(col(BatchRow.row))).all()


def forget_unconfirmed(session: Session, before: datetime) -> int:
    """Deletes batches uploaded before then that nobody confirmed: they hold people's data for nothing. How many went."""
    old = select(col(Batch.id)).where(col(Batch.made_at) < before, col(Batch.confirmed_at).is_(None))
    session.connection().execute(delete(BatchRow).where(col(BatchRow.batch).in_(old)))
    return (
        session.connection().execute(delete(Batch).where(col(Batch.made_at) < before, col(Batch.confirmed_at).is_(None))).rowcount
    )
