"""An agent's sign of life: what it says, how often, and its farewell."""

import threading
from collections.abc import Callable
from datetime import timedelta

from broker.transports.embedded import EmbeddedTransport
from cases.agents import Heartbeat
from responders.agent.agent import Agent
from responders.agent.heartbeat import HeartbeatSender
from tests.rooms.responders.agent.letters import NOW, sent_letters


def test_an_agent_says_what_it_can_when_it_starts_and_that_it_goes_when_it_stops(
    start: Callable[..., Agent], post: EmbeddedTransport
) -> None:
    agent, stop = start(), threading.Event()
    thread = threading.Thread(target=agent.run, args=(stop,))
    thread.start()
    stop.wait(0.3)
    stop.set()
    thread.join(10)
    hello, farewell = sent_letters(post)

    assert (hello.kind, hello.to, hello.about) == ("alive", "findings", "")
    assert (hello.body["unit"], hello.body["running"], hello.body["records"]) == ("police", True, True)
    assert {"kinship", "death"} <= set(hello.body["items"])
    assert (farewell.body["running"], farewell.body["started_at"]) == (False, hello.body["started_at"])
    assert all(Heartbeat.model_validate(one.body).unit == "police" for one in (hello, farewell))


def test_a_sign_is_due_every_quarter_minute_and_when_records_come_or_go() -> None:
    sign = HeartbeatSender("police", ["death"], "1")
    assert sign.is_due(NOW, {})
    sign.letter(NOW, {}, stopping=False, answered=0)

    assert [sign.is_due(NOW + timedelta(seconds=s), {}) for s in (0, 14, 15)] == [False, False, True]
    assert sign.is_due(NOW, {"death": "away"})
    assert sign.is_due(NOW - timedelta(seconds=1), {}), "a clock that was put back must not silence an agent"
