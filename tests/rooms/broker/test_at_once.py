"""Letters of the house to itself that are handled in the transaction that posts them: once in effect, and never lost."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlmodel import Session, select

from broker import inbox, outbox
from broker.at_once import handling_at_once
from broker.held_queues import hold, let_go
from broker.inbox import Handled
from broker.letter import Letter
from broker.outbox import Outgoing
from storage.database import Database
from storage.remembered import SECONDS

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def letter(kind: str, to: str) -> Letter:
    return Letter.post(kind, to, "HC1", {"at": "x"}, NOW)  # type: ignore[arg-type]


class Findings:
    """What a handler of findings posts, and what was done at once."""

    def __init__(self) -> None:
        self.done: list[UUID] = []
        self.posts = [letter("outcome", "outcomes.bank"), letter("question", "questions.police")]
        self.fails = False
        self.handle = handling_at_once(self._find, lambda one: one.kind == "outcome", self._tell)

    def _find(self, session: Session, letters: Sequence[Letter], now: datetime) -> None:
        outbox.post(session, self.posts)

    def _tell(self, session: Session, letters: Sequence[Letter], now: datetime) -> None:
        if self.fails:
            raise ArithmeticError
        self.done += [one.id for one in letters]


def take(database: Database, findings: Findings, again: bool = False) -> tuple[set[UUID], set[tuple[UUID, str]]]:
    """Handles one letter; what waits in the outbox then, and what counts as handled."""
    with database.write(by_key=True) as session:
        session.info[inbox.AGAIN] = again
        findings.handle(session, [letter("finding", "findings")], NOW)
    with database.read() as session:
        waiting = set(session.exec(select(Outgoing.id)))
        return waiting, {(one.letter_id, one.queue) for one in session.exec(select(Handled))}


def test_what_the_house_tells_itself_is_done_at_once_and_counts_as_handled(database: Database) -> None:
    findings = Findings()
    outcome, question = findings.posts

    waiting, handled = take(database, findings)

    assert findings.done == [outcome.id]
    assert waiting == {question.id}
    assert handled == {(outcome.id, "outcomes.bank")}


def test_what_is_held_waits_in_the_outbox(database: Database) -> None:
    findings = Findings()
    with database.write() as session:
        hold(session, ["outcomes.bank"], NOW)
    time.sleep(SECONDS)

    waiting, handled = take(database, findings)

    assert (findings.done, handled) == ([], set())
    assert waiting == {one.id for one in findings.posts}
    with database.write() as session:
        let_go(session, ["outcomes.bank"])


def test_what_fails_on_the_short_way_is_undone_and_goes_the_long_one(database: Database) -> None:
    findings = Findings()
    findings.fails = True
    with pytest.raises(ArithmeticError):
        take(database, findings)

    waiting, handled = take(database, findings, again=True)

    assert (findings.done, handled) == ([], set())
    assert waiting == {one.id for one in findings.posts}
