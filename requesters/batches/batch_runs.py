"""Batch runner: asks a confirmed batch's rows in chunks and resumes after a break."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import structlog
from sqlalchemy import case, null, update
from sqlmodel import Session, SQLModel, col, func, or_, select

from access.freezes import is_free
from cases.question import Question
from cases.rulebook import Rulebook
from requesters.ask.submit import OWN_KEYS, Submission, submit
from requesters.batches.batches import Batch, BatchRow, Sender, read, result_of
from storage.bulk_rows import update_rows
from storage.database import Database
from storage.database_outages import is_outage
from storage.problem import N_, FieldFault, Problem
from storage.standstills import Standstill

log = structlog.get_logger()
CHUNK = 200
BEAT_SECONDS = 5.0  # a change is signalled sooner; this is for the one that was missed
BREATH_SECONDS = 0.05  # between two chunks, so that a lone question does not wait behind ten thousand
NOTHING_GOOD = N_("No row of this batch can be asked.")
Write = Callable[[], AbstractContextManager[Session]]


def start_batch(session: Session, batch_id: str, sender: Sender, now: datetime, again: bool = True) -> None:
    """Says that the good rows are to be asked; whoever runs batches asks them. Said twice, nothing is asked twice.

    Without `again` rows that were asked lately get the earlier case instead of a new one. Raises Problem where no row is good.
    """
    mine = col(BatchRow.batch) == batch_id
    good = or_(col(BatchRow.question).is_not(None), BatchRow.number != "")
    if not session.exec(select(func.count()).select_from(BatchRow).where(mine, good)).one():
        raise Problem([FieldFault("", "nothing_good", NOTHING_GOOD)], 409)
    first = update(Batch).where(col(Batch.id) == batch_id, col(Batch.confirmed_at).is_(None))
    fresh = session.connection().execute(first.values(confirmed_at=now, confirmed_by=sender.username)).rowcount
    if fresh and not again:
        old = update(BatchRow).where(mine, col(BatchRow.earlier) != "", col(BatchRow.question).is_not(None))
        linked = session.connection().execute(old.values(number=col(BatchRow.earlier), question=null())).rowcount
        session.connection().execute(update(Batch).where(col(Batch.id) == batch_id).values(asked=col(Batch.asked) + linked))


def confirm_batch(write: Write, batch_id: str, sender: Sender, now: datetime, rulebook: Rulebook) -> int:
    """Asks the good rows here and now, a chunk to a transaction; how many. Broken off anywhere and confirmed again, it goes on
    where it stopped and asks nothing twice: each row has a key of its own. Raises Problem where no row is good.
    """
    with write() as session:
        start_batch(session, batch_id, sender, now)
    asked = 0
    while True:
        with write() as session:
            count = ask_chunk(session, batch_id, now, rulebook)
        asked += count
        if count < CHUNK:
            return asked


def ask_chunk(session: Session, batch_id: str, now: datetime, rulebook: Rulebook) -> int:
    """Asks the next rows of a confirmed batch in this transaction; how many. With the last of them the batch is done."""
    # The batch's own row is locked: two runners of one batch take turns instead of asking the same rows.
    batch = session.exec(select(Batch).where(Batch.id == batch_id).with_for_update()).one()
    waiting = select(BatchRow).where(BatchRow.batch == batch_id, col(BatchRow.question).is_not(None))
    rows = session.exec(waiting.order_by(col(BatchRow.row)).limit(CHUNK)).all()
    results = _asked(session, batch, rows, now, rulebook)
    _settle(session, batch_id, results)
    refused = sum(isinstance(result, Problem) for result in results.values())
    counts = {"asked": col(Batch.asked) + len(rows) - refused, "good": col(Batch.good) - refused, "bad": col(Batch.bad) + refused}
    done = {"done_at": case((col(Batch.done_at).is_(None), now), else_=col(Batch.done_at))} if len(rows) < CHUNK else {}
    session.connection().execute(update(Batch).where(col(Batch.id) == batch_id).values(**counts, **done))
    return len(rows)


def _asked(session: Session, batch: Batch, rows: Sequence[BatchRow], now: datetime, rulebook: Rulebook) -> dict[int, str | Problem]:
    results: dict[int, str | Problem] = {}
    good: dict[int, Question] = {}
    for row in rows:
        question = read(row.question or {}, now, rulebook)
        if isinstance(question, Question):
            good[row.row] = question
        else:
            results[row.row] = question
    sender = batch.confirmed_by or batch.made_by
    submissions = [Submission(q, batch.unit, sender, f"{OWN_KEYS}{batch.id}:{n}", batch.id) for n, q in good.items()]
    return {**results, **dict(zip(good, submit(session, submissions, now, rulebook), strict=True))}


def _settle(session: Session, batch_id: str, results: Mapping[int, str | Problem]) -> None:
    """The case's number, or why it was refused after all; the question itself is not kept twice."""
    if not results:
        return
    rows = [{"b_batch": batch_id, "b_row": number, **result_of(result)} for number, result in results.items()]
    update_rows(session, SQLModel.metadata.tables["batch_row"], {"batch": "b_batch", "row": "b_row"}, rows)


class Runner:
    """Asks the rows of confirmed batches, a chunk of each in turn, so that a small one does not wait for a large one.

    Any number of runners may run; one that is killed leaves whole chunks, and the next goes on from there.
    """

    def __init__(self, database: Database, now: Callable[[], datetime], rulebook: Rulebook) -> None:
        self._database, self._now, self._rulebook = database, now, rulebook
        self.last_beat: datetime | None = None
        self._stuck: dict[str, Standstill] = {}

    def run(self, stop: threading.Event) -> None:
        """Runs until told to stop."""
        signal = self._database.signal("batch")
        try:
            while not stop.is_set():
                if self.round():
                    stop.wait(BREATH_SECONDS)
                else:
                    signal.wait(BEAT_SECONDS)
                self.last_beat = self._now()
        finally:  # it is set up again after an outage, and listens anew
            signal.close()

    def round(self) -> int:
        """Asks one chunk of each batch that runs; how many batches went on."""
        with self._database.read() as session:
            running = select(Batch.id).where(col(Batch.confirmed_at).is_not(None), col(Batch.done_at).is_(None))
            running = running.where(is_free(col(Batch.confirmed_by), col(Batch.unit)))  # those of the frozen wait
            batches = session.exec(running.order_by(col(Batch.confirmed_at))).all()
        return sum(self._advance(batch_id) for batch_id in batches)

    def _advance(self, batch_id: str) -> bool:
        """False where the chunk could not be asked now: the others go on, and this one is tried again at the next beat."""
        try:
            with self._database.write() as session:
                ask_chunk(session, batch_id, self._now(), self._rulebook)
        except Exception as error:  # whatever is wrong with one batch, the others are asked
            if is_outage(error):
                raise
            self._stuck.setdefault(batch_id, Standstill("batch_stuck", "batch_goes_on", batch=batch_id)).begin(type(error).__name__)
            return False
        if batch_id in self._stuck:
            self._stuck.pop(batch_id).end()
        return True
