"""What each command loads: nothing of the sample city in production, and of large packages only those that the command needs."""

import json
import subprocess
import sys
from functools import cache

import pytest

from deploy.cli.commands import COMMANDS
from tests.house.commands import all_commands
from tests.house.rooms import ROOT

LOAD = """import json, sys
from deploy.cli.app import Commands
command = Commands().get_command(None, {command!r})
print(json.dumps(sorted(sys.modules)))"""
# What is large, or has no business in most parts, and which of it a part has once it is loaded.
LARGE = {
    "aiohttp", "alembic", "argon2", "asn1crypto", "authlib", "babel", "click", "django_htmx", "drawsvg", "fastapi",
    "holidays", "httpx2", "jinja2", "joserfc", "kombu", "lxml", "mako", "openpyxl", "phonenumbers", "pika",
    "prometheus_client", "psycopg", "pwdlib", "pygal", "pygments", "pyhanko", "pyhanko_certvalidator", "pyotp", "requests",
    "rich", "segno", "sqlalchemy", "sqlmodel", "starlette", "starlette_admin", "typst", "urllib3", "uvicorn", "yaml",
}  # fmt: skip
DATABASE = {"psycopg", "sqlalchemy", "sqlmodel"}
ROOMS = DATABASE | {"holidays"}
PAGES = ROOMS | {"pyotp", "fastapi", "starlette", "uvicorn", "click", "jinja2", "prometheus_client"}
ALLOWED = {"respond": set[str](), "relay": DATABASE, "work": ROOMS, "clock": ROOMS, "serve": PAGES}


@cache
def loaded_by(command: str) -> list[str]:
    """Every module that is loaded once this command is."""
    done = subprocess.run([sys.executable, "-c", LOAD.format(command=command)], cwd=ROOT, capture_output=True, text=True,
                          timeout=60, check=True)  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.parametrize("command", ALLOWED)
def test_what_runs_in_production_loads_nothing_of_the_sample_and_nothing_large_that_it_does_without(command: str) -> None:
    loaded = {name.partition(".")[0] for name in loaded_by(command)}

    assert "sample" not in loaded
    assert loaded & LARGE - ALLOWED[command] == set()
    assert ALLOWED[command] - loaded == set(), "it is allowed what it does without"
    assert {"deploy", "structlog"} <= loaded, "a test that sees nothing loaded looks at nothing"


def test_the_relay_and_an_agent_load_no_room() -> None:
    pages, tables = ("web", "requesters", "supervisors"), ("access.units", "cases.case", "storage.database")
    relay = [name for name in loaded_by("relay") if name.startswith((*pages, "contacts", "responders", "cases.case"))]
    agent = [name for name in loaded_by("respond") if name.startswith((*pages, "contacts", "responders.desk", *tables))]

    assert (relay, agent) == ([], [])


def test_the_sample_would_be_seen_where_it_is_loaded() -> None:
    assert "sample.load" in loaded_by("up")


def test_every_command_stands_among_the_commands() -> None:
    folders = {listed.place.partition(":")[0].rpartition(".")[0] for listed in COMMANDS.values()}

    assert folders == {"deploy.cli", "deploy.cli.parts", "sample.cli"}


def test_the_help_says_of_each_command_what_the_command_says_of_itself() -> None:
    said = {name: str(command.help).split("\n")[0] for name, command in all_commands().items()}

    assert {name: listed.words for name, listed in COMMANDS.items()} == said
