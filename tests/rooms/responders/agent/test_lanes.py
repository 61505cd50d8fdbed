"""Whatever ails one item: it holds up no other, uses up no attempts while its records are away, and is said by name."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from broker.letter import Letter
from broker.transports.embedded import EmbeddedTransport
from broker.transports.transport import ATTEMPTS
from cases.question import Finding, Question
from responders.agent import agent as agent_file
from responders.agent import record_stores
from responders.agent.agent import Agent
from responders.agent.asking import is_away
from responders.handlers import RecordsAway
from responders.handlers.findings import AGREES, answered
from tests.phones import until
from tests.rooms.responders.agent.letters import QUEUE, buried, findings, handler, letter, sent_letters
from tests.rooms.responders.agent.stores import FATHER, MOTHER, SON, about

Start = Callable[..., Agent]


def yes(questions: Sequence[Question]) -> list[Finding]:
    return [answered("属实", {"related": AGREES}) for _ in questions]


class Interface:
    """A stranger's records behind a line: it can be away, hang, or answer."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.tries, self.hangs = error, 0, threading.Event()
        self.hangs.set()

    def find(self, _records: Any, questions: Sequence[Question]) -> list[Finding]:
        self.tries += 1
        self.hangs.wait(20)
        if self.error:
            raise self.error
        return yes(questions)


def well(_records: Any, questions: Sequence[Question]) -> list[Finding]:
    return yes(questions)


def opened(_path: str) -> None:
    """Records that are no file."""


def answered_now(agent: Agent, post: EmbeddedTransport) -> list[str]:
    agent.answer_once()
    return [one.about for one in findings(post)]


def test_a_slow_item_holds_up_no_other(start: Start, post: EmbeddedTransport) -> None:
    slow = Interface()
    slow.hangs.clear()
    agent = start(death=handler(slow.find, open_records=opened), birth=handler(well, open_records=opened))
    post.publish([letter(about("death", SON), "SLOW"), letter(about("birth", SON), "QUICK")])

    assert answered_now(agent, post) == ["QUICK"]
    post.publish([letter(about("birth", MOTHER), "NEXT"), letter(about("death", MOTHER), "BEHIND")])
    assert answered_now(agent, post) == ["NEXT"]
    slow.hangs.set()
    until(lambda: agent.answer_once() and not agent._lanes["death"].held)
    assert {one.about for one in findings(post)} == {"SLOW", "BEHIND"}
    assert slow.tries == 2, "what came meanwhile was asked together"


def test_a_look_that_hangs_is_given_up_and_those_behind_it_are_answered(start: Start, post: EmbeddedTransport) -> None:
    hung = Interface()
    hung.hangs.clear()

    def find(records: Any, questions: Sequence[Question]) -> list[Finding]:
        return hung.find(records, questions) if questions[0].subjects["person"].id_number == SON else yes(questions)

    agent = start(death=handler(find, open_records=opened, SECONDS=0.2))
    post.publish([letter(about("death", SON), "HANGS")])
    agent.answer_once()
    post.publish([letter(about("death", FATHER), "BEHIND")])

    until(lambda: answered_now(agent, post) == ["BEHIND"])
    until(lambda: agent.answer_once() == 0 and agent.ills() == {"death": "slow"})
    hung.hangs.set()
    until(lambda: answered_now(agent, post) == ["HANGS"])
    assert agent.ills() == {}
    assert buried(post) == []


@pytest.mark.parametrize("error", [ConnectionRefusedError(SON), TimeoutError(), sqlite3.OperationalError("no such table")])
def test_records_that_are_away_use_up_no_attempts_however_long(start: Start, post: EmbeddedTransport, error: Exception) -> None:
    away = Interface(error)
    agent = start(death=handler(away.find, open_records=opened), birth=handler(well, open_records=opened))
    post.publish([letter(about("death", SON), "WAITS")])
    with capture_logs() as logs:
        agent.answer_once()
        until(lambda: agent.answer_once() == 0 and away.tries > 4 * ATTEMPTS)

    assert agent.ills() == {"death": "away"}
    post.publish([letter(about("birth", SON), "OTHER")])
    assert answered_now(agent, post) == ["OTHER"]
    away.error = None
    until(lambda: answered_now(agent, post) == ["WAITS"])
    assert (agent.ills(), buried(post)) == ({}, [])
    assert [one["event"] for one in logs] == ["records_away"]
    assert SON not in str(logs)


def test_one_question_that_cannot_be_looked_up_is_not_taken_for_records_that_are_away(
    start: Start, post: EmbeddedTransport
) -> None:
    def find(_records: Any, questions: Sequence[Question]) -> list[Finding]:
        if any(question.subjects["person"].id_number == FATHER for question in questions):
            raise OSError
        return yes(questions)

    agent = start(death=handler(find, open_records=opened))
    post.publish([letter(about("death", who), who) for who in (SON, FATHER)])

    assert answered_now(agent, post) == [SON]
    assert agent.ills() == {}


