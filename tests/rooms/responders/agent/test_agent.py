"""The department's agent over the embedded post office."""

import threading
import time
from collections.abc import Callable

from broker.letter import Letter
from broker.transports.embedded import EmbeddedTransport
from cases.question import Finding
from responders.agent.agent import Agent
from responders.agent.asking import NOT_OURS
from tests.rooms.responders.agent.letters import NOW, QUEUE, buried, findings, letter
from tests.rooms.responders.agent.stores import FATHER, MOTHER, SON, about, kinship


def test_a_question_gets_its_finding_and_is_gone(start: Callable[..., Agent], post: EmbeddedTransport) -> None:
    asked = letter(kinship(SON, FATHER, "father"))
    post.publish([asked])
    agent = start()

    assert agent.answer_once() == 1
    [sent] = findings(post)
    assert (sent.kind, sent.to, sent.about) == ("finding", "findings", "HC1")
    assert [sent.body[key] for key in ("number", "unit", "question_id")] == ["HC1", "police", str(asked.id)]
    assert Finding.model_validate(sent.body["finding"]).evidence["household"] == "H1"
    assert (agent.answered, agent.last_beat, post.depth(QUEUE), buried(post)) == (1, NOW, 0, [])


def test_a_question_delivered_twice_gives_the_same_finding_letter(start: Callable[..., Agent], post: EmbeddedTransport) -> None:
    """Trap 15: the same id gives the same answer, and the inbox drops the second."""
    asked = letter(kinship(SON, FATHER, "father"))
    post.publish([asked])
    agent = start()
    agent.answer_once()
    post.publish([asked, letter(kinship(SON, MOTHER, "mother"), "HC2")])
    agent.answer_once()
    first, again, other = findings(post)

    assert first.id == again.id
    assert other.id != first.id


def test_a_batch_of_many_items_is_answered_in_one_go(start: Callable[..., Agent], post: EmbeddedTransport) -> None:
    post.publish(
        [
            letter(about(item, SON), f"{item}{n}")
            for n in range(60)
            for item in ("household_history", "death", "birth", "no_criminal_record")
        ]
    )
    agent = start()

    assert [agent.answer_once(), agent.answer_once()] == [240, 0]
    assert len({sent.about for sent in findings(post)}) == agent.answered == 240


def test_an_item_without_a_handler_is_for_a_person(start: Callable[..., Agent], post: EmbeddedTransport) -> None:
    post.publish([letter(about("moral_conduct", SON))])

    assert start().answer_once() == 1
    [sent] = findings(post)
    assert sent.body["finding"] == {"outcome": "not_digitised", "source": "record", "words": NOT_OURS.words, "evidence": {}}


def test_an_agent_answers_in_its_thread_until_it_is_stopped(start: Callable[..., Agent], post: EmbeddedTransport) -> None:
    agent, stop = start(), threading.Event()
    thread = threading.Thread(target=agent.run, args=(stop,))
    thread.start()
    post.publish([letter(kinship(SON, FATHER, "father"), str(number)) for number in range(20)])
    sent: list[Letter] = []
    until = time.monotonic() + 10
    while len(sent) < 20 and time.monotonic() < until:
        sent += findings(post)
        time.sleep(0.01)
    stop.set()
    thread.join(10)

    assert not thread.is_alive()
    assert len(sent) == agent.answered == 20
