"""Seals: what is sealed proves itself to every PDF reader, and one changed byte anywhere is seen."""

import io
import random
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from cases.seals import COMPROMISED, SUPERSEDED, Revocation
from deploy.operations.seal_certificates import make_certificate, make_list, make_root, new_key
from requesters.receipts.seal_checks import RANGE, Fault, NotGenuine, check_seal, refuse_revoked
from tests.seals import NOW, POLICE, City, make_city, make_sealed, paper

POSITIONS = 1000
YEAR = timedelta(days=365)


@pytest.fixture(scope="module")
def city() -> City:
    return make_city()


@pytest.fixture(scope="module")
def sealed(city: City) -> bytes:
    return make_sealed(city)


def flipped(pdf: bytes, position: int, bit: int = 1) -> bytes:
    changed = bytearray(pdf)
    changed[position] ^= bit
    return bytes(changed)


def fault(pdf: bytes, city: City) -> Fault | None:
    """Why this file is not believed; None where it is."""
    try:
        check_seal(pdf, city.root)
    except NotGenuine as wrong:
        return wrong.fault
    return None


def validated(pdf: bytes, city: City) -> Any:
    """What pyHanko says by itself."""
    root = x509.Certificate.load(city.root.public_bytes(Encoding.DER))
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    return validate_pdf_signature(signature, ValidationContext(trust_roots=[root], allow_fetching=False, moment=NOW))


def poppler(pdf: bytes, folder: Path) -> str:
    """What poppler's pdfsig says."""
    tool = shutil.which("pdfsig")
    assert tool, "poppler-utils checks the receipts in these tests"
    (folder / "receipt.pdf").write_bytes(pdf)
    return subprocess.run([tool, "-nocert", str(folder / "receipt.pdf")], capture_output=True, check=False, text=True).stdout


def gap(pdf: bytes) -> range:
    """Where the signature container stands, without its brackets."""
    found = RANGE.search(pdf)
    assert found
    _, end, again, _ = map(int, found.groups())
    return range(end + 1, again - 1)


def test_what_was_sealed_says_who_sealed_it_and_when(city: City, sealed: bytes) -> None:
    told = check_seal(sealed, city.root)

    assert (told.unit, told.unit_name, told.at, told.serial) == (*POLICE, NOW, city.seal.serial)
    assert told.about == f"核查回执 {paper().number}"


def test_pyhanko_finds_the_whole_file_covered_and_nothing_allowed(city: City, sealed: bytes) -> None:
    status = validated(sealed, city)

    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.docmdp_ok
    assert "UNTOUCHED" in status.summary()


def test_poppler_finds_the_signature_valid_and_the_whole_document_signed(sealed: bytes, tmp_path: Path) -> None:
    said = poppler(sealed, tmp_path)

    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert POLICE[1] in said


def test_one_flipped_bit_anywhere_is_seen(city: City, sealed: bytes) -> None:
    dice = random.Random(20260302)
    places = {*dice.sample(range(len(sealed)), POSITIONS), 0, len(sealed) - 1}

    assert [place for place in places if fault(flipped(sealed, place, 1 << dice.randrange(8)), city) is None] == []


def test_one_flipped_bit_in_the_container_is_seen_even_where_no_signature_covers_it(city: City, sealed: bytes) -> None:
    """The container's own fields, and letters that would be read as the same bytes when written large or small."""
    places = [*gap(sealed)][::3]
    letters = [place for place in gap(sealed) if sealed[place : place + 1].isalpha()][::4]

    assert [place for place in places if fault(flipped(sealed, place), city) is None] == []
    assert [place for place in letters if fault(flipped(sealed, place, 0x20), city) is None] == []
    start, end = gap(sealed)[0], gap(sealed)[-1] + 1
    assert fault(sealed[:start] + sealed[start:end].lower() + sealed[end:], city) is Fault.ALTERED


