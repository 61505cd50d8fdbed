"""`hecha verify`: with the root certificate alone, in both languages, by its exit code."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.jwk import ECKey
from typer.testing import CliRunner

from cases.seals import COMPROMISED, SUPERSEDED, Revocation
from deploy.cli.app import app
from deploy.operations.seal_certificates import make_list
from requesters.receipts.attached_pages import spans
from requesters.receipts.receipts import seal_paper
from tests.rooms.requesters.test_bundle_paper import made
from tests.seals import NOW, City, make_city, make_sealed, paper


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


def test_a_certificate_is_good_until_its_last_day_and_then_ends_with_three(city: City, tmp_path: Path) -> None:
    """The day stands in the seal: no list and no network is needed to know it."""
    today = datetime.now(UTC).date()
    for days, code, told in ((2, 0, False), (-2, 3, True)):
        until = today + timedelta(days=days)
        (tmp_path / "paper.pdf").write_bytes(seal_paper(replace(paper(), until=until), city.seal, NOW))
        english, chinese = (run(tmp_path, "paper.pdf", "--lang", lang) for lang in ("en", "zh"))

        assert (english[0], chinese[0]) == (code, code)
        assert (f"It was valid until {until}" in english[1], f"有效期到 {until} 为止" in chinese[1]) == (told, told)
        assert f"有效至 {until}" in english[1]


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


def listing(city: City, folder: Path, how: str, at: datetime, until: datetime) -> None:
    """A list, signed by this city's root, that names the receipt."""
    body = {"v": 1, "at": at.isoformat(), "until": until.isoformat(), "see": "https://hecha.example/verify"}
    named = hashlib.sha256((folder / "receipt.pdf").read_bytes()).hexdigest() if how else "0" * 64
    body |= {"receipts": [{"sha256": named, "how": how or "amended", "at": NOW.isoformat()}]}
    pem = city.root_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    header = {"alg": "ES256", "typ": "hecha-outdated+jws"}
    signed = jws.serialize_compact(header, json.dumps(body), ECKey.import_key(pem), algorithms=["ES256"])
    (folder / "outdated.jws").write_text(signed)


@pytest.mark.parametrize("how", ["amended", "withdrawn"])
def test_by_the_list_a_genuine_receipt_stands_no_longer(city: City, tmp_path: Path, how: str) -> None:
    now = datetime.now(UTC)
    listing(city, tmp_path, how, now, now + timedelta(days=30))
    code, said = run(tmp_path, "receipt.pdf", "--list", "outdated.jws", "--lang", "en")

    assert code == 3
    assert "Genuine." in said
    assert f"It stands no longer: the answer on it was {how} on 2026-03-02 01:00 UTC; see https://hecha.example/verify." in said
    assert "已作废" in run(tmp_path, "receipt.pdf", "--list", "outdated.jws", "--lang", "zh")[1]


def test_a_list_that_does_not_name_it_is_told_with_its_day_and_an_old_one_as_old(city: City, tmp_path: Path) -> None:
    listing(city, tmp_path, "", NOW, NOW + timedelta(days=30))
    code, said = run(tmp_path, "receipt.pdf", "--list", "outdated.jws", "--lang", "en")

    assert code == 0
    assert "By the list of 2026-03-02 01:00 UTC, none" in said
    assert "out of date" in said


def test_a_list_of_another_city_or_of_another_kind_is_refused(city: City, tmp_path: Path) -> None:
    listing(make_city(), tmp_path, "amended", NOW, NOW)
    assert run(tmp_path, "receipt.pdf", "--list", "outdated.jws", "--lang", "en")[0] == 2
    (tmp_path / "outdated.jws").write_text("a.b.c")
    assert run(tmp_path, "receipt.pdf", "--list", "outdated.jws", "--lang", "en")[0] == 2


def test_a_file_that_is_not_genuine_weighs_more_than_one_that_stands_no_longer(city: City, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    listing(city, tmp_path, "amended", now, now + timedelta(days=1))
    (tmp_path / "no.pdf").write_bytes(b"%PDF-1.7 hello")

    assert run(tmp_path, "receipt.pdf", "no.pdf", "--list", "outdated.jws")[0] == 1


def test_a_bundle_is_checked_as_a_whole_and_page_by_page(city: City, tmp_path: Path) -> None:
    """What is amended, and what was altered, is said with its page; the worst of all pages counts."""
    whole = made(city, "B20260302-1")
    (tmp_path / "bundle.pdf").write_bytes(whole.pdf)
    touched = bytearray(whole.pdf)
    touched[spans(whole.pdf)[1][0] + 900] ^= 1
    (tmp_path / "touched.pdf").write_bytes(touched)
    key = ECKey.import_key(city.root_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    listed = [{"sha256": hashlib.sha256(whole.pages[1]).hexdigest(), "how": "amended", "at": NOW.isoformat()}]
    body = {"v": 1, "at": NOW.isoformat(), "until": NOW.isoformat(), "see": "https://hecha.example/verify", "receipts": listed}
    header = {"alg": "ES256", "typ": "hecha-outdated+jws"}
    (tmp_path / "outdated.jws").write_text(jws.serialize_compact(header, json.dumps(body), key))

    good, chinese = run(tmp_path, "bundle.pdf", "--lang", "en"), run(tmp_path, "bundle.pdf", "--lang", "zh")
    assert (good[0], good[1].count("Genuine.")) == (0, 4)
    assert "bundle.pdf, page 2: Genuine. 核查回执 20260302-AAAA1111 · B20260302-1 2/4: sealed by 浦江县公安局" in flat(good[1])
    assert "page 3: Genuine. 核查回执 20260302-BBBB2222 · B20260302-1 3/4: sealed by 浦江县民政局" in flat(good[1])
    assert "bundle.pdf, 第 4 页: 真实。" in flat(chinese[1])
    amended = run(tmp_path, "bundle.pdf", "--list", "outdated.jws", "--lang", "en")
    assert amended[0] == 3
    assert flat(amended[1]).index("page 3:") < flat(amended[1]).index("It stands no longer") < flat(amended[1]).index("page 4:")
    code, said = run(tmp_path, "touched.pdf", "--lang", "en")
    assert (code, said.count("Genuine."), said.count("was altered")) == (1, 2, 2)
    assert "touched.pdf, page 3: This file was altered after it was sealed." in flat(said)


def flat(said: str) -> str:
    """What was printed, without the breaks of lines."""
    return " ".join(said.split())
