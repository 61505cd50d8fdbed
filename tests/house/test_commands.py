"""The commands others build on are there."""

from typer.testing import CliRunner

from deploy.cli import app

PROMISED = {"up", "serve", "relay", "work", "clock", "respond", "story", "phones", "load", "migrate", "doctor"}


def test_hecha_help_lists_every_promised_command_with_a_word_about_it() -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200", "TERM": "dumb"}).output
    described = {words[1] for line in shown.splitlines() if len(words := line.split()) > 3 and words[0] == "│"}

    assert described >= PROMISED
