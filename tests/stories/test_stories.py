"""Every story, told on one machine and on RabbitMQ and PostgreSQL with each part a process of its own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from sample.load import SHEET
from sample.stories.bank_system import NETWORK
from sample.stories.private import listening, private_stage
from sample.stories.stage import Stage
from sample.stories.teller import Teller
from sample.stories.tour import STORIES, tell_one
from tests.nodes import PostgresNode, RabbitNode
from tests.parts import await_port, running
from tests.stories import EACH_PART
from tests.town import Town, founded_at


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On one machine all, and in parts those of each kind; `--both` tells all there too."""
    everything = metafunc.config.getoption("both", default=False)
    distributed = list(STORIES) if everything else EACH_PART
    told = [*(("embedded", name) for name in STORIES), *(("distributed", name) for name in distributed)]
    metafunc.parametrize(("stage", "name"), told, indirect=["stage"])


@contextmanager
def distributed_stage(home: Path, database_url: str, broker_url: str) -> Iterator[Stage]:
    """serve, relay, work, clock, five agents and the phones, each a process, all reading one movable clock."""
    town = Town(home, database_url, broker_url).found()
    clock_file = home / "clock"
    town.settings["HECHA_CLOCK_FILE"] = str(clock_file)
    phones = town.settings["HECHA_SMS_URL"]
    sheet = json.loads((home / SHEET).read_text(encoding="utf-8"))
    town.settings["HECHA_WEBHOOK_NETWORKS"] = NETWORK
    calendar, records = town.house.rulebook.calendar, town.house.settings.record_folder
    stage = Stage(f"http://{town.http}", phones, sheet, clock_file, calendar, records, listening(town.house))
    stage.next_morning()
    commands = [["serve"], ["relay"], ["work"], ["clock"], ["phones", "--port", phones.rpartition(":")[2]]]
    commands += [["respond", "--unit", unit] for unit in ("police", "civil", "transport", "resources", "market")]
    parts = [town.part(*command) for command in commands]
    with running(parts):
        await_port(town.http, parts[0])
        await_port(phones.removeprefix("http://"), parts[4])
        yield stage
    stage.system.stop()
    town.close()


@pytest.fixture(scope="module")
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A running system, once for each engine; the stories of one engine play on the same stage, day after day."""
    home = tmp_path_factory.mktemp("stage")
    if request.param == "embedded":
        with private_stage(founded_at(home)) as stage:
            yield stage
        return
    postgres: PostgresNode = request.getfixturevalue("postgres")
    rabbit: RabbitNode = request.getfixturevalue("rabbit")
    rabbit.flush()
    with distributed_stage(home, postgres.fresh_database("stories"), rabbit.url) as stage:
        yield stage


def test_story_goes_as_told(stage: Stage, name: str) -> None:
    """The tour's story of this name, with every check in it."""
    tell = Teller(Console(width=110))
    tell_one(stage, name, tell)

    assert tell.checks > 0
