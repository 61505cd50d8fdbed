"""Every queue that somebody may post into is read by somebody."""

import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import insert

from access import units
from access.units import Unit
from broker.transports.transport import DEAD
from deploy.assembly import Assembly, assemble
from deploy.settings import Settings
from responders.agent.agent import Agent
from sample.city import directory

BLANK = {"window_phone": "", "webhook": ""}


@pytest.fixture
def house(sqlite_pattern: Path, tmp_path: Path) -> Iterator[Assembly]:
    """A house with the sample city's units, each answering one with a record store."""
    shutil.copy(sqlite_pattern, tmp_path / "hecha.sqlite")
    house = assemble(Settings(home=tmp_path))
    with house.database.write() as session:
        session.execute(insert(Unit), [asdict(unit) | BLANK for unit in directory.units()])
    (tmp_path / "records").mkdir()
    for unit in directory.units():
        if unit.holds:
            (tmp_path / "records" / f"{unit.code}.sqlite").touch()
    yield house
    house.database.close()


def queues_of(house: Assembly) -> set[str]:
    """The queues that the units in the database need."""
    with house.database.read() as session:
        return {*units.queues(list(units.all_units(session).values())), DEAD}


def test_every_queue_has_a_reader(house: Assembly) -> None:
    agents = {agent.queue for agent in house.agents().values() if isinstance(agent, Agent)}

    assert queues_of(house) == agents | set(house.workers())


def test_a_question_to_a_unit_without_records_here_waits_for_the_units_own_agent(house: Assembly) -> None:
    (house.settings.record_folder / "police.sqlite").unlink()

    assert "agent police" not in house.agents()
    assert "questions.police" in queues_of(house) - set(house.workers())


def test_for_every_kind_of_queue_there_is_something_to_do(house: Assembly) -> None:
    kinds = {queue.partition(".")[0] for queue in queues_of(house)} - {"questions", DEAD}

    assert kinds == set(house.handlers())


def test_an_agent_starts_for_a_handler_that_reads_no_record_file(house: Assembly) -> None:
    item = next(one for one in house.rulebook.catalogue.items.values() if one.holder == "civil")
    (house.settings.record_folder / "civil.sqlite").unlink()
    assert "agent civil" not in house.agents()

    (house.settings.home / "handlers").mkdir()
    handler = "def open_records(path):\n    return None\n\n\ndef find(records, questions):\n    return []\n"
    (house.settings.home / "handlers" / f"{item.code}.py").write_text(handler)
    house.declare()
    assert "agent civil" in house.agents()


def test_an_agent_whose_records_were_there_starts_and_says_that_they_are_missing(house: Assembly) -> None:
    (house.settings.home / "records-seen").mkdir()
    (house.settings.home / "records-seen" / "police.json").write_text("{}")
    (house.settings.record_folder / "police.sqlite").unlink()

    assert "agent police" in house.agents()
