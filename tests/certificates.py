"""An authority and a server's certificate for tests, in a folder of their own."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


def write_certificates(folder: Path, address: str, port: int) -> dict[str, str]:
    """Writes ca.pem, server.pem and server.key; what RabbitMQ's configuration says about them."""
    authority, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("Test authority", authority, None, authority).sign(authority, SHA256())
    own = _certificate(address, server, root, authority).add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ip_address(address)), x509.DNSName("localhost")]), critical=False
    )
    key = server.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    texts = {"ca.pem": root.public_bytes(Encoding.PEM), "server.key": key}
    texts["server.pem"] = own.sign(authority, SHA256()).public_bytes(Encoding.PEM)
    for name, text in texts.items():
        (folder / name).write_bytes(text)
    files = {"cacertfile": "ca.pem", "certfile": "server.pem", "keyfile": "server.key"}
    options = {f"ssl_options.{option}": str(folder / name) for option, name in files.items()}
    return {
        "listeners.ssl.1": f"{address}:{port}",
        "ssl_options.versions.1": "tlsv1.3",
        "ssl_options.versions.2": "tlsv1.2",
        **options,
    }


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Certificate | None, signer: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    subject, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.subject if issuer else subject)
    made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    made = made.add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    theirs = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return made.add_extension(theirs, critical=False)
