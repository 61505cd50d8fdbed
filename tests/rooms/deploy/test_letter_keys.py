"""Letter keys: made where they belong, told to the other side, followed by others, revoked at once."""

import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from access.units import Unit
from broker.crypto.bad_letters import BadLetter
from broker.crypto.key_file import KeyFile
from broker.crypto.key_ring import HOUSE, KeysAway, WrongKey
from broker.crypto.letter_keys import known_keys
from broker.letter import Letter
from deploy.agent.unit_keys import OVERLAP, add_pair, key_file, make_pair, unit_envelope
from deploy.assembly import Assembly, assemble
from deploy.cli.app import app
from deploy.migrate import migrate_database
from deploy.operations.doctor import _owners
from deploy.operations.letter_keys import KeysElsewhere, settle_keys
from deploy.settings import Settings

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated database with two units."""
    house = assemble(Settings(home=tmp_path_factory.mktemp("pattern")))
    migrate_database(house.database)
    with house.database.write() as session:
        session.add_all(Unit(code=code, name_zh=code, name_en=code, answers=True) for code in ("police", "civil"))
    house.database.close()
    return house.settings.home


@pytest.fixture
def house(pattern: Path, tmp_path: Path) -> Iterator[Assembly]:
    """A house whose units' agents run elsewhere: its post office is a server."""
    home = tmp_path / "house"
    home.mkdir()
    for name in ("hecha.sqlite", "keys/secret.keys"):
        (home / name).parent.mkdir(exist_ok=True, mode=0o700)
        (home / name).write_bytes((pattern / name).read_bytes())
    made = assemble(Settings(home=home, broker_url="amqp://nobody@127.0.0.1:1/hecha"))
    yield made
    made.database.close()


def settle(house: Assembly, *units: str) -> None:
    settle_keys(house.settings, house.database, units, NOW)


def run(home: Path, *words: str) -> Result:
    """`hecha keys` on the machine with this home."""
    return CliRunner().invoke(app, ["keys", *words], env={"HECHA_HOME": str(home), "COLUMNS": "200"})


def owners(house: Assembly) -> list[str]:
    with house.database.read() as session:
        return [key.owner for key in known_keys(session)]


def finding(unit: str = "police") -> Letter:
    return Letter.post("finding", "findings", "1", {"unit": unit}, datetime.now(UTC))


def send(house: Assembly, unit_home: Path) -> str:
    """Why the house does not believe a finding sealed on that machine now; empty where it does."""
    envelope = unit_envelope(key_file(Settings(home=unit_home), "police"), "police", house.now)
    house.envelope._ring._until = 0.0  # type: ignore[attr-defined]  # the two seconds are over
    try:
        house.envelope.open(envelope.encrypt([finding()])[0] or b"", "findings")
    except BadLetter as bad:
        return str(bad)
    return ""


def test_the_first_start_makes_the_keys_of_one_machine_and_a_second_start_none(house: Assembly) -> None:
    (house.settings.home / "records").mkdir()
    (house.settings.home / "records" / "police.sqlite").touch()

    settle(house, "police", "civil")
    settle(house, "police", "civil")

    assert owners(house) == [HOUSE, "police"], "the agent of civil runs elsewhere"
    assert send(house, house.settings.home) == ""


def test_key_files_are_for_their_owner_alone(house: Assembly) -> None:
    settle(house)
    path = key_file(house.settings, HOUSE)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not list(path.parent.glob(".*"))


def test_a_machine_without_the_houses_keys_does_not_make_others(house: Assembly) -> None:
    settle(house)
    key_file(house.settings, HOUSE).unlink()

    with pytest.raises(KeysElsewhere, match=r"copy that file from the machine that has it"):
        settle(house)


def test_a_unit_elsewhere_and_the_house_come_to_know_each_other(house: Assembly, tmp_path: Path) -> None:
    """The whole way: keys made at the unit, public halves exchanged, fingerprints compared."""
    home, there = house.settings.home, tmp_path / "unit"
    settle(house, "police")
    assert run(there, "make", "police").exit_code == 0
    run(there, "export", "police", "--to", str(tmp_path / "police.json"))
    run(home, "export", "house", "--to", str(tmp_path / "house.json"))
    with pytest.raises(KeysAway):
        unit_envelope(key_file(Settings(home=there), "police"), "police", house.now).ready()
    told = run(home, "import", str(tmp_path / "police.json"), "--yes").output
    run(there, "import", str(tmp_path / "house.json"), "--yes")

    assert "1 new keys of police are known" in told
    assert send(house, there) == ""
    assert '"d"' not in (tmp_path / "police.json").read_text() + (tmp_path / "house.json").read_text()
    assert not (there / "hecha.sqlite").exists(), "the unit needs no database"


def test_nothing_is_taken_in_unless_somebody_says_that_the_fingerprint_is_right(house: Assembly, tmp_path: Path) -> None:
    run(tmp_path / "unit", "make", "police")
    run(tmp_path / "unit", "export", "police", "--to", str(tmp_path / "police.json"))

    result = CliRunner().invoke(
        app, ["keys", "import", str(tmp_path / "police.json")], input="n\n", env={"HECHA_HOME": str(house.settings.home)}
    )

    assert (result.exit_code, owners(house)) == (1, [])


