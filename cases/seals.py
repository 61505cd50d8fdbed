"""Seals: the table of units' seal certificates (X.509) with validity and revocation, and the key to sign with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.x509 import Certificate, CertificateRevocationList
from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from access.units import Unit
from storage.json import Json
from storage.problem import N_, FieldFault, Problem

SUPERSEDED, COMPROMISED = "superseded", "compromised"  # why a certificate was revoked
NO_SEAL = N_(
    "The seal of the answering unit is not on this machine, and no receipt leaves the house without it. "
    "An administrator looks with hecha doctor and makes it with hecha seals make."
)


class SealCertificate(SQLModel, table=True):
    """A certificate of the city: public, kept for good. The city's root has no unit. Keys never stand here."""

    __tablename__ = "seal_certificate"

    serial: str = Field(primary_key=True, max_length=40)  # lower-case hex
    unit: str = Field(default="", max_length=32, index=True)
    pem: str
    valid_from: datetime
    valid_until: datetime
    revoked_at: datetime | None = None
    reason: str = Field(default="", max_length=16)


_root = col(SealCertificate.unit) == ""
Index("ix_seal_root", col(SealCertificate.unit), unique=True, sqlite_where=_root, postgresql_where=_root)  # there is one root


@dataclass(frozen=True, slots=True)
class Seal:
    """What a receipt is sealed with. The key is never shown, not even in a repr."""

    unit: str
    name: str
    certificate: Certificate
    key: EllipticCurvePrivateKey = field(repr=False)

    @property
    def serial(self) -> str:
        """The certificate's serial as the register writes it."""
        return serial_of(self.certificate)


@dataclass(frozen=True, slots=True)
class Revocation:
    """Since when a certificate is not believed any more, and why."""

    at: datetime
    reason: str


def serial_of(certificate: Certificate) -> str:
    """A certificate's serial as the register writes it: 40 hexadecimal digits in lower case."""
    return f"{certificate.serial_number:040x}"


class SealMissing(Problem):
    """There is no key to seal with here: what should be sealed is not made."""

    def __init__(self) -> None:
        super().__init__([FieldFault("seal", "seal_missing", NO_SEAL)], 503)


class Seals(Protocol):
    """Where seals are kept."""

    def seal_of(self, unit: Unit, now: datetime) -> Seal:
        """The unit's seal. Raises SealMissing."""

    def root(self) -> Certificate | None:
        """The city's root certificate; None before the first seal was made."""

    def revoked(self, now: datetime) -> CertificateRevocationList | None:
        """The signed list of revoked certificates; None where the root's key is not at hand."""

    def sign(self, kind: str, body: Json) -> bytes | None:
        """This body as a JWS of the city's root, whose `typ` is the kind of paper; None where the root's key is not at hand."""


class NoSeals:
    """A house without seals: makes no receipts."""

    def seal_of(self, unit: Unit, now: datetime) -> Seal:
        """Raises SealMissing."""
        raise SealMissing

    def root(self) -> Certificate | None:
        """None."""
        return None

    def revoked(self, now: datetime) -> CertificateRevocationList | None:
        """None."""
        return None

    def sign(self, kind: str, body: Json) -> bytes | None:
        """None."""
        return None


def certificates(session: Session, unit: str | None = None) -> list[SealCertificate]:
    """All certificates, or one unit's (the root's for an empty one), the newest first."""
    found = select(SealCertificate).order_by(col(SealCertificate.valid_from).desc(), SealCertificate.serial)
    return list(session.exec(found if unit is None else found.where(SealCertificate.unit == unit)))


def revocations(session: Session) -> Mapping[str, Revocation]:
    """Every revoked certificate by its serial."""
    found = session.exec(select(SealCertificate).where(col(SealCertificate.revoked_at).is_not(None)))
    return {one.serial: Revocation(one.revoked_at, one.reason) for one in found if one.revoked_at}
