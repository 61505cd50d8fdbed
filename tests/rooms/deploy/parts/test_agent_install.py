"""`hecha-agent` in an environment of its own: nothing of the house is there, and it answers a question of the house."""

import json
import os
import re
import subprocess
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.rooms import ROOT
from tests.nodes import PostgresNode, RabbitNode
from tests.parts import HECHA, Part, running
from tests.phones import until
from tests.rooms.deploy.parts.installs import AGENT, LOCK, AgentInstall
from tests.town import Town, questions

HOUSE = ("web", "requesters", "supervisors", "administrators", "contacts", "access", "sample", "deploy.assembly", "deploy.settings",
         "broker.outbox", "broker.worker", "cases.case", "storage.database", "storage.sheets", "responders.desk")  # fmt: skip
LARGE = ("sqlmodel", "sqlalchemy", "psycopg", "alembic", "fastapi", "starlette", "uvicorn", "jinja2", "openpyxl", "pyhanko",
         "typst", "twilio", "requests", "kombu", "typer", "rich", "pydantic_settings")  # fmt: skip
FIND = """import json, sys
from importlib.util import find_spec
def there(name):
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
print(json.dumps([name for name in sys.argv[1:] if there(name)]))"""
LOADED = """import json, sys
import deploy.agent.command
from responders.handlers import load
load()
print(json.dumps([module.__file__ for module in sys.modules.values() if getattr(module, "__file__", None)]))"""


@pytest.fixture(scope="module")
def install(tmp_path_factory: pytest.TempPathFactory) -> AgentInstall:
    """The agent, installed."""
    return AgentInstall(tmp_path_factory.mktemp("agent") / "venv")


@pytest.fixture
def town(tmp_path: Path, postgres: PostgresNode, rabbit: RabbitNode) -> Iterator[Town]:
    """The house, without the records of the police."""
    house = Town(tmp_path / "house", postgres.fresh_database("installed"), rabbit.url).found()
    yield house
    house.close()


def test_nothing_of_the_house_is_installed(install: AgentInstall) -> None:
    assert json.loads(install.ask(FIND, *HOUSE, *LARGE)) == []
    assert json.loads(install.ask(FIND, "responders.agent.agent", "pika")) == ["responders.agent.agent", "pika"], "it looks at all"


def test_all_that_is_installed_of_ours_is_loaded_and_nothing_is_missing(install: AgentInstall) -> None:
    with zipfile.ZipFile(install.wheel) as wheel:
        held = {name for name in wheel.namelist() if name.endswith(".py") and not name.startswith("responders/handlers/")}
    loaded = {Path(file) for file in json.loads(install.ask(LOADED))}

    assert held - {str(file.relative_to(install.site)) for file in loaded if file.is_relative_to(install.site)} == set()


def test_it_is_locked_as_the_house_is() -> None:
    ours = tomllib.loads((AGENT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    house = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]

    assert set(ours) <= set(house)
    assert set(_blocks(LOCK)) <= set(_blocks(ROOT / "requirements.lock"))


def test_contributing_says_how_many_lines_a_department_reads(install: AgentInstall) -> None:
    with zipfile.ZipFile(install.wheel) as wheel:
        texts = [wheel.read(name).decode().splitlines() for name in wheel.namelist() if name.endswith(".py")]
    said = re.search(r"([\d,]+) lines of Python in (\d+) files", (ROOT / "README.md").read_text(encoding="utf-8"))

    assert said is not None
    assert len(texts) == int(said[2])
    assert abs(sum(map(len, texts)) - int(said[1].replace(",", ""))) < 300


def test_a_wrong_setting_is_named(install: AgentInstall, tmp_path: Path) -> None:
    wrong = install.run("respond", "--unit", "police", HECHA_HOME=str(tmp_path), HECHA_BROKER="amqp://x")
    none = install.run("respond", "--unit", "police", HECHA_HOME=str(tmp_path))

    assert (wrong.returncode, wrong.stderr) == (2, "Wrong setting\nHECHA_BROKER: there is no such setting\n")
    assert (none.returncode, none.stderr.split(":")[0]) == (2, "Wrong setting\nHECHA_BROKER_URL")


def test_it_answers_a_question_of_the_house(install: AgentInstall, town: Town, tmp_path: Path) -> None:
    home, ours, theirs = tmp_path / "department", tmp_path / "police.json", tmp_path / "house.json"
    settings = {"HECHA_HOME": str(home), "HECHA_BROKER_URL": town.settings["HECHA_BROKER_URL"]}
    _of_house(town, "keys", "export", "house", "--to", str(theirs))
    (town.home / "keys/letters/unit-police.json").unlink()
    for words in (["make", "police"], ["export", "police", "--to", str(ours)], ["import", str(theirs), "--yes"]):
        done = install.run("keys", *words, **settings)
        assert done.returncode == 0, done.stderr
    _of_house(town, "keys", "import", str(ours), "--yes")
    (home / "records").mkdir()
    (town.home / "records/police.sqlite").rename(home / "records/police.sqlite")
    prefix = ["env", *(word for name in os.environ if name.startswith(("PYTHON", "HECHA_")) for word in ("-u", name))]
    agent = Part(["respond", "--unit", "police"], settings, tmp_path, prefix, [str(install.command)])

    with running([town.part("relay"), town.part("work"), agent]):
        town.ask(questions(1))
        until(lambda: town.answers() == 1 or not agent.alive(), 60)

        assert town.answers() == 1, agent.tail()


def _of_house(town: Town, *words: str) -> None:
    done = subprocess.run([HECHA, *words], env=os.environ | town.settings, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def _blocks(lock: Path) -> list[str]:
    return re.findall(r"^[a-z0-9-]+==.*\n(?:    --hash=.*\n?)+", lock.read_text(encoding="utf-8"), re.MULTILINE)
