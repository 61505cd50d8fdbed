"""Checking a seal: whether a PDF is exactly what a unit of this city sealed; needs the root certificate alone.

First the file's outer form and its signature, by code that takes nothing else for good; only a file that one of our seals really
signed is then given to the PDF reader, so that nobody's trick file gets into it.
"""

import asyncio
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from asn1crypto import cms, x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import async_validate_detached_cms, async_validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from cases.seals import COMPROMISED, Revocation
from requesters.receipts.attached_pages import outside
from requesters.receipts.sealing import FIELD
from storage.problem import N_

RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,8})\s+(\d{1,8})\s+(\d{1,8})\s+(\d{1,8})\s*\]")
HOLE = re.compile(rb"<([0-9A-F]+)>")  # as we write it: small letters would be read as the same bytes, and be another file
# The fixed pieces of a container, in DER.
SHORT = 0x80  # shorter contents have a length of one byte
VERSION_1 = bytes.fromhex("020101")
SIGNED_DATA, DATA = bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701")
SHA256, ECDSA_WITH_SHA256 = bytes.fromhex("300d06096086480165030402010500"), bytes.fromhex("300a06082a8648ce3d040302")
SEALING = KeyUsageConstraints(key_usage={"non_repudiation"})


class Fault(StrEnum):
    """Why a file is not believed."""

    NO_PDF = "no_pdf"
    NO_SEAL = "no_seal"
    ADDED = "added"
    ALTERED = "altered"
    STRANGER = "stranger"
    OUT_OF_TIME = "out_of_time"
    REVOKED = "revoked"


FAULT_WORDS = {
    Fault.NO_PDF: N_("This file is not a PDF. A receipt is checked as the file that was fetched, not as a scan or a photograph."),
    Fault.NO_SEAL: N_("This PDF carries no seal. A print that was scanned again loses it: check the file itself, or the number."),
    Fault.ADDED: N_("Something was added to this file after it was sealed."),
    Fault.ALTERED: N_("This file was altered after it was sealed."),
    Fault.STRANGER: N_("This file carries a signature, but not of a unit of this city."),
    Fault.OUT_OF_TIME: N_("The unit's certificate was not valid at the time that stands on the seal."),
    Fault.REVOKED: N_("The unit's certificate was revoked because its key may be in wrong hands."),
}


class NotGenuine(Exception):
    """The file is not what one of our units sealed."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.value)

    @property
    def words(self) -> str:
        """The reason as an English sentence that can be translated."""
        return FAULT_WORDS[self.fault]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a genuine file says of itself. `at` is the time by the clock of the house that sealed it."""

    about: str
    unit: str
    unit_name: str
    at: datetime
    serial: str
    sha256: str


def check_seal(pdf: bytes, root: Certificate) -> Sealed:
    """What the file says of itself. Raises NotGenuine. Says nothing about revoked certificates: see `refuse_revoked`.

    Takes some 25 ms for a receipt: not for an event loop.
    """
    container, covered = _container(pdf)
    try:
        _check_container(container, covered, root)
        return asyncio.run(_check_document(pdf, root))
    except NotGenuine:
        raise
    except Exception:  # noqa: BLE001  # whatever made-up bytes make a parser say: they are not what was sealed
        raise NotGenuine(Fault.ALTERED) from None


def refuse_revoked(sealed: Sealed, revoked: Mapping[str, Revocation]) -> None:
    """Raises NotGenuine for a seal that is not believed any more.

    A certificate that was only followed by another stays good for what it sealed before. Where a key may be in wrong hands the time
    on the seal proves nothing: nobody but the house that recorded the file can still vouch for it.
    """
    revocation = revoked.get(sealed.serial)
    if revocation and (revocation.reason == COMPROMISED or sealed.at > revocation.at):
        raise NotGenuine(Fault.REVOKED)