def test_poppler_and_pyhanko_see_flipped_bits_too(city: City, sealed: bytes, tmp_path: Path) -> None:
    covered = [place for place in range(900, len(sealed), len(sealed) // 14) if place not in gap(sealed)]
    signature = gap(sealed)[-40]  # within the signature itself

    for place in (*covered, signature):
        assert "Signature is Valid" not in poppler(flipped(sealed, place), tmp_path), place
        assert not believes(flipped(sealed, place), city), place


def believes(pdf: bytes, city: City) -> bool:
    try:
        status = validated(pdf, city)
    except Exception:  # noqa: BLE001  # a file that cannot even be read is not believed
        return False
    return bool(status.bottom_line and status.coverage == SignatureCoverageLevel.ENTIRE_FILE)


def test_what_is_added_or_taken_away_is_seen(city: City, sealed: bytes) -> None:
    assert fault(sealed + b"\n", city) == Fault.ADDED
    assert fault(sealed + sealed, city) is not None
    assert fault(sealed[:-1], city) == Fault.ALTERED
    assert fault(sealed[:100], city) == Fault.NO_SEAL


def test_a_later_revision_of_the_file_is_no_receipt(city: City, sealed: bytes) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.update_root()
    later = io.BytesIO()
    writer.write(later)

    assert fault(later.getvalue(), city) == Fault.ADDED


def test_a_receipt_sealed_again_by_somebody_else_is_none(city: City, sealed: bytes) -> None:
    """A stranger cannot even put a second seal on: the first one allows no change."""
    other = make_city()

    assert fault(make_sealed(other), city) == Fault.STRANGER
    assert fault(sealed, other) in (Fault.STRANGER, Fault.ALTERED)


def test_a_certificate_that_only_says_it_is_from_our_root_is_a_stranger_s(city: City) -> None:
    key, false_key = new_key(), new_key()
    certificate = make_certificate(POLICE, key, make_root(false_key, NOW), false_key, NOW)  # the same name as our root's
    false = replace(city, seal=replace(city.seal, certificate=certificate, key=key))

    assert certificate.issuer == city.root.subject
    assert fault(make_sealed(false), city) == Fault.STRANGER


def test_the_root_itself_or_an_unfit_certificate_seals_nothing(city: City) -> None:
    by_root = replace(city, seal=replace(city.seal, certificate=city.root, key=city.root_key))

    assert fault(make_sealed(by_root), city) is not None


def test_the_seal_must_have_been_valid_when_it_was_put_on(city: City) -> None:
    late, early = NOW + 4 * YEAR, NOW - timedelta(days=1)

    assert fault(make_sealed(city, late), city) == Fault.OUT_OF_TIME
    assert fault(make_sealed(city, early), city) == Fault.OUT_OF_TIME


def test_a_followed_seal_stays_good_for_before_and_a_stolen_one_for_nothing(city: City, sealed: bytes) -> None:
    told = check_seal(sealed, city.root)

    refuse_revoked(told, {})
    refuse_revoked(told, {told.serial: Revocation(NOW + timedelta(days=1), SUPERSEDED)})
    for revocation in (Revocation(NOW - timedelta(days=1), SUPERSEDED), Revocation(NOW + timedelta(days=1), COMPROMISED)):
        with pytest.raises(NotGenuine) as refused:
            refuse_revoked(told, {told.serial: revocation})
        assert refused.value.fault == Fault.REVOKED


def test_the_list_of_the_revoked_is_signed_by_the_root(city: City) -> None:
    listed = make_list({city.seal.serial: Revocation(NOW, COMPROMISED)}, city.root, city.root_key, NOW)

    assert listed.is_signature_valid(city.root_key.public_key())
    assert not listed.is_signature_valid(new_key().public_key())
    assert [f"{entry.serial_number:040x}" for entry in listed] == [city.seal.serial]


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"%PDF-1.7\n", b"%PDF-2.0\n/ByteRange [0 1 2 3]", b"%PDF-" + b"/ByteRange" * 3]
)
def test_what_is_no_receipt_is_told_so_and_nothing_breaks(content: bytes, city: City) -> None:
    assert fault(content, city) is not None


def test_made_up_containers_break_nothing(city: City, sealed: bytes) -> None:
    dice, hole = random.Random(7), gap(sealed)

    for length in (len(hole), 2, 4, 40):
        junk = dice.randbytes(length // 2).hex().encode()
        made = sealed[: hole.start] + junk.ljust(len(hole), b"0") + sealed[hole.stop :]
        assert fault(made, city) is not None
    nested = b"30" + b"80" * (len(hole) // 2 - 1)
    assert fault(sealed[: hole.start] + nested + sealed[hole.stop :], city) is not None


def test_a_key_is_never_shown(city: City) -> None:
    assert "key" not in repr(city.seal)
