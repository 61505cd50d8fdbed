"""Key files of the city's root and of the units' seals; their certificates stand in the database."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from sqlmodel import Session

from access.units import Unit, all_units
from broker.crypto import jose
from cases.seals import SUPERSEDED, Seal, SealCertificate, SealMissing, certificates, revocations, serial_of
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from deploy.operations.seal_certificates import EARLIER, make_certificate, make_list, make_root, new_key
from storage.database import Database
from storage.json import Json
from storage.private_files import alone_in, write_privately

CITY = "city.pem"  # the root certificate beside the keys, for `hecha verify` on this machine
RENEWED_BEFORE = timedelta(days=90)  # before its end a seal's certificate is followed by another


class CityKeys:
    """Keeps keys in a folder of their own and certificates in the database. Makes what is missing if it has the root's key."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self._database = folder, database
        self._keys: dict[str, EllipticCurvePrivateKey] = {}

    def root(self) -> x509.Certificate | None:
        """The city's root; None before the first seal was made."""
        with self._database.read() as session:
            return root_of(session)

    def seal_of(self, unit: Unit, now: datetime) -> Seal:
        """The unit's seal, made or renewed where the root's key is at hand. Raises SealMissing."""
        with self._database.read() as session:
            seal = self._usable(session, unit, now, RENEWED_BEFORE)
        if seal is None:
            with suppress(OSError):  # where nothing can be written, what is missing stays missing
                self.make(unit, now)
            with self._database.read() as session:
                seal = self._usable(session, unit, now, timedelta(0))
        if seal is None:
            raise SealMissing
        return seal

    def make(self, unit: Unit, now: datetime, anew: bool = False) -> None:
        """Makes the unit's seal if it has none for long, or `anew` in any case. Does nothing without the root's key."""
        old: list[str] = []
        with alone_in(self.folder), self._database.write() as session:
            if self._usable(session, unit, now, RENEWED_BEFORE) and not anew:
                return
            root, root_key = self._root(session, now)
            if root is None or root_key is None:
                return
            old = revoke(session, unit.code, SUPERSEDED, now) if anew else []
            key = new_key()
            certificate = make_certificate((unit.code, unit.name_zh), key, root, root_key, now)
            self._keep(session, unit.code, certificate, key)
        self._destroy(old)

    def revoke(self, unit: str, reason: str, now: datetime) -> int:
        """Revokes the unit's certificates and destroys their keys here; how many. The next receipt makes a new seal."""
        with alone_in(self.folder), self._database.write() as session:
            old = revoke(session, unit, reason, now)
        self._destroy(old)
        return len(old)

    def missing(self, now: datetime) -> list[str]:
        """Units that seal and have no good seal on this machine; empty where the root's key is here to make them."""
        with self._database.read() as session:
            root = root_of(session)
            if root is None or self._key(serial_of(root)):
                return []
            sealing = [unit for unit in all_units(session).values() if _seals(unit)]
            return [unit.code for unit in sealing if not self._usable(session, unit, now, timedelta(0))]

    def prepare(self, now: datetime) -> None:
        """Makes what is missing for every unit that seals."""
        with self._database.read() as session:
            sealing = [unit for unit in all_units(session).values() if _seals(unit)]
        for unit in sealing:
            self.make(unit, now)

    def revoked(self, now: datetime) -> x509.CertificateRevocationList | None:
        """The signed list of revoked certificates; None where the root's key is not here."""
        with self._database.read() as session:
            root, revoked = root_of(session), revocations(session)
        key = self._key(serial_of(root)) if root else None
        return make_list(revoked, root, key, now) if root and key else None

    def sign(self, kind: str, body: Json) -> bytes | None:
        """This body as a JWS (RFC 7515, ES256) of the city's root; None where the root's key is not here."""
        with self._database.read() as session:
            root = root_of(session)
        key = self._key(serial_of(root)) if root else None
        if root is None or key is None:
            return None
        return jose.sign_es256(kind, serial_of(root), json.dumps(body).encode(), key)

    def has_key(self, serial: str) -> bool:
        """Whether the key of this certificate is on this machine."""
        return self._key(serial) is not None

    def _destroy(self, serials: Sequence[str]) -> None:
        for serial in serials:
            self._keys.pop(serial, None)
            (self.folder / f"{serial}.key").unlink(missing_ok=True)

    def _usable(self, session: Session, unit: Unit, now: datetime, left: timedelta) -> Seal | None:
        for entry in certificates(session, unit.code):
            good = entry.revoked_at is None and entry.valid_from <= now and now + left < entry.valid_until
            key = self._key(entry.serial) if good else None
            certificate = read_certificate(entry) if key else None
            if key and certificate and common_name(certificate) == unit.name_zh:
                return Seal(unit.code, unit.name_zh, certificate, key)
        return None

    def _root(self, session: Session, now: datetime) -> tuple[x509.Certificate | None, EllipticCurvePrivateKey | None]:
        root = root_of(session)
        if root is not None:
            return root, self._key(serial_of(root))
        key = new_key()
        root = make_root(key, now)
        self._keep(session, "", root, key)
        return root, key

    def _key(self, serial: str) -> EllipticCurvePrivateKey | None:
        if serial not in self._keys:
            try:
                key = serialization.load_pem_private_key((self.folder / f"{serial}.key").read_bytes(), None)
            except (OSError, ValueError):
                return None  # not here, not for us to read, or damaged: no key
            if not isinstance(key, EllipticCurvePrivateKey):
                return None
            self._keys[serial] = key
        return self._keys[serial]

    def _keep(self, session: Session, unit: str, certificate: x509.Certificate, key: EllipticCurvePrivateKey) -> None:
        """The key into its file first: a certificate without a key would be a seal that nobody can use."""
        serial = serial_of(certificate)
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        write_privately(self.folder / f"{serial}.key", pem)
        public = certificate.public_bytes(serialization.Encoding.PEM).decode()
        if not unit:
            write_privately(self.folder / CITY, public)
        since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        made = TrailLine(since + EARLIER, "seal_make", "clock", "", details={"unit": unit, "serial": serial})
        trail.write(session, [made])
        session.add(SealCertificate(serial=serial, unit=unit, pem=public, valid_from=since, valid_until=until))


def _seals(unit: Unit) -> bool:
    """Whether the unit seals: its answers, or the covers of bundles' papers."""
    return unit.holds or unit.supervises


def root_of(session: Session) -> x509.Certificate | None:
    """The city's root certificate."""
    found = certificates(session, "")
    return read_certificate(found[0]) if found else None


def read_certificate(entry: SealCertificate) -> x509.Certificate:
    """The certificate of an entry in the register."""
    return x509.load_pem_x509_certificate(entry.pem.encode())


def common_name(certificate: x509.Certificate) -> str:
    """The name that stands on a certificate."""
    return str(certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)


def revoke(session: Session, unit: str, reason: str, now: datetime) -> list[str]:
    """Revokes every certificate of this unit that is not revoked yet; their serials."""
    good = [entry for entry in certificates(session, unit) if entry.revoked_at is None and unit]
    for entry in good:
        entry.revoked_at, entry.reason = now, reason
        session.add(entry)
    details = {"unit": unit, "reason": reason, "serials": [entry.serial for entry in good]}
    if good:
        trail.write(session, [TrailLine(now, "seal_revoke", "person", "hecha seals", details=details)])
    return [entry.serial for entry in good]
