"""Certificates (X.509, RFC 5280): the city's root, one for each answering unit's seal, and the list of the revoked."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID, ObjectIdentifier

from cases.seals import COMPROMISED, Revocation

CITY = "Hecha city root 核查城市根证书"
ROOT_LASTS, SEAL_LASTS = timedelta(days=30 * 365), timedelta(days=3 * 365)
LIST_LASTS = timedelta(days=30)  # for how long a list of the revoked is good
EARLIER = timedelta(hours=1)  # clocks differ a little
ROOT_EARLIER = timedelta(days=365)  # a root is trusted because it was handed out; a clock put back must not undo its seals
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
ROOT_USES = ("key_cert_sign", "crl_sign")
SEAL_USES = ("digital_signature", "content_commitment")
USES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
REASONS = {COMPROMISED: x509.ReasonFlags.key_compromise}


def new_key() -> EllipticCurvePrivateKey:
    """A key on P-256: what every PDF reader can check."""
    return generate_private_key(SECP256R1())


def make_root(key: EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    """The city's own certificate, which nobody vouches for: it is handed out on paper, on the web, with the product."""
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, CITY)])
    building = _begun((name, name), key, now - ROOT_EARLIER, now + ROOT_LASTS)
    building = building.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return building.add_extension(_uses(*ROOT_USES), critical=True).sign(key, SHA256())


def make_certificate(
    unit: tuple[str, str], key: EllipticCurvePrivateKey, root: x509.Certificate, root_key: EllipticCurvePrivateKey, now: datetime
) -> x509.Certificate:
    """A unit's certificate for its seal. `unit` is its code and Chinese name."""
    code, name = unit
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, code),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    building = _begun((subject, root.subject), key, now - EARLIER, now + SEAL_LASTS)
    building = building.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    building = building.add_extension(_uses(*SEAL_USES), critical=True)
    building = building.add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    return building.add_extension(issuer, critical=False).sign(root_key, SHA256())


def make_list(
    revoked: Mapping[str, Revocation], root: x509.Certificate, root_key: EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateRevocationList:
    """The signed list of revoked certificates by serial, for those who check without asking the house."""
    building = x509.CertificateRevocationListBuilder().issuer_name(root.subject)
    building = building.last_update(now).next_update(now + LIST_LASTS)
    for serial, revocation in sorted(revoked.items()):
        entry = x509.RevokedCertificateBuilder().serial_number(int(serial, 16)).revocation_date(revocation.at)
        reason = x509.CRLReason(REASONS.get(revocation.reason, x509.ReasonFlags.superseded))
        building = building.add_revoked_certificate(entry.add_extension(reason, critical=False).build())
    return building.sign(root_key, SHA256())


def _begun(
    names: tuple[x509.Name, x509.Name], key: EllipticCurvePrivateKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    subject, issuer = names
    building = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), since, until)
    return building.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _uses(*named: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{use: use in named for use in USES})
