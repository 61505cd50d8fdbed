"""`hecha verify`: with the root certificate alone, in both languages, by its exit code."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from typer.testing import CliRunner

from cases.seals import COMPROMISED, SUPERSEDED, Revocation
from deploy.cli.app import app
from deploy.operations.seal_certificates import make_list
from tests.seals import NOW, City, make_city, make_sealed


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    monkeypatch.setenv("HECHA_HOME", str(tmp_path / "home"))
    city = make_city()
    (tmp_path / "city.pem").write_bytes(city.root.public_bytes(Encoding.PEM))
    (tmp_path / "receipt.pdf").write_bytes(make_sealed(city))
    return city


def run(folder: Path, *args: str, root: bool = True) -> tuple[int, str]:
    given = [str(folder / arg) if "." in arg else arg for arg in args]
    done = CliRunner().invoke(app, ["verify", *given, *(["--root", str(folder / "city.pem")] if root else [])])
    return done.exit_code, done.output


def test_a_genuine_receipt_ends_with_nothing_wrong(city: City, tmp_path: Path) -> None:
    english, chinese = run(tmp_path, "receipt.pdf", "--lang", "en"), run(tmp_path, "receipt.pdf", "--lang", "zh")

    assert (english[0], chinese[0]) == (0, 0)
    assert "Genuine. 核查回执 20260302-7K3MZQ8W: sealed by 浦江县公安局 at 2026-03-02 01:00 UTC" in english[1]
    assert "真实。核查回执 20260302-7K3MZQ8W：浦江县公安局于2026-03-02 01:00 UTC签章" in chinese[1]
    assert not (tmp_path / "home").exists()  # nothing was opened


def test_a_receipt_is_good_years_later_and_a_clock_that_is_behind_is_told(city: City, tmp_path: Path) -> None:
    """The certificate must have been good when it sealed: it may have ended since."""
    for years, said in ((-20, False), (10, True)):
        at = datetime.now(UTC) + timedelta(days=365 * years)
        old = make_city(at)
        (tmp_path / "city.pem").write_bytes(old.root.public_bytes(Encoding.PEM))
        (tmp_path / "old.pdf").write_bytes(make_sealed(old, at))
        code, told = run(tmp_path, "old.pdf", "--lang", "en")

        assert (code, "ahead of the clock" in told) == (0, said)


def test_one_changed_file_among_good_ones_ends_with_one(city: City, tmp_path: Path) -> None:
    pdf = bytearray((tmp_path / "receipt.pdf").read_bytes())
    pdf[5000] ^= 4
    (tmp_path / "changed.pdf").write_bytes(pdf)
    code, said = run(tmp_path, "receipt.pdf", "changed.pdf", "--lang", "en")

    assert code == 1
    assert "changed.pdf: This file was altered after it was sealed." in said


def test_what_cannot_be_looked_at_ends_with_two(city: City, tmp_path: Path) -> None:
    assert run(tmp_path, "nothing.pdf")[0] == 2
    assert run(tmp_path, "receipt.pdf", root=False)[0] == 2
    (tmp_path / "city.pem").write_text("no certificate")
    assert run(tmp_path, "receipt.pdf")[0] == 2


def test_a_list_of_the_revoked_is_heeded_if_the_root_signed_it(city: City, tmp_path: Path) -> None:
    other = make_city()
    for reason, signer, code in ((COMPROMISED, city, 1), (SUPERSEDED, city, 0), (COMPROMISED, other, 2)):
        listed = make_list({city.seal.serial: Revocation(NOW, reason)}, signer.root, signer.root_key, NOW)
        (tmp_path / "revoked.crl").write_bytes(listed.public_bytes(Encoding.DER))

        assert run(tmp_path, "receipt.pdf", "--revoked", "revoked.crl", "--lang", "en")[0] == code


def test_on_the_house_s_own_machine_its_root_is_taken(city: City, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "keys" / "seals"
    folder.mkdir(parents=True)
    (tmp_path / "city.pem").rename(folder / "city.pem")

    assert run(tmp_path, "receipt.pdf", root=False)[0] == 0
