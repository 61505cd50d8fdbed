"""What an agent does with bad letters, failing handlers, records and brokers that are away."""

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from broker.letter import Letter
from broker.transports.embedded import EmbeddedTransport
from broker.transports.transport import Unreachable
from cases.question import Finding, Question
from responders.agent.agent import Agent
from responders.agent.record_stores import RecordPlace
from responders.handlers.findings import AGREES, answered
from tests.phones import until
from tests.rooms.responders.agent.letters import NOW, QUEUE, buried, findings, handler, letter, sent_letters
from tests.rooms.responders.agent.stores import FATHER, HANDLERS, MOTHER, NAMES, SON, about, kinship


def test_letters_that_are_no_questions_are_buried_and_name_the_field_without_its_value(
    start: Callable[..., Agent], post: EmbeddedTransport
) -> None:
    good, wrong = letter(kinship(SON, FATHER, "father")), kinship(SON, FATHER, "father").model_dump(mode="json", exclude_none=True)
    wrong["subjects"]["person"]["id_number"] = SON[:17] + ("0" if SON[17] != "0" else "1")
    post.publish_wire(QUEUE, [b"not JSON"])
    post.publish([letter(wrong), letter(None), good, letter(about("death", SON), "")])

    assert start().answer_once() == 1
    reasons = buried(post)
    assert sorted(reasons)[1:] == [
        "number: missing",
        "question.subjects.person.id_number: id_number_check_digit",
        "question: wrong_kind",
    ]
    assert not any(SON[:17] in reason for reason in reasons)
    assert len(findings(post)) == 1


def test_one_failing_question_does_not_keep_the_others_and_is_buried_by_class_after_the_last_attempt(
    start: Callable[..., Agent], post: EmbeddedTransport
) -> None:
    def find(_records: Any, questions: Sequence[Question]) -> list[Finding]:
        if any(question.subjects["person"].name == NAMES[FATHER] for question in questions):
            raise ZeroDivisionError(NAMES[FATHER])
        return [answered("属实", {"related": AGREES}) for _ in questions]

    post.publish([letter(about("death", who), who) for who in (SON, FATHER, MOTHER)])
    agent = start(death=handler(find))

    assert agent.answer_once() == 2
    assert {sent.about for sent in findings(post)} == {SON, MOTHER}
    until(lambda: agent.answer_once() == 0 and post.depth("dead") == 1)
    assert buried(post) == ["ZeroDivisionError"]
    assert post.depth(QUEUE) == 0


def test_a_handler_that_loses_a_finding_is_not_believed(start: Callable[..., Agent], post: EmbeddedTransport) -> None:
    post.publish([letter(about("death", SON)), letter(about("death", MOTHER))])
    agent = start(death=handler(lambda _records, _questions: []))

    assert agent.answer_once() == 0
    assert agent.ills() == {"death": "failing"}
    until(lambda: agent.answer_once() == 0 and post.depth("dead") == 2)
    assert findings(post) == []


def test_records_stay_open_and_are_opened_again_when_they_fail(start: Callable[..., Agent], post: EmbeddedTransport) -> None:
    opened: list[str] = []

    def open_records(path: str) -> sqlite3.Connection:
        opened.append(path)
        return sqlite3.connect(path)

    def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
        records.execute("SELECT 1")
        if len(opened) == 1 and len(broken) == 1:
            records.close()
            records.execute("SELECT 1")
        return [answered("属实", {"related": AGREES}) for _ in questions]

    broken: list[bool] = []
    agent = start(death=handler(find, open_records=open_records))
    for number in range(3):
        post.publish([letter(about("death", SON), str(number))])
        assert agent.answer_once() == 1
        broken.append(True)

    assert len(opened) == 2
    assert Path(opened[0]).name == "police.sqlite"


def test_the_departments_records_are_opened_for_reading_only(
    start: Callable[..., Agent], post: EmbeddedTransport, tmp_path: Path
) -> None:
    def find(records: sqlite3.Connection, _questions: Sequence[Question]) -> list[Finding]:
        records.execute("DELETE FROM member")
        return []

    post.publish([letter(about("death", SON))])
    agent = start(death=handler(find))
    agent.answer_once()

    assert agent.ills() == {"death": "away"}
    with sqlite3.connect(tmp_path / "police.sqlite") as store:
        assert store.execute("SELECT count(*) FROM member").fetchone() == (7,)
    store.close()


def test_a_broker_that_is_away_costs_nothing_and_is_tried_again(
    start: Callable[..., Agent], connect: Callable[[], EmbeddedTransport], post: EmbeddedTransport, tmp_path: Path
) -> None:
    class Away(EmbeddedTransport):
        """A broker that goes away between the reading and the sending."""

        def publish(self, letters: Sequence[Letter]) -> None:
            raise Unreachable

    doors = iter([lambda: Away(f"embedded://{tmp_path / 'letters.sqlite'}"), connect])
    agent = Agent("police", lambda: next(doors)(), HANDLERS, RecordPlace(tmp_path), lambda: NOW)
    start()
    post.publish([letter(kinship(SON, FATHER, "father"))])
    with pytest.raises(Unreachable):
        agent.answer_once()
    agent.close()

    assert (findings(post), agent.answered) == ([], 0)
    assert agent.answer_once() == 1
    agent.close()


def test_records_that_are_away_for_a_while_use_up_no_attempts_in_an_instant(
    start: Callable[..., Agent], post: EmbeddedTransport, tmp_path: Path
) -> None:
    agent, stop = start(), threading.Event()
    (tmp_path / "police.sqlite").rename(tmp_path / "away.sqlite")
    post.publish([letter(kinship(SON, FATHER, "father"))])
    thread = threading.Thread(target=agent.run, args=(stop,))
    thread.start()
    time.sleep(0.5)
    (tmp_path / "away.sqlite").rename(tmp_path / "police.sqlite")
    sent: list[Letter] = []
    until = time.monotonic() + 10
    while not any(one.kind == "finding" for one in sent) and time.monotonic() < until:
        sent += sent_letters(post)
        time.sleep(0.01)
    stop.set()
    thread.join(10)

    signs, found = ([one for one in sent if one.kind == kind] for kind in ("alive", "finding"))
    assert [one.body["finding"]["outcome"] for one in found] == ["confirmed"]
    assert [one.body["records"] for one in signs][:2] == [True, False]
    assert buried(post) == []


def test_an_agent_may_be_started_before_its_records_are_there(
    start: Callable[..., Agent], connect: Callable[[], EmbeddedTransport], post: EmbeddedTransport, tmp_path: Path
) -> None:
    folder = tmp_path / "later"
    agent = Agent("police", connect, HANDLERS, RecordPlace(folder), lambda: NOW)
    start()
    folder.mkdir()
    (tmp_path / "police.sqlite").rename(folder / "police.sqlite")
    post.publish([letter(kinship(SON, FATHER, "father"))])

    assert agent.answer_once() == 1
    agent.close()
