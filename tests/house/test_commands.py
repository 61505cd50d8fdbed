"""The commands others build on are there, and say in words what is wrong."""

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.app import app

PROMISED = {"up", "serve", "relay", "work", "clock", "respond", "story", "phones", "load", "migrate", "doctor", "key", "unlock"}


def test_hecha_help_lists_every_promised_command_with_a_word_about_it() -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200", "TERM": "dumb"}).output
    described = {words[1] for line in shown.splitlines() if len(words := line.split()) > 3 and words[0] == "│"}

    assert described >= PROMISED


@pytest.mark.parametrize("variable", ["HECHA_HTTP", "HECHA_SMS_URL"])
def test_an_address_in_use_is_named_before_anything_is_started(tmp_path: Path, variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        free = {"HECHA_HTTP": "127.0.0.1:0", "HECHA_SMS_URL": "http://127.0.0.1:0", "HECHA_HOME": str(tmp_path / "home")}
        given = {**free, variable: address if variable == "HECHA_HTTP" else f"http://{address}"}

        result = CliRunner().invoke(app, ["up"], env=given)

    assert result.exit_code == 2
    assert f"{address} is in use." in result.output
    assert not (tmp_path / "home").exists()
