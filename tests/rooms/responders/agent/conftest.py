"""Record stores, a post office and agents for the responders' tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broker.transports.embedded import EmbeddedTransport
from responders.agent import agent as agent_of_unit
from responders.agent import lane
from responders.agent.agent import Agent
from responders.agent.record_stores import RecordPlace
from responders.handlers import Handler
from sample.city.archives import Row
from tests.rooms.responders.agent.letters import NOW, QUEUE
from tests.rooms.responders.agent.stores import HANDLERS, POLICE, Store

Opener = Callable[..., Store]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Opener]:
    """Makes a department's store: `store("police", member=[...])`."""
    stores: list[Store] = []

    def make(unit: str, **rows: list[Row]) -> Store:
        stores.append(Store(tmp_path / f"{unit}{len(stores)}.sqlite", unit, rows))
        return stores[-1]

    yield make
    for opened in stores:
        opened.records.close()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "PAUSES", (0.02,))  # so that no test waits
    monkeypatch.setattr(agent_of_unit, "WAIT", 0.02)


@pytest.fixture
def connect(tmp_path: Path) -> Callable[[], EmbeddedTransport]:
    """Opens one more connection to this test's post office."""
    return lambda: EmbeddedTransport(f"embedded://{tmp_path / 'letters.sqlite'}")


@pytest.fixture
def post(connect: Callable[[], EmbeddedTransport]) -> Iterator[EmbeddedTransport]:
    """The test's own connection, with the agent's queues."""
    transport = connect()
    transport.declare([QUEUE, "findings"])
    yield transport
    transport.close()


@pytest.fixture
def start(store: Opener, connect: Callable[[], EmbeddedTransport], tmp_path: Path) -> Iterator[Callable[..., Agent]]:
    """Makes an agent of the police over the family's records; `start(vehicle=handler)` gives it other handlers."""
    store("police", **POLICE)
    (tmp_path / "police0.sqlite").rename(tmp_path / "police.sqlite")
    agents: list[Agent] = []

    def make(**handlers: Handler) -> Agent:
        agents.append(Agent("police", connect, handlers or HANDLERS, RecordPlace(tmp_path, tmp_path / "seen.json"), lambda: NOW))
        return agents[-1]

    yield make
    for agent in agents:
        agent.close()
