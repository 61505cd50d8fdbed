"""A source in its agent: questions wait while it looks sick, and the house is told, without a word of "none"."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broker.transports.embedded import EmbeddedTransport
from responders.agent.agent import Agent
from responders.agent.record_stores import RecordPlace
from tests.phones import until
from tests.rooms.responders.agent.letters import NOW, findings, letter
from tests.rooms.responders.agent.stores import FATHER, SON, about
from tests.rooms.responders.sources.files import COMMON, DATABASE, HEADINGS, ROWS, loaded, write

Connect = Callable[[], EmbeddedTransport]


@pytest.fixture
def register(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The department's own table."""
    connection = sqlite3.connect(tmp_path / "vehicles.sqlite")
    connection.execute(f"CREATE TABLE clxx ({', '.join(HEADINGS)})")
    connection.executemany("INSERT INTO clxx VALUES (?, ?, ?, ?, ?)", ROWS)
    connection.commit()
    yield connection
    connection.close()


@pytest.fixture
def agent(tmp_path: Path, connect: Connect, register: sqlite3.Connection) -> Iterator[Agent]:
    """An agent whose one item is answered from it."""
    text = DATABASE.format(address=f"sqlite:///{tmp_path / 'vehicles.sqlite'}") + COMMON.replace("= 40", "= 5")
    write(tmp_path, text)
    made = Agent("police", connect, {"vehicle": loaded(tmp_path)}, RecordPlace(tmp_path, tmp_path / "seen.json"), lambda: NOW)
    yield made
    made.close()


def test_a_register_that_lost_a_tenth_says_nothing_until_it_is_whole(
    agent: Agent, post: EmbeddedTransport, register: sqlite3.Connection
) -> None:
    """Also what it had before the agent was started is remembered, beside the least that its file names."""
    post.publish([letter(about("vehicle", SON), "YES"), letter(about("vehicle", FATHER), "NONE")])
    until(lambda: agent.answer_once() == 2)
    told = {one.about: one.body["finding"]["outcome"] for one in findings(post)}
    assert told == {"YES": "confirmed", "NONE": "no_record"}

    register.execute("DELETE FROM clxx WHERE HPHM LIKE '浙GB003%'")
    register.commit()
    post.publish([letter(about("vehicle", FATHER), "WAITS")])
    until(lambda: agent.answer_once() == 0 and agent.ills() == {"vehicle": "away"})
    assert findings(post) == []
    register.executemany("INSERT INTO clxx VALUES (?, ?, ?, ?, ?)", ROWS[30:40])
    register.commit()
    until(lambda: agent.answer_once() == 1)
    assert [one.body["finding"]["outcome"] for one in findings(post)] == ["no_record"]
    assert agent.ills() == {}
