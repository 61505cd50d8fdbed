"""`hecha trail`, `hecha backup` and `hecha restore`, as an operator types them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cases.trail import trail
from cases.trail.trail_line import TrailLine
from deploy.cli.app import app
from deploy.operations.secret_keys import open_vault
from deploy.settings import Settings
from storage.database import Database
from tests.rooms.county import MONDAY

Hecha = Callable[..., Result]
PHRASE = "neun lange Nächte"


def at_home(home: Path) -> Hecha:
    """Runs a command on the house in this folder."""

    def run(*words: str, input: str | None = None) -> Result:  # noqa: A002  # as CliRunner calls it
        return CliRunner().invoke(app, list(words), env={"HECHA_HOME": str(home), "HECHA_LOCALE": "en"}, input=input)

    return run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house with two cases' worth of lines on its trail."""
    folder = tmp_path_factory.mktemp("home")
    assert at_home(folder)("migrate").exit_code == 0
    settings = Settings(home=folder)
    database = Database(settings.database, open_vault(settings))
    with database.write() as session:
        line = TrailLine(MONDAY, "look", "person", "clerk", "police", note="卷七")
        trail.write(session, [line._replace(number=number) for number in ("A-1", "A-2", "A-1")])
    database.close()
    return folder


def test_a_proof_made_in_the_house_is_checked_without_it(home: Path, tmp_path: Path) -> None:
    hecha, proof, key = at_home(home), tmp_path / "proof.json", tmp_path / "house.pem"
    assert hecha("trail", "prove", "a-1", "--out", str(proof), "--contents").exit_code == 0
    assert hecha("trail", "key", "--out", str(key)).exit_code == 0
    stranger = at_home(tmp_path / "elsewhere")

    good = stranger("trail", "check", str(proof), "--key", str(key))
    assert good.exit_code == 0
    assert "2 lines of case A-1" in good.output
    assert "卷七" in good.output
    assert stranger("trail", "check", str(proof)).exit_code == 2  # another house did not sign it
    told = json.loads(proof.read_text())
    told["lines"][0]["who"] = "somebody"
    proof.write_text(json.dumps(told))
    assert stranger("trail", "check", str(proof), "--key", str(key)).exit_code == 2
    assert hecha("trail", "prove", "A-9").exit_code == 2


def test_verifying_says_what_was_looked_at_and_ends_with_1_if_something_is_wrong(home: Path, tmp_path: Path) -> None:
    hecha, copies = at_home(home), tmp_path / "copies.jsonl"
    hecha("trail", "prove", "A-1")
    assert hecha("trail", "checkpoints", "--out", str(copies)).exit_code == 0
    whole = hecha("trail", "verify", "--checkpoints", str(copies))

    assert whole.exit_code == 0
    assert "The trail is whole." in whole.output
    assert hecha("trail", "verify", "--case", "A-2").exit_code == 0
    assert hecha("trail", "verify", "--case", "A-9").exit_code == 2
    copies.write_text(copies.read_text() + "{}\n")
    assert hecha("trail", "verify", "--checkpoints", str(copies)).exit_code == 2


def test_a_house_with_its_keys_moves_to_another_place(home: Path, tmp_path: Path) -> None:
    file, phrase = tmp_path / "house.backup", tmp_path / "phrase"
    phrase.write_text(PHRASE)
    made = at_home(home)("backup", str(file), "--with-keys", "--passphrase-file", str(phrase))
    assert (made.exit_code, "sealed with the passphrase" in made.output) == (0, True)
    there = at_home(tmp_path / "there")
    assert there("restore", str(file), input="the wrong passphrase\n").exit_code == 2
    done = there("restore", str(file), input=f"{PHRASE}\n")

    assert (done.exit_code, "The trail is whole." in done.output) == (0, True)
    assert (tmp_path / "there/keys/secret.keys").read_bytes() == (home / "keys/secret.keys").read_bytes()
    assert there("trail", "verify", "--case", "A-1").exit_code == 0
    assert there("restore", str(file)).exit_code == 2  # it is not empty any more
    assert there("migrate").exit_code == 0


def test_without_keys_it_says_so_and_restores_only_where_they_are(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "house.backup"
    made = at_home(home)("backup", str(file))
    assert (made.exit_code, "The keys are NOT in it" in " ".join(made.output.split())) == (0, True)
    assert at_home(home)("backup", str(file)).exit_code == 2
    there = at_home(tmp_path / "there")
    refused = there("restore", str(file))
    assert (refused.exit_code, "The keys are not in this backup" in " ".join(refused.output.split())) == (2, True)
    assert not (tmp_path / "there/hecha.sqlite").exists()
    (tmp_path / "there/keys").mkdir(parents=True)
    (tmp_path / "there/keys/secret.keys").write_bytes((home / "keys/secret.keys").read_bytes())

    assert there("restore", str(file)).exit_code == 0


def test_short_passphrases_and_other_files_are_refused(home: Path, tmp_path: Path) -> None:
    hecha, other = at_home(home), tmp_path / "other"
    for phrase in ("a" + " " * 12 + "b", "short"):
        other.write_text(phrase)
        assert hecha("backup", str(tmp_path / "x"), "--with-keys", "--passphrase-file", str(other)).exit_code == 2
    assert at_home(tmp_path / "there")("restore", str(other)).exit_code == 2
    assert at_home(tmp_path / "there")("restore", str(tmp_path / "none")).exit_code == 2
