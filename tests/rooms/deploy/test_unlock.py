"""The way back in when nobody can help, and keys made at the terminal."""

from pathlib import Path

import pyotp
import pytest
from typer.testing import CliRunner

from access.accounts import Account
from access.api_keys import ApiKey
from access.passwords import is_password
from access.sessions import find_session, open_session
from access.totp import has_totp, new_secret, set_totp
from access.units import Unit
from cases.trail import trail
from deploy.assembly import Assembly, assemble
from deploy.cli.app import app
from deploy.migrate import migrate_database
from deploy.settings import Settings


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assembly:
    """A house on files with one administrator, to whom the commands speak."""
    monkeypatch.setenv("HECHA_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    house = assemble(Settings(home=tmp_path))
    migrate_database(house.database)
    with house.database.write() as session:
        session.add(Unit(code="data-office", name_zh="数据局", name_en="Data", supervises=True))
        session.flush()
        session.add(Account(username="admin", name="余娟", unit="data-office", roles=["admin"]))
    return house


def test_whoever_lost_password_and_authenticator_gets_a_new_password_and_no_session_of_theirs_goes_on(house: Assembly) -> None:
    secret = new_secret()
    with house.database.write() as session:
        opened = open_session(session, session.get_one(Account, "admin"), house.now())
        assert set_totp(session, "admin", secret, _code(secret, house), house.now())
    shown = CliRunner().invoke(app, ["unlock", "admin"])
    password = shown.stdout.strip()

    assert shown.exit_code == 0
    with house.database.read() as session:
        account = session.get_one(Account, "admin")
        assert is_password(password, account.password_hash)
        assert account.password_given
        assert not has_totp(session, "admin")
        assert find_session(session, opened.token, house.now()) is None
        lines = trail.of_cases(session, [""])
    assert [(line.action, line.who, line.note) for line in lines] == [
        (action, "admin", "hecha unlock") for action in ("password_given", "totp_off", "sessions_end")
    ]
    house.database.close()


def _code(secret: str, house: Assembly) -> str:
    return pyotp.TOTP(secret).at(house.now())


def test_nobody_is_unlocked_who_is_not_there(house: Assembly) -> None:
    assert CliRunner().invoke(app, ["unlock", "nobody"]).exit_code == 2
    house.database.close()


@pytest.mark.parametrize(
    ("given", "scopes"),
    [([], ["ask", "read"]), (["--scope", "events", "--scope", "read", "--scope", "events"], ["read", "events"])],
)
def test_a_key_made_at_the_terminal_is_for_what_was_named(house: Assembly, given: list[str], scopes: list[str]) -> None:
    made = CliRunner().invoke(app, ["key", "admin", "--until", "2099-12-31", *given])

    assert made.exit_code == 0, made.output
    with house.database.read() as session:
        assert session.get_one(ApiKey, made.stdout.split("_")[1]).scopes == scopes
    house.database.close()


def test_an_unknown_scope_makes_no_key(house: Assembly) -> None:
    refused = CliRunner().invoke(app, ["key", "admin", "--until", "2099-12-31", "--scope", "everything"])

    assert refused.exit_code == 2
    assert "events" in refused.output
    house.database.close()
