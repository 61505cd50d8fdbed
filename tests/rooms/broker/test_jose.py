"""Our compact JWS and JWE are everybody's: joserfc reads what we write and writes what we read."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwe, jws
from joserfc.jwk import ECKey, OKPKey

from broker.crypto import jose
from broker.crypto.jose import (
    Decrypter,
    Encrypter,
    NoToken,
    SignedReader,
    Tampered,
    b64,
    encrypt_once,
    head_of,
    sign,
    unb64,
    verify,
)
from broker.crypto.key_ring import KeyPair, thumbprint

NOW = datetime(2026, 7, 1, tzinfo=UTC)
PAIR, OTHER = KeyPair.make("police", NOW), KeyPair.make("civil", NOW)
HEAD = head_of({"alg": "Ed25519", "kid": PAIR.kid, "typ": "letter+jwt"})


def jwk_of(name: str) -> OKPKey:
    """One of the pair's private keys as joserfc knows them."""
    return OKPKey.import_key(PAIR.secret()[name])


def ours(kid: str) -> Any:
    return PAIR.reading


def test_joserfc_verifies_what_we_sign() -> None:
    token = sign(HEAD, "核查".encode(), PAIR.signing)

    read = jws.deserialize_compact(token, jwk_of("sign"), algorithms=["Ed25519"])

    assert (read.payload.decode(), read.headers()["kid"]) == ("核查", PAIR.kid)


@pytest.mark.parametrize("name", ["Ed25519", "EdDSA"])
def test_we_verify_what_joserfc_signs(name: str) -> None:
    header = {"alg": name, "kid": PAIR.kid, "typ": "letter+jwt"}
    token = jws.serialize_compact(header, "核查", jwk_of("sign"), algorithms=[name])

    signed = SignedReader("letter+jwt").split(token.encode())
    verify(signed, PAIR.public.verifying)

    assert (signed.payload.decode(), signed.kid) == ("核查", PAIR.kid)


def test_joserfc_opens_what_we_seal() -> None:
    token = Encrypter().encrypt("核查".encode(), PAIR.kid, PAIR.public.sealing, "house")

    opened = jwe.decrypt_compact(token, jwk_of("read"), algorithms=["ECDH-ES", "A256GCM"])

    assert opened.plaintext is not None
    assert opened.plaintext.decode() == "核查"


def test_we_open_what_joserfc_seals() -> None:
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": PAIR.kid}
    key = OKPKey.import_key(PAIR.public.plain()["read"])
    token = jwe.encrypt_compact(header, "核查", key, algorithms=["ECDH-ES", "A256GCM"])

    assert Decrypter().open(token.encode(), ours)[0].decode() == "核查"


def test_joserfc_names_a_key_as_we_do() -> None:
    assert jwk_of("sign").thumbprint() == PAIR.kid == thumbprint(PAIR.public.verifying.public_bytes_raw())


def test_one_ephemeral_key_serves_a_recipient_for_minutes_and_no_two_seals_are_alike() -> None:
    moment = [0.0]
    sealer = Encrypter(lambda: moment[0])
    first, second = (sealer.encrypt(b"x", PAIR.kid, PAIR.public.sealing, "house") for _ in range(2))
    for_another = sealer.encrypt(b"x", OTHER.kid, OTHER.public.sealing, "house")
    moment[0] = 301.0
    later = sealer.encrypt(b"x", PAIR.kid, PAIR.public.sealing, "house")

    heads = [token.split(b".")[0] for token in (first, second, for_another, later)]
    assert (heads[0] == heads[1], len(set(heads))) == (True, 3)
    assert first.split(b".")[2] != second.split(b".")[2]


def test_every_changed_byte_of_a_signed_letter_is_noticed() -> None:
    token = sign(HEAD, b'{"about":"2026-1"}', PAIR.signing)
    reader, known = SignedReader("letter+jwt"), PAIR.public.verifying

    for place in range(len(token)):
        changed = token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]
        with pytest.raises((NoToken, Tampered)):
            verify(reader.split(changed), known)


def test_every_changed_byte_of_a_sealed_body_is_noticed() -> None:
    token = Encrypter().encrypt(b"a name", PAIR.kid, PAIR.public.sealing, "house")
    last = len(token.split(b".")[4]) - 1  # of the last character four bits are padding

    for place in range(len(token) - 1):
        changed = token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]
        with pytest.raises((NoToken, Tampered)):
            Decrypter().open(changed, ours)
    assert last == 21


