"""The city's keys: made once, kept from others, renewed in time, and missing where they are missing."""

import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from access.units import Unit
from cases.seals import COMPROMISED, SealMissing, certificates
from deploy.operations.seal_keys import CityKeys, read_certificate
from requesters.receipts import receipts
from requesters.receipts.issued_receipts import IssuedReceipt
from requesters.receipts.seal_checks import check_seal
from storage.database import Database
from tests.rooms.county import at_once
from tests.rooms.requesters.test_receipts import answered, fetch
from tests.routes import Doors, open_doors
from tests.seals import NOW, make_city, make_sealed

POLICE = Unit(code="police", name_zh="浦江县公安局", name_en="Police", answers=True)
CIVIL = Unit(code="civil", name_zh="浦江县民政局", name_en="Civil affairs", answers=True)


@pytest.fixture
def keys(database: Database, tmp_path: Path) -> CityKeys:
    return CityKeys(tmp_path / "keys" / "seals", database)


def test_a_seal_is_made_once_and_found_again_after_a_restart(keys: CityKeys, database: Database) -> None:
    first = keys.seal_of(POLICE, NOW)
    again = CityKeys(keys.folder, database).seal_of(POLICE, NOW)
    root = keys.root()

    assert (first.serial, first.name) == (again.serial, POLICE.name_zh)
    assert root is not None
    assert check_seal(make_sealed(replace(make_city(), seal=again)), root).serial == first.serial


def test_parts_that_start_side_by_side_make_one_root(keys: CityKeys, database: Database) -> None:
    others = [CityKeys(keys.folder, database) for _ in range(4)]
    seals = at_once(*(lambda one=one: one.seal_of(POLICE, NOW) for one in others))

    assert len({seal.serial for seal in seals}) == 1
    with database.read() as session:
        assert len(certificates(session, "")) == 1


def test_only_the_owner_can_read_the_keys_and_none_stands_in_the_database(keys: CityKeys, database: Database) -> None:
    keys.seal_of(POLICE, NOW)
    files = list(keys.folder.glob("*.key"))

    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(keys.folder.stat().st_mode) == 0o700
    with database.read() as session:
        kept = [entry.pem for entry in certificates(session)]
    assert kept
    assert [pem for pem in kept if "PRIVATE" in pem] == []


def test_without_the_keys_there_is_no_receipt_at_all(database: Database, tmp_path: Path) -> None:
    """Another machine of the same house, to which nobody brought the keys."""
    doors = open_doors(database, NOW, [receipts.router])
    CityKeys(tmp_path / "here", database).prepare(NOW)
    elsewhere = CityKeys(tmp_path / "elsewhere", database)
    doors.app.state.context = replace(doors.app.state.context, seals=elsewhere)
    refused = fetch(doors, answered(doors))

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (503, "seal_missing")
    assert "hecha seals make" in refused.text
    assert elsewhere.missing(NOW) == ["data-office", "police"]
    with database.read() as session:
        assert session.get(IssuedReceipt, "") is None
        assert len(certificates(session, "")) == 1  # and no second root


def test_a_house_without_seals_makes_no_receipt(database: Database) -> None:
    doors: Doors = open_doors(database, NOW, [receipts.router])

    assert fetch(doors, answered(doors)).status_code == 503


def test_the_root_s_key_may_be_taken_away_once_the_seals_are_made(keys: CityKeys, database: Database) -> None:
    keys.seal_of(POLICE, NOW)
    with database.read() as session:
        root = certificates(session, "")[0].serial
    (keys.folder / f"{root}.key").unlink()
    offline = CityKeys(keys.folder, database)

    assert offline.seal_of(POLICE, NOW).unit == "police"
    assert offline.seal_of(POLICE, NOW + timedelta(days=3 * 365 - 5)).unit == "police"  # to its last day
    for unit, now in ((CIVIL, NOW), (POLICE, NOW + timedelta(days=3 * 365 + 1))):
        with pytest.raises(SealMissing):
            offline.seal_of(unit, now)


def test_a_seal_is_followed_by_another_before_its_end_and_when_the_unit_is_renamed(keys: CityKeys) -> None:
    first = keys.seal_of(POLICE, NOW)
    renamed = Unit(code="police", name_zh="浦江县公安分局", name_en="Police")

    assert keys.seal_of(POLICE, NOW + timedelta(days=900)).serial == first.serial
    assert keys.seal_of(POLICE, NOW + timedelta(days=1010)).serial != first.serial
    assert keys.seal_of(renamed, NOW).name == renamed.name_zh


def test_a_clock_that_was_put_back_undoes_no_seal(keys: CityKeys) -> None:
    """The first start may have had its offices opened, by a clock that runs ahead."""
    ahead = keys.seal_of(POLICE, NOW + timedelta(days=9))
    now = keys.seal_of(POLICE, NOW)
    root = keys.root()

    assert ahead.serial != now.serial
    assert root is not None
    assert check_seal(make_sealed(replace(make_city(), seal=now)), root).at == NOW


def test_a_revoked_seal_is_destroyed_and_the_next_receipt_gets_a_new_one(keys: CityKeys, database: Database) -> None:
    first = keys.seal_of(POLICE, NOW)
    beside = CityKeys(keys.folder, database)
    beside.seal_of(POLICE, NOW)

    assert keys.revoke("police", COMPROMISED, NOW) == 1
    assert not (keys.folder / f"{first.serial}.key").exists()
    assert beside.seal_of(POLICE, NOW).serial != first.serial  # another process has not kept it either
    listed = keys.revoked(NOW)
    assert listed is not None
    assert [f"{entry.serial_number:040x}" for entry in listed] == [first.serial]


def test_a_damaged_key_is_no_key(keys: CityKeys, database: Database) -> None:
    first = keys.seal_of(POLICE, NOW)
    (keys.folder / f"{first.serial}.key").write_bytes(b"-----BEGIN PRIVATE KEY-----")
    again = CityKeys(keys.folder, database)

    assert again.seal_of(POLICE, NOW).serial != first.serial


def test_anew_makes_a_seal_where_there_is_a_good_one(keys: CityKeys, database: Database) -> None:
    first = keys.seal_of(POLICE, NOW)
    keys.make(POLICE, NOW, anew=True)
    second = keys.seal_of(POLICE, NOW)

    assert second.serial != first.serial
    with database.read() as session:
        assert {read_certificate(one).subject for one in certificates(session, "police")} == {first.certificate.subject}
