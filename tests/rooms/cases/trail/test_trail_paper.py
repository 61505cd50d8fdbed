"""docs/trail.md is enough to check a proof: this checks one with what stands there and nothing of ours."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc import jws
from joserfc.jwk import OKPKey

from cases.lifecycle import State
from cases.trail.checkpoint_key import said_in
from cases.trail.inclusion_proof import prove_inclusion
from tests.rooms.cases.trail.strongroom import KEY, checkpoint
from tests.rooms.county import County


def test_a_stranger_checks_a_proof_with_the_paper_alone(county: County) -> None:
    county.asked_into(State.ANSWERED, 4)
    (number,) = county.asked_into(State.RETURNED)
    checkpoint(county)
    with county.database.read() as session:
        proof = json.loads(json.dumps(prove_inclusion(session, number, contents=True)))

    assert checked(proof, KEY.pem()) == (number, ["ask", "hand_over", "return"])


def test_any_jose_library_checks_a_checkpoint(county: County) -> None:
    county.ask()
    made = checkpoint(county)
    assert made is not None

    read = jws.deserialize_compact(made.jws, OKPKey.import_key(KEY.pem()), algorithms=["Ed25519"])

    assert read.headers() == {"alg": "Ed25519", "kid": KEY.id, "typ": "hecha-checkpoint"}
    assert json.loads(read.payload) == KEY.check(made.jws) == said_in(made.jws)


def checked(proof: dict[str, object], pem: str) -> tuple[str, list[str]]:
    """The three steps of the paper."""
    head, body, signature = str(proof["checkpoint"]).split(".")
    public = load_pem_public_key(pem.encode())
    public.verify(unbased(signature), f"{head}.{body}".encode())  # type: ignore[union-attr,call-arg]  # an Ed25519 key
    assert json.loads(unbased(head))["typ"] == "hecha-checkpoint"
    told, link, lines = json.loads(unbased(body)), bytes(32), proof["lines"]
    assert isinstance(lines, list)
    for seq, one in enumerate(lines, 1):
        names = ("at", "action", "actor", "who", "unit", "start", "to")
        line = [proof["number"], "", seq, *(one[name] for name in names), one.get("content_hash", "")]
        link = sha(b"\x02" + link + compact(line))
        if "content" in one:
            assert sha(base64.b64decode(one["content"])).hex() == one["content_hash"]
    found = sha(b"\x00" + compact([proof["number"], "", len(lines), link.hex()]))
    assert rooted(found, int(str(proof["place"])), told["chains"], [bytes.fromhex(step) for step in proof["path"]]) == told["root"]  # type: ignore[attr-defined]  # a list
    return str(proof["number"]), [one["action"] for one in lines]


def rooted(found: bytes, place: int, size: int, path: list[bytes]) -> str:
    """RFC 9162, section 2.1.3.2."""
    fn, sn = place, size - 1
    for step in path:
        if fn & 1 or fn == sn:
            found = sha(b"\x01" + step + found)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = sha(b"\x01" + found + step)
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0
    return found.hex()


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def compact(value: object) -> bytes:
    """JSON as the paper wants it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def unbased(text: str) -> bytes:
    """Base64url without its padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