HEADERS: list[dict[str, Any]] = [
    {"alg": "none"}, {"alg": "HS256"}, {"alg": "Ed25519", "typ": "JWT"}, {"alg": "Ed25519", "typ": "letter+jwt"},
    {"alg": "Ed25519", "typ": "letter+jwt", "kid": "k", "crit": ["b64"], "b64": False}, {"alg": ["Ed25519"], "kid": "k"},
]  # fmt: skip


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_that_asks_for_something_else_is_refused(header: dict[str, Any]) -> None:
    with pytest.raises(NoToken):
        SignedReader("letter+jwt").split(sign(head_of(header), b"{}", PAIR.signing))


@pytest.mark.parametrize(
    "wire",
    [b"", b"..", b"a.b", b"{}", b'{"a": "b.c.d"}', b"\xff.\xff.\xff", b"e30.e30.e30", b64(b"[" * 700) + b".e30.e30", b"." * 9],
)
def test_what_is_no_token_is_refused_and_nothing_else_is_raised(wire: bytes) -> None:
    with pytest.raises(NoToken):
        SignedReader("letter+jwt").split(wire)
    with pytest.raises(NoToken):
        Decrypter().open(wire, ours)


NO_POINT, SMALL = b64(bytes(31)).decode(), b64(bytes(32)).decode()  # the second is the point of order one
SEALED: list[dict[str, Any]] = [
    {"alg": "dir"}, {"alg": "ECDH-ES+A256KW"}, {"epk": None}, {"apu": 5}, {"enc": "A128GCM"}, {"zip": "DEF"},
    {"epk": {"kty": "OKP", "crv": "Ed25519", "x": SMALL}}, {"epk": {"kty": "OKP", "crv": "X25519", "x": SMALL}},
    {"epk": {"kty": "OKP", "crv": "X25519", "x": NO_POINT}},
]  # fmt: skip


@pytest.mark.parametrize("change", SEALED)
def test_a_seal_made_in_another_way_is_refused(change: dict[str, Any]) -> None:
    good = json.loads(unb64(Encrypter().encrypt(b"x", PAIR.kid, PAIR.public.sealing, "house").split(b".")[0]))

    with pytest.raises(NoToken):
        Decrypter().open(encrypt_once(head_of({**good, **change}), b"", b"x", AESGCM(bytes(32))), ours)


def test_what_is_remembered_of_strangers_headers_stays_small() -> None:
    reader = SignedReader("letter+jwt")
    for n in range(2100):
        reader.split(head_of({"alg": "Ed25519", "kid": f"k{n}", "typ": "letter+jwt"}) + b".e30.e30")

    assert len(reader._kids) <= 2000


def test_es256_of_ours_is_read_by_joserfc_and_theirs_by_us() -> None:
    ours, payload = generate_private_key(SECP256R1()), b'{"v":1}'
    pem = ours.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for _ in range(20):  # r and s are now and then shorter than 32 bytes
        wire = jose.sign_es256("paper", "k", payload, ours)
        assert jws.deserialize_compact(wire, ECKey.import_key(pem), algorithms=["ES256"]).payload == payload
        assert jose.open_es256(wire, "paper", ours.public_key()) == payload
    theirs = jws.serialize_compact({"alg": "ES256", "typ": "paper"}, payload, ECKey.import_key(pem), algorithms=["ES256"]).encode()
    assert jose.open_es256(theirs, "paper", ours.public_key()) == payload


def test_es256_of_another_key_kind_or_content_is_refused() -> None:
    ours = generate_private_key(SECP256R1())
    wire = jose.sign_es256("paper", "k", b"{}", ours)
    with pytest.raises(jose.Tampered):
        jose.open_es256(wire, "paper", generate_private_key(SECP256R1()).public_key())
    head, _, signature = wire.split(b".")
    with pytest.raises(jose.Tampered):
        jose.open_es256(b".".join((head, jose.b64(b"[]"), signature)), "paper", ours.public_key())
    for wrong, kind in ((wire, "other"), (b"a.b", "paper"), (wire[:-4], "paper")):
        with pytest.raises(jose.NoToken):
            jose.open_es256(wrong, kind, ours.public_key())
