"""Asking the records of one item: opened when first needed, opened anew after any trouble; and whose fault a trouble is."""

import sqlite3
from collections.abc import Callable, Sequence, Set
from datetime import datetime
from typing import NamedTuple

import structlog

from broker.transports.transport import ATTEMPTS
from cases.documents.known_kinds import RESIDENT
from cases.question import Finding, Outcome, Question, Source
from cases.records.comparing import compared
from cases.records.minimising import leaving
from responders.agent.questions import Fault, ReceivedQuestion
from responders.agent.record_stores import NotHeld, RecordStore
from responders.handlers import Handler, RecordsAway

DATABASE_TROUBLES = frozenset({"OperationalError", "InterfaceError"})  # so PEP 249 calls them, whichever driver it is
Answers = list[tuple[ReceivedQuestion, Finding]]
NOT_OURS = Finding(outcome=Outcome.NOT_DIGITISED, source=Source.RECORD, words="该事项没有自动核查，需人工办理。")
OTHER_DOCUMENT = Finding(
    outcome=Outcome.NOT_DIGITISED, source=Source.RECORD, words="电子档案不按所填的证件种类登记，未查询电子档案，需人工核查。"
)
TOO_MANY = Finding(
    outcome=Outcome.NOT_DIGITISED, source=Source.RECORD, words="该事项的档案长时间无法查询，等待的请求过多，需人工办理。"
)
log = structlog.get_logger()


class Turn(NamedTuple):
    """What came of some questions. `away`: why none of them could be asked about; then they wait, and nobody is to blame."""

    found: Answers
    faults: list[Fault]
    away: str = ""


class Asker:
    """One thread's records of an item. `begin` is called before each look, so that each has its own time."""

    def __init__(self, item: str, handler: Handler, opener: Callable[[], RecordStore], now: Callable[[], datetime]) -> None:
        self._item, self._handler, self._open, self._now = item, handler, opener, now
        self._store: RecordStore | None = None

    def ask(self, group: Sequence[ReceivedQuestion], begin: Callable[[], None]) -> Turn:
        """What is found for these questions; for none it only looks at the records. Raises nothing."""
        begin()
        try:
            return Turn(self._find(group), [])
        except NotHeld:  # a case of another unit that was sent on: a person must look
            return Turn([(one, NOT_OURS) for one in group], [])
        except RecordsAway as error:  # not the questions' fault: none of them alone would do better
            return Turn([], [], str(error) or self._item)
        except Exception as error:  # noqa: BLE001  # a handler may be a stranger's code, and must not stop the agent
            return self._ask_each(group, begin, error)

    def close(self) -> None:
        """Closes what is open."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _ask_each(self, group: Sequence[ReceivedQuestion], begin: Callable[[], None], first: Exception) -> Turn:
        """One question alone at a time, so that only those that fail go back; where all fail for their records, they wait."""
        found: Answers = []
        failed: list[tuple[ReceivedQuestion, Exception]] = []
        for one in group:
            begin()
            try:
                found += self._find([one])
            except Exception as error:  # noqa: BLE001  # as above
                failed.append((one, error))
        # Of a stranger's exception the class only: its text may hold an ID number.
        if not found and all(is_away(error) for error in [first, *(error for _, error in failed)]):
            return Turn([], [], f"{self._item}: {type(first).__name__}")
        if failed:
            log.warning("handler_failed", item=self._item, questions=len(failed), error=type(failed[0][1]).__name__)
        return Turn(found, [fault_of(one, type(error.__cause__ or error).__name__) for one, error in failed])

    def _find(self, group: Sequence[ReceivedQuestion]) -> Answers:
        try:
            store = self._opened()
            store.look(self._now())
            held = kinds_held(self._handler, store.documents)
            asked = [one for one in group if kinds_in(one.question) <= held]
            findings = self._handler.find(store.records, [one.question for one in asked]) if asked else []
            store.look(self._now())  # what was emptied while it was asked said no for the wrong reason
            found = {id(one): finding for one, finding in zip(asked, findings, strict=True)}
            return [(one, _leaving(one.question, found.get(id(one), OTHER_DOCUMENT))) for one in group]
        except Exception:
            self.close()
            raise

    def _opened(self) -> RecordStore:
        if self._store is None:
            try:
                self._store = self._open()
            except Exception as error:
                raise RecordsAway(f"{self._item}: {type(error).__name__}") from error
        return self._store


def _leaving(question: Question, finding: Finding) -> Finding:
    """Nothing that the matter does not need goes into a letter; of what is compared not even the record."""
    return leaving(question, compared(question, finding) if question.mode == "compare" else finding)


def kinds_held(handler: Handler, of_store: Set[str] | None) -> Set[str]:
    """The kinds of document by which this handler finds people: those it names, of which the store holds those it names."""
    own = frozenset(getattr(handler, "DOCUMENTS", (RESIDENT,)))
    return own if of_store is None else own & of_store


def kinds_in(question: Question) -> Set[str]:
    """The kinds of document by which a question names people."""
    return {subject.document_kind for subject in question.subjects.values()} - {""}


def fault_of(one: ReceivedQuestion, reason: str) -> Fault:
    """A question that failed; hopeless after its last attempt."""
    return Fault(one.delivery, reason, one.delivery.attempt >= ATTEMPTS)


def is_away(error: BaseException) -> bool:
    """Whether this is said of the records, and not of a question: a file or a line that is gone, a database that cannot work."""
    seen: BaseException | None = error
    for _ in range(10):
        if isinstance(seen, RecordsAway | OSError | sqlite3.OperationalError) or type(seen).__name__ in DATABASE_TROUBLES:
            return True
        seen = seen and (seen.__cause__ or seen.__context__)
    return False
