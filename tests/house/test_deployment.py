"""The files for running Hecha for real name commands, options and settings that exist."""

import configparser
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.settings import Settings
from tests.house.commands import all_commands
from tests.house.rooms import ROOT

UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
COMPOSE = (ROOT / "deploy/compose.yaml").read_text(encoding="utf-8")
ENV = dict(line.split("=", 1) for line in (ROOT / "deploy/hecha.env.example").read_text().splitlines() if re.match(r"\w+=", line))
PARTS = {"serve", "relay", "work", "clock", "respond"}


def unit_of(path: Path) -> configparser.ConfigParser:
    """A systemd unit; a key given twice keeps its last value."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd minds the case
    parser.read(path)
    return parser


def started() -> Iterator[tuple[str, list[str]]]:
    """Which file starts `hecha` with which words."""
    for path in UNITS:
        yield path.name, unit_of(path)["Service"]["ExecStart"].split()[1:]
    for words in re.findall(r"^    command: \[(.*)\]", COMPOSE, re.MULTILINE):
        yield "compose.yaml", [word.strip() for word in words.split(",")]


@pytest.mark.parametrize(("file", "words"), list(started()))
def test_what_is_started_is_a_command_with_these_options(file: str, words: list[str]) -> None:
    commands = all_commands()

    assert words[0] in commands, f"{file} starts hecha {words[0]}"
    options = {option for parameter in commands[words[0]].params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_every_part_of_the_house_is_started_by_both() -> None:
    by_file = [(file, words[0]) for file, words in started()]

    assert {command for file, command in by_file if file != "compose.yaml"} == PARTS
    assert {command for file, command in by_file if file == "compose.yaml"} == PARTS | {"migrate"}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_comes_back_by_itself_and_may_do_no_more_than_it_must(path: Path) -> None:
    service = unit_of(path)["Service"]
    wanted = {"Restart": "always", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "PrivateTmp": "yes", "User": "hecha"}

    assert {key: service[key] for key in wanted} == wanted
    assert service["EnvironmentFile"].startswith("/etc/hecha/")


def test_the_example_of_the_settings_holds_settings_that_are_taken() -> None:
    given: dict[str, Any] = {name.removeprefix("HECHA_").lower(): value for name, value in ENV.items() if name.startswith("HECHA_")}

    assert set(given) <= set(Settings.model_fields)
    assert Settings(**given).public == ENV["HECHA_PUBLIC_URL"]


def test_no_password_stands_in_the_files() -> None:
    placeholders = {"DATABASE_PASSWORD", "BROKER_PASSWORD", "TOKEN"}
    secrets = {value for name, value in ENV.items() if name.endswith(("PASSWORD", "PASS", "TOKEN"))}

    assert secrets <= placeholders
    assert {word for url in ENV.values() for word in re.findall(r"://\w+:(\w+)@", url)} <= placeholders
    assert "PASSWORD:" not in COMPOSE
