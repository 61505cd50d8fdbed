"""The sample city, built once for all tests of it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.catalogue.catalogue import Catalogue, load
from cases.question import Finding, Question
from sample.city.archives import write_archives
from sample.city.city import City, build
from sample.city.stories import Story, stories
from sample.city.truth import Truth
from sample.questions.asking import ask_machines
from sample.questions.ordinary import ordinary
from sample.questions.searching import searching

SEARCHING, ORDINARY = 30_000, 5_000
Asked = list[tuple[Question, Finding]]


@pytest.fixture(scope="session")
def city() -> City:
    """The city as everybody gets it."""
    return build()


@pytest.fixture(scope="session")
def archives(city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the departments' record stores."""
    folder = tmp_path_factory.mktemp("archives")
    write_archives(city, folder)
    return folder


@pytest.fixture(scope="session")
def told(city: City) -> dict[str, Story]:
    """The stories by name."""
    return stories(city)


@pytest.fixture
def police(archives: Path) -> Iterator[sqlite3.Connection]:
    """The police's records, opened."""
    records = sqlite3.connect(archives / "police.sqlite")
    yield records
    records.close()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """What is packaged."""
    return load()


@pytest.fixture(scope="session")
def truth(city: City) -> Truth:
    """What is so."""
    return Truth(city)


@pytest.fixture(scope="session")
def searched(truth: Truth, catalogue: Catalogue, archives: Path) -> Asked:
    """Questions of every item that look for a wrong answer, and the answers."""
    questions = list(searching(truth, catalogue, SEARCHING))
    return list(zip(questions, ask_machines(archives, catalogue, questions), strict=True))


@pytest.fixture(scope="session")
def ordered(truth: Truth, catalogue: Catalogue, archives: Path) -> Asked:
    """Ordinary questions and their answers."""
    questions = list(ordinary(truth, catalogue, ORDINARY))
    return list(zip(questions, ask_machines(archives, catalogue, questions), strict=True))