def test_a_revoked_key_is_refused_at_once_and_stays_revoked(house: Assembly, tmp_path: Path) -> None:
    there = tmp_path / "unit"
    settle(house)
    run(there, "make", "police")
    run(there, "export", "police", "--to", str(tmp_path / "police.json"))
    run(house.settings.home, "export", "house", "--to", str(tmp_path / "house.json"))
    run(there, "import", str(tmp_path / "house.json"), "--yes")
    run(house.settings.home, "import", str(tmp_path / "police.json"), "--yes")
    assert send(house, there) == ""

    shown = run(house.settings.home, "revoke", "police")
    run(house.settings.home, "import", str(tmp_path / "police.json"), "--yes")

    assert "is revoked" in shown.output
    assert "police has no key now" in shown.output
    assert send(house, there) == "RevokedKey"
    assert run(house.settings.home, "revoke", "police").exit_code == 2


def test_a_key_that_follows_another_counts_beside_it_for_a_while(house: Assembly, tmp_path: Path) -> None:
    there = tmp_path / "unit"
    settle(house)
    run(there, "make", "police")
    run(house.settings.home, "export", "house", "--to", str(tmp_path / "house.json"))
    run(there, "import", str(tmp_path / "house.json"), "--yes")
    for words in (["rotate", "police"], ["export", "police", "--to", str(tmp_path / "police.json")]):
        assert run(there, *words).exit_code == 0
    run(house.settings.home, "import", str(tmp_path / "police.json"), "--yes")

    held = KeyFile.read(key_file(Settings(home=there), "police")).pairs
    with house.database.read() as session:
        first, second = [key for key in known_keys(session) if key.owner == "police"]

    assert [pair.kid for pair in held] == [first.kid, second.kid]
    assert first.valid_until == held[0].public.valid_until == second.valid_from + OVERLAP
    assert (first.counts(NOW + timedelta(minutes=1)), second.counts(NOW + timedelta(minutes=1))) == (True, False)
    assert (first.counts(NOW + timedelta(days=8)), second.counts(NOW + timedelta(days=8))) == (True, True)
    assert send(house, there) == "", "until the second begins the first one signs"


def test_the_houses_next_key_reaches_the_agents_of_this_machine_by_itself(house: Assembly) -> None:
    house.settings.broker_url = "embedded:///" + str(house.settings.home / "broker.sqlite").lstrip("/")
    settle(house, "police")

    assert run(house.settings.home, "rotate", "house").exit_code == 0
    settle(house, "police")

    assert len(KeyFile.read(key_file(house.settings, "police")).house) == 2


def test_a_key_of_an_unknown_unit_is_not_taken_in(house: Assembly, tmp_path: Path) -> None:
    run(tmp_path / "unit", "make", "atlantis")
    run(tmp_path / "unit", "export", "atlantis", "--to", str(tmp_path / "atlantis.json"))
    result = run(house.settings.home, "import", str(tmp_path / "atlantis.json"), "--yes")

    assert (result.exit_code, owners(house)) == (2, [])


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"what": "hecha private letter keys", "owner": "police", "keys": [{}]}', "\xff"])
def test_a_wrong_key_file_is_named_and_not_quoted(tmp_path: Path, text: str) -> None:
    path = tmp_path / "unit-police.json"
    path.write_text(text, encoding="latin-1")

    with pytest.raises(WrongKey, match=r"unit-police\.json: "):
        KeyFile.read(path)


def test_a_public_file_whose_key_was_exchanged_is_noticed(house: Assembly, tmp_path: Path) -> None:
    """The id of a key is its thumbprint: another key under the same id is no key."""
    run(tmp_path / "unit", "make", "police")
    run(tmp_path / "unit", "export", "police", "--to", str(tmp_path / "police.json"))
    plain = json.loads((tmp_path / "police.json").read_text())
    plain["keys"][0]["sign"]["x"] = plain["keys"][0]["read"]["x"]
    (tmp_path / "police.json").write_text(json.dumps(plain))

    assert run(house.settings.home, "import", str(tmp_path / "police.json"), "--yes").exit_code == 2


def test_what_is_done_with_keys_stands_on_the_trail(house: Assembly, tmp_path: Path) -> None:
    settle(house)
    run(tmp_path / "unit", "make", "police")
    run(tmp_path / "unit", "export", "police", "--to", str(tmp_path / "police.json"))
    run(house.settings.home, "import", str(tmp_path / "police.json"), "--yes")
    run(house.settings.home, "revoke", "police")

    with house.database.read() as session:
        told = session.connection().exec_driver_sql("SELECT action, unit FROM trail ORDER BY id").all()
    assert [tuple(row) for row in told] == [("letter_key_known", "police"), ("letter_key_revoked", "police")]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can leave files to others")
def test_keys_that_root_rotates_stay_the_houses_and_doctor_names_those_that_did_not(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    settings.home.mkdir()
    os.chown(settings.home, 4321, 4322)
    path = key_file(settings, HOUSE)
    make_pair(path, HOUSE, NOW)
    add_pair(path, NOW, NOW)

    assert (path.stat().st_uid, path.stat().st_gid) == (4321, 4322)
    assert _owners(settings).well
    os.chown(path, 0, 0)
    found = _owners(settings)
    assert not found.well
    assert "house.json" in found.words
