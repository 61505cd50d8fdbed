"""The files for running Hecha for real name commands, options and settings that exist."""

import configparser
import re
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.settings import Settings
from tests.house.commands import all_commands
from tests.house.rooms import ROOMS, ROOT

UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
COMPOSE = (ROOT / "deploy/compose.yaml").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
# What must not be known where it is not needed, and who needs it.
SECRETS = {
    "HECHA_DATABASE_URL": {"migrate", "serve", "relay", "work", "clock"},
    "HECHA_SECRET_KEYS": {"migrate", "serve", "relay", "work", "clock"},
    "HECHA_BROKER_URL": {"migrate", "serve", "relay", "work", "respond-police"},
    "HECHA_SMS_TOKEN": {"serve", "work", "clock"},
    "HECHA_SMS_SECOND_TOKEN": {"serve", "work", "clock"},
    "HECHA_METRICS_TOKEN": {"serve"},
    "HECHA_DATABASE_DIRECT_URL": {"migrate", "serve", "relay", "work", "clock"},
    "HECHA_OIDC_CLIENT_SECRET": {"serve"},
    "POSTGRES_PASSWORD": {"postgres"},
    "RABBITMQ_DEFAULT_PASS": {"rabbitmq"},
}
EXAMPLE = (ROOT / "deploy/hecha.env.example").read_text(encoding="utf-8")
ENV = dict(line.split("=", 1) for line in EXAMPLE.splitlines() if re.match(r"\w+=", line))
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
    for service in SERVICES.values():
        if "command" in service:
            yield "compose.yaml", service["command"]


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
    told = [service["environment"][name] for service in SERVICES.values() for name in SECRETS if name in service["environment"]]
    assert all(value is None or value.startswith("${") for value in told)


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_is_told_what_it_needs_and_nothing_else(service: str) -> None:
    """PostgreSQL and RabbitMQ got the SMS token and the secret keys, and a department's agent the database's password."""
    told = set(SERVICES[service]["environment"])

    assert "env_file" not in SERVICES[service]
    assert {name for name, needed in SECRETS.items() if name in told} == {name for name, who in SECRETS.items() if service in who}
    assert {name.removeprefix("HECHA_").lower() for name in told if name.startswith("HECHA_")} <= set(Settings.model_fields)


def test_every_setting_reaches_the_service_that_reads_it_or_stands_for_a_file_there() -> None:
    told = {name.removeprefix("HECHA_").lower() for service in SERVICES.values() for name in service["environment"]}
    files = {"home", "broker_ca", "letter_keys", "records", "folders", "holidays", "clock_file"}  # a volume brings these

    assert set(Settings.model_fields) - told == files


def test_what_is_filled_in_is_taken_up_by_some_container_and_nothing_that_is_asked_for_is_left_out() -> None:
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE))
    passed = {name for service in SERVICES.values() for name, value in service["environment"].items() if value is None}

    assert set(ENV) <= asked | passed
    assert set(re.findall(r"\$\{(\w+):\?", COMPOSE)) <= set(ENV)
    assert asked - set(ENV) <= set(re.findall(r"^#(\w+)=", EXAMPLE, re.MULTILINE))


def test_a_departments_agent_shares_nothing_with_the_house_but_the_broker() -> None:
    agent, house = SERVICES["respond-police"], SERVICES["serve"]
    volumes = {volume.partition(":")[0] for volume in agent["volumes"]}

    assert volumes == {"./records", "police"}
    assert volumes.isdisjoint(volume.partition(":")[0] for volume in house["volumes"])
    assert "data" not in agent["networks"]
    assert SERVICES["postgres"]["networks"] == ["data"]


def test_nothing_leaves_a_core_dump() -> None:
    assert {name: service["ulimits"]["core"] for name, service in SERVICES.items()} == dict.fromkeys(SERVICES, 0)
    assert [unit_of(path)["Service"]["LimitCORE"] for path in UNITS] == ["0"] * len(UNITS)


def test_the_gateway_that_is_believed_is_the_networks_own() -> None:
    network = yaml.safe_load(COMPOSE)["networks"]["house"]["ipam"]["config"][0]
    believed = re.fullmatch(r"\$\{HECHA_PROXIES:-(.+)\}", SERVICES["serve"]["environment"]["HECHA_PROXIES"])

    assert believed is not None
    assert Settings(proxies=believed[1]).proxies == (ip_network(f"{network['gateway']}/32"),)
    assert ip_network(f"{network['gateway']}/32").subnet_of(ip_network(network["subnet"]))


def test_nothing_but_the_program_goes_into_an_image() -> None:
    """The rooms are let in by name; what lies beside them, and what may lie within, is not."""
    let_in = {line.removeprefix("!") for line in IGNORED if line.startswith("!")}
    after = IGNORED[max(number for number, line in enumerate(IGNORED) if line.startswith("!")) :]

    assert next(line for line in IGNORED if not line.startswith("#")) == "*"
    assert let_in == {*ROOMS, "LICENSE", "README.md", "pyproject.toml", "requirements.lock"}
    assert {"**/*.env", "**/*.sqlite*", "**/hecha.toml", "deploy/records"} <= set(after)
