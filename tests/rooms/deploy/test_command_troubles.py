"""Each command × what may be away or spoilt: it ends with a line that says where to look, and never with a traceback."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.app import COMMANDS, app
from deploy.migrate import head_revision
from deploy.operations.open_database import open_database
from deploy.operations.secret_keys import open_vault
from deploy.settings import read_settings
from tests.rooms.county import settle

SECRET = "geheim"
NEWEST = head_revision()
# How each command is called; SPOT is a folder of the test's own. What runs until it is stopped waits for what is away and says so:
# tests/rooms/deploy/test_waiting_for_services.py.
CALLS = {
    "keys": [
        ["make", "new"], ["rotate", "house"], ["export", "house"], ["import", "SPOT/none", "--yes"], ["list"], ["revoke", "police"],
    ],
    "seals": [["list"], ["make"], ["revoke", "police"], ["export", "SPOT"]],
    "verify": [["SPOT/none.pdf"]],
    "who-asked": [["--reference", "2026-1"]],
    "blocked": [["HC-1", "--reason", "a complaint"]],
    "provision-broker": [["--folder", "SPOT", "--rabbitmqctl", "false"]],
    "encrypt": [[], ["--new-key"]],
    "backup": [["SPOT/backup"], ["SPOT/with", "--with-keys", "--passphrase-file", "SPOT/words"]],
    "restore": [["SPOT/none"], ["SPOT/words"]],
    "trail": [["verify"], ["prove", "HC-1"], ["check", "SPOT/none"], ["key"], ["checkpoints"]],
    "migrate": [[]],
    "load": [["SPOT/none.csv"], ["SPOT/empty.csv"]],
    "key": [["clerk", "--until", "2030-01-01"]],
    "unlock": [["clerk"]],
    "try": [["kinship", "SPOT/none.csv"]],
    "webhook": [["bank", "https://example.org/x"]],
    "dead": [[], ["--replay", "1"], ["--drop", "1", "--reason", "not needed"]],
    "doctor": [[]],
    "sample": [[]],
}  # fmt: skip
RUN_ON = {"up", "serve", "relay", "work", "clock", "respond", "story", "phones"}


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a county with all its keys."""
    home = tmp_path_factory.mktemp("home")
    settings = read_settings(home=home)
    assert call(["migrate"], home)[0] == 0
    database = open_database(settings, open_vault(settings))
    settle(database)
    database.close()
    assert call(["migrate"], home)[0] == 0  # with the keys of the county's units
    return home


def call(words: list[str], home: Path, **settings: str) -> tuple[int, str]:
    """How the command ended, and what it said."""
    env = {"HECHA_HOME": str(home), "HECHA_HTTP": "127.0.0.1:0", **settings}
    result = CliRunner().invoke(app, words, env=env, input=f"{SECRET}\n")
    assert result.exception is None or isinstance(result.exception, SystemExit), (words, repr(result.exception))
    assert "Traceback" not in result.output
    assert SECRET not in result.output.replace(f"{SECRET}\n", "", 1)
    return result.exit_code, result.output


def nothing(_home: Path) -> dict[str, str]:
    """All is well: the calls themselves are right."""
    return {}


def database_away(_home: Path) -> dict[str, str]:
    """Nobody listens there."""
    return {"HECHA_DATABASE_URL": f"postgresql+psycopg://hecha:{SECRET}@127.0.0.1:9/hecha"}


def broker_away(_home: Path) -> dict[str, str]:
    """Nobody listens there."""
    return {"HECHA_BROKER_URL": f"amqp://hecha:{SECRET}@127.0.0.1:9/hecha"}


def rows_changed(home: Path) -> dict[str, str]:
    """In the first row of each table each value that a time, JSON or bytes was is none any more."""
    with sqlite3.connect(home / "hecha.sqlite") as connection:
        for (table,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'"
        ).fetchall():
            for _, name, kind, _, _, key in connection.execute(f"PRAGMA table_info('{table}')").fetchall():
                spoilt = "no such thing" if kind.startswith(("DATETIME", "JSON", "DATE")) else b"\xff\xfe"
                if not key and kind not in ("BOOLEAN", "INTEGER", "BIGINT"):
                    connection.execute(
                        f'UPDATE "{table}" SET "{name}" = ? WHERE rowid = (SELECT min(rowid) FROM "{table}")', [spoilt]
                    )
    return {}


def keys_missing(home: Path) -> dict[str, str]:
    """The folder was not brought along."""
    shutil.rmtree(home / "keys")
    return {}


def keys_unreadable(home: Path) -> dict[str, str]:
    """Folders where files should be: nobody can read them, whoever runs this."""
    for file in [path for path in (home / "keys").rglob("*") if path.is_file()]:
        file.unlink()
        file.mkdir()
    return {}


def keys_spoilt(home: Path) -> dict[str, str]:
    """No text at all."""
    for file in [path for path in (home / "keys").rglob("*") if path.is_file()]:
        file.write_bytes(b"\xff\xfe")
    return {}


def letter_keys_spoilt(home: Path) -> dict[str, str]:
    """Those of letters alone."""
    for file in (home / "keys" / "letters").iterdir():
        file.write_bytes(b"\xff\xfe")
    return {}


TROUBLES = [nothing, database_away, broker_away, rows_changed, keys_missing, keys_unreadable, keys_spoilt, letter_keys_spoilt]
# What is said where: trouble, command, words.
SAID = [
    (database_away, ["migrate"], "nobody listens at 127.0.0.1:9"),
    (broker_away, ["migrate"], "Look at HECHA_BROKER_URL"),
    (broker_away, ["keys", "rotate", "house"], "Look at HECHA_BROKER_URL"),
    (rows_changed, ["backup", "SPOT/backup"], "a row of the table area, row 1 or a later one,"),
    (rows_changed, ["load", "SPOT/empty.csv"], "a row of the table area"),
    (keys_missing, ["migrate"], "letters/house.json is missing"),
    (keys_unreadable, ["backup", "SPOT/backup"], "keys/secret.keys: Is a directory"),
    (keys_spoilt, ["trail", "key"], "keys/secret.keys: expected UTF-8"),
    (letter_keys_spoilt, ["migrate"], "expected letter keys in JSON"),
]  # fmt: skip


def placed(words: list[str], spot: Path) -> list[str]:
    """The call with the test's own folder in it."""
    (spot / "words").write_text("a passphrase that is long\n")
    (spot / "empty.csv").touch()
    return [word.replace("SPOT", str(spot)) for word in words]


def test_the_table_knows_every_command() -> None:
    assert {*CALLS, *RUN_ON} == set(COMMANDS)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_command_ends_in_a_traceback(trouble: Callable[[Path], dict[str, str]], lived_in: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    for command, calls in CALLS.items():
        for words in calls:
            shutil.copytree(lived_in, home)
            spot = tmp_path / "spot"
            spot.mkdir()
            code, said = call([command, *placed(words, spot)], home, **trouble(home))
            assert "nobody expected this" not in said or (code == 2 and trouble is rows_changed)
            shutil.rmtree(home)
            shutil.rmtree(spot)


@pytest.mark.parametrize(("trouble", "words", "wanted"), SAID)
def test_the_line_says_where_to_look(
    trouble: Callable[[Path], dict[str, str]], words: list[str], wanted: str, lived_in: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(lived_in, home)
    code, said = call(placed(words, tmp_path), home, **trouble(home))

    said = said.strip().removeprefix(f"{NEWEST}\n")  # migrate says first what it brought about
    assert (code, wanted in said, len(said.splitlines())) == (2, True, 1), said