def test_what_a_driver_says_of_its_database_is_known_by_its_name() -> None:
    class OperationalError(Exception):
        """As every driver of PEP 249 has one of its own."""

    class StrangersError(Exception):
        """As an HTTP library wraps what the socket said."""

    wrapped = StrangersError()
    wrapped.__cause__ = ConnectionResetError()

    assert [is_away(error) for error in (OperationalError(), wrapped, StrangersError(), KeyError())] == [True, True, False, False]


def test_what_is_missing_is_said_before_anybody_asks(start: Start, post: EmbeddedTransport, tmp_path: Path) -> None:
    agent, stop = start(), threading.Event()
    (tmp_path / "police.sqlite").unlink()
    agent.watch(["kinship", "unknown"])
    thread = threading.Thread(target=agent.run, args=(stop,))
    thread.start()
    told: list[dict[str, str]] = []
    until(lambda: told.extend(one.body["ills"] for one in sent_letters(post)) or {"kinship": "away"} in told)
    stop.set()
    thread.join(10)

    assert not thread.is_alive()


def test_a_file_that_a_handler_opened_by_itself_is_opened_anew_when_another_takes_its_place(
    start: Start, post: EmbeddedTransport, tmp_path: Path
) -> None:
    """A school's register was replaced at night, and who was enrolled in it stayed without a record."""
    register = tmp_path / "school.db"

    def write(rows: int) -> None:
        with sqlite3.connect(tmp_path / "next.db") as store:
            store.execute("CREATE TABLE pupil (number)")
            store.executemany("INSERT INTO pupil VALUES (?)", [(n,) for n in range(rows)])
        store.close()
        (tmp_path / "next.db").replace(register)

    def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
        count = records.execute("SELECT count(*) FROM pupil").fetchone()[0]
        return [answered(str(count), {"related": AGREES}) for _ in questions]

    agent = start(death=handler(find, open_records=lambda _path: sqlite3.connect(register)))
    told = []
    for rows in (1, 2):
        write(rows)
        post.publish([letter(about("death", SON))])
        agent.answer_once()
        told += [one.body["finding"]["words"] for one in findings(post)]

    assert told == ["1", "2"]


def test_records_whose_file_nobody_knows_are_opened_anew_now_and_then(
    start: Start, post: EmbeddedTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_stores, "KEPT_OPEN", 0.0)
    times: list[str] = []
    agent = start(death=handler(well, open_records=times.append))
    for _ in range(2):
        post.publish([letter(about("death", SON))])
        agent.answer_once()

    assert len(times) > 2


def test_an_agent_that_is_told_to_stop_finishes_what_it_was_asked(start: Start, post: EmbeddedTransport) -> None:
    slow, stop = Interface(), threading.Event()
    slow.hangs.clear()
    agent = start(death=handler(slow.find, open_records=opened))
    post.publish([letter(about("death", SON), "LAST")])
    thread = threading.Thread(target=agent.run, args=(stop,))
    thread.start()
    until(lambda: slow.tries)
    stop.set()
    slow.hangs.set()
    thread.join(10)

    assert [one.about for one in findings(post)] == ["LAST"]
    assert post.depth(QUEUE) == 0


def test_a_thousand_questions_of_an_item_that_is_ill_for_long_hold_up_no_other(
    start: Start, post: EmbeddedTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_file, "LONG", 0.2)  # so that no test waits
    away = Interface(RecordsAway("line cut"))
    agent = start(death=handler(away.find, open_records=opened), birth=handler(well, open_records=opened))
    many = [f"DEAD{number}" for number in range(agent_file.MOST_HELD + 100)]
    post.publish([letter(about("death", SON), number) for number in many])
    post.publish([letter(about("birth", SON), "WELL")])

    sent: list[Letter] = []
    until(lambda: agent.answer_once() >= 0 and sent.extend(findings(post)) is None and any(one.about == "WELL" for one in sent))
    to_people = {one.about for one in sent} - {"WELL"}
    assert {one.body["finding"]["outcome"] for one in sent if one.about in to_people} == {"not_digitised"}
    assert agent._lanes["death"].held == agent_file.KEPT
    assert to_people == set(many[agent_file.KEPT :])
    away.error = None
    until(lambda: agent.answer_once() >= 0 and not agent._lanes["death"].held)
    assert {one.about for one in findings(post)} == set(many[: agent_file.KEPT]), "as soon as it is well"


def test_many_questions_of_an_item_whose_records_are_away_for_a_moment_wait_for_them(start: Start, post: EmbeddedTransport) -> None:
    away = Interface(RecordsAway("line cut"))
    agent = start(death=handler(away.find, open_records=opened))
    post.publish([letter(about("death", SON), f"DEAD{number}") for number in range(600)])
    until(lambda: agent.answer_once() == 0 and agent._lanes["death"].held == 600 and away.tries > 2)
    away.error = None
    sent: list[Letter] = []
    until(lambda: agent.answer_once() >= 0 and sent.extend(findings(post)) is None and len(sent) == 600)

    assert {one.body["finding"]["outcome"] for one in sent} == {"confirmed"}