def _container(pdf: bytes) -> tuple[bytes, bytes]:
    """The signature container and all the bytes that it must cover: the whole file except itself."""
    if not pdf.startswith(b"%PDF-"):
        raise NotGenuine(Fault.NO_PDF)
    own = outside(pdf)  # what is attached has seals of its own
    if b"/ByteRange" not in own:
        raise NotGenuine(Fault.NO_SEAL)
    found = RANGE.findall(own)
    if len(found) != 1 or own.count(b"/ByteRange") != 1:
        raise NotGenuine(Fault.ALTERED)
    start, end, again, rest = map(int, found[0])
    if start or end >= again or again + rest > len(pdf):
        raise NotGenuine(Fault.ALTERED)
    if again + rest < len(pdf):
        raise NotGenuine(Fault.ADDED)
    hole = HOLE.fullmatch(pdf, end, again)
    if not hole:
        raise NotGenuine(Fault.ALTERED)
    return bytes.fromhex(hole.group(1).decode()), pdf[:end] + pdf[again:]


def _check_container(container: bytes, covered: bytes, root: Certificate) -> None:
    """Whether one of our seals signed these bytes."""
    signed = cms.ContentInfo.load(container, strict=True)["content"]
    signer = signed["certificates"][0].chosen
    if signer.issuer != _plain(root).subject:
        raise NotGenuine(Fault.STRANGER)
    if _digest_in(signed) != hashlib.sha256(covered).digest() or canonical(signed, signer) != container:
        raise NotGenuine(Fault.ALTERED)
    trusting = _trusting(root, signer.not_valid_before)
    status = asyncio.run(async_validate_detached_cms(covered, signed, trusting, key_usage_settings=SEALING))
    if not (status.intact and status.valid):
        raise NotGenuine(Fault.ALTERED)
    if not status.trusted:
        raise NotGenuine(Fault.STRANGER)


def _digest_in(signed: Any) -> bytes:
    attributes = signed["signer_infos"][0]["signed_attrs"]
    return next(bytes(one["values"][0].native) for one in attributes if one["type"].native == "message_digest")


def canonical(signed: Any, signer: Any) -> bytes:
    """The one way to write a container (CMS, RFC 5652) of these signed attributes, certificate and signature.

    A container has fields that no signature covers. Whoever alters one of them alters nothing that matters, but then it is not
    the file that was sealed.
    """
    given = signed["signer_infos"][0]
    who = _der(0x30, signer.issuer.dump(), signer["tbs_certificate"]["serial_number"].dump())
    attributes, signature = given["signed_attrs"].dump(), given["signature"].dump()
    info = _der(0x30, VERSION_1, who, SHA256, attributes, ECDSA_WITH_SHA256, signature)
    whole = _der(0x30, VERSION_1, _der(0x31, SHA256), _der(0x30, DATA), _der(0xA0, signer.dump()), _der(0x31, info))
    return _der(0x30, SIGNED_DATA, _der(0xA0, whole))


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    length = size.to_bytes((size.bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (length if size < SHORT else bytes([SHORT | len(length)]) + length) + content


async def _check_document(pdf: bytes, root: Certificate) -> Sealed:
    """The document as a PDF reader sees it, at the time that stands on its seal."""
    found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    if len(found) != 1 or found[0].field_name != FIELD:
        raise NotGenuine(Fault.ALTERED)
    one = found[0]
    at = one.self_reported_timestamp
    if at is None:
        raise NotGenuine(Fault.OUT_OF_TIME)
    status = await async_validate_pdf_signature(one, _trusting(root, at), key_usage_settings=SEALING)
    if not status.trusted:
        raise NotGenuine(Fault.OUT_OF_TIME)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and status.docmdp_ok and one.docmdp_level == MDPPerm.NO_CHANGES
    if not (status.bottom_line and whole):
        raise NotGenuine(Fault.ALTERED)
    return _told(one, at, pdf)


def _told(one: Any, at: datetime, pdf: bytes) -> Sealed:
    certificate, digest = one.signer_cert, hashlib.sha256(pdf).hexdigest()
    name = certificate.subject.native
    serial = f"{certificate.serial_number:040x}"
    about = str(one.sig_object.get("/Reason", ""))
    return Sealed(about, str(name["organization_identifier"]), str(name["common_name"]), at, serial, digest)


def _trusting(root: Certificate, moment: datetime) -> ValidationContext:
    return ValidationContext(trust_roots=[_plain(root)], allow_fetching=False, moment=moment)


def _plain(certificate: Certificate) -> Any:
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))
