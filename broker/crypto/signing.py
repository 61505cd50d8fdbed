"""A letter on the wire: signed by who sends it (JWS, Ed25519), its body encrypted for who reads it (JWE, X25519).

Letters that leave together are signed together: see letter_trees.py. Each of them can still be verified alone.
What the house writes to itself it only encrypts, with a key nobody else has: that proves the writer as well, for a tenth of the
price. Names of claims are those of JWT (RFC 7519): `iss` who sends, `aud` the queue, `jti` the letter's id, `iat` and `exp`
when it was encrypted and until when it is taken; `kind`, `about`, `posted_at` and `body` are our own.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import ValidationError
from pydantic_core import from_json, to_json

from broker.crypto.bad_letters import (
    Altered,
    BadLetter,
    Expired,
    ExpiredKey,
    NotAllowed,
    NotSigned,
    Postdated,
    Readdressed,
    RevokedKey,
    SealedForAnother,
    Shapeless,
    UnknownKey,
)
from broker.crypto.envelope import OpenedLetter
from broker.crypto.jose import (
    CIPHER,
    DIRECT,
    Decrypter,
    Encrypter,
    NoToken,
    Tampered,
    encrypt_once,
    head_of,
)
from broker.crypto.key_ring import HOUSE, SKEW, KeyRing, PublicKey
from broker.crypto.letter_trees import TREE_TYPE, LetterReader, sign_letters
from broker.letter import Letter
from storage.json import Json

TYPE = "letter+jwt"
LIFE = timedelta(days=10)  # a letter is taken for so long; the inbox remembers its id for longer
MARK_BYTES = 12
FROM_UNITS = {"finding": "findings", "alive": "findings", "request": "requests"}  # a unit's kinds of letter, and their queues
TO_UNITS = ("questions", "replies")  # the queues a unit reads are called `questions.UNIT`


class _Heads(NamedTuple):
    """The headers of all that we write with one of our pairs."""

    letter: bytes
    tree: bytes
    to_self: bytes


class SignedEnvelope:
    """The `Envelope` of one party, with its key ring; `now` gives the time in UTC."""

    def __init__(self, ring: KeyRing, now: Callable[[], datetime]) -> None:
        self._ring, self._now = ring, now
        self._sealer, self._opener, self._own, self._reader = Encrypter(), Decrypter(), Decrypter(), LetterReader(TYPE)
        self._heads: dict[str, _Heads] = {}

    def ready(self) -> None:
        """Raises KeysAway while we have no keys."""
        if not self._ring.loaded:
            self._ring.own(self._now())

    def encrypt(self, letters: Sequence[Letter]) -> list[bytes | None]:
        """The letters for the wire, in their order; None for one whose reader has no key. Raises KeysAway where we have none."""
        now = self._now()
        pair, owner = self._ring.own(now), self._ring.owner
        heads, keys = self._heads_of(pair.kid), self._readers(letters, now)
        wires, signed = list[bytes | None]([None] * len(letters)), dict[int, bytes]()
        for place, letter in enumerate(letters):
            claims, body, reader = _claims_of(letter, owner, int(now.timestamp())), letter.sealed_body(), reader_of(letter.to)
            if reader == owner:
                wires[place] = encrypt_once(heads.to_self, b"", b'%s,"body":%s}' % (claims[:-1], body), pair.to_self)
            elif key := keys[reader]:
                sealed = self._sealer.encrypt(body, key.kid, key.sealing, pair.kid)
                signed[place] = b'%s,"body":"%s"}' % (claims[:-1], sealed)
        for place, wire in zip(signed, sign_letters(heads.letter, heads.tree, [*signed.values()], pair.signing), strict=True):
            wires[place] = wire
        return wires

    def _readers(self, letters: Sequence[Letter], now: datetime) -> dict[str, PublicKey | None]:
        """The keys by which the others read, by their owners."""
        return {owner: self._ring.reader(owner, now) for owner in {reader_of(one.to) for one in letters} - {self._ring.owner}}

    def _heads_of(self, kid: str) -> "_Heads":
        if kid not in self._heads:
            signing = {"alg": "Ed25519", "kid": kid}
            letter, tree = (head_of({**signing, "typ": typ}) for typ in (TYPE, TREE_TYPE))
            self._heads[kid] = _Heads(letter, tree, head_of({"alg": DIRECT, "enc": CIPHER, "kid": kid, "typ": TYPE}))
        return self._heads[kid]

    def open(self, wire: bytes, queue: str) -> OpenedLetter:
        """The letter that lay in this queue. Raises BadLetter by the reason it is not believed."""
        claims, sender, mark, body = self._authentic(wire)
        if claims.get("iss") != sender:
            raise NotAllowed
        if claims.get("aud") != queue:
            raise Readdressed
        self._check_times(claims)
        check_allowed(claims.get("kind"), queue, sender)
        if body is None:
            body, _ = _unseal(self._opener, str(claims.get("body", "")).encode(), self._private)
        letter = _letter(claims, body)
        if sender != HOUSE and letter.body.get("unit") != sender:
            raise NotAllowed
        return OpenedLetter(letter, sender, mark, body)

    def look(self, wire: bytes) -> Letter | None:
        """What a buried letter says of itself, its body left out; None where its signature does not hold."""
        try:
            claims = self._authentic(wire)[0]
            return _letter(claims, b"{}")
        except BadLetter:
            return None

    def _authentic(self, wire: bytes) -> tuple[Json, str, str, bytes | None]:
        """The claims, who truly wrote them, the mark of this encryption, and the body where it was encrypted together with them."""
        if wire.count(b".") == 4:
            plain, tag = _unseal(self._own, wire, self._to_self)
            claims = _claims(plain)
            return claims, self._ring.owner, tag[:MARK_BYTES].hex(), to_json(claims.get("body"))
        try:
            one = self._reader.split(wire)
            key = self._believed(one.kid)
            mark = self._reader.verify(one, key.verifying)
        except NoToken:
            raise NotSigned from None
        except Tampered:
            raise Altered from None
        return _claims(one.payload), key.owner, mark[:MARK_BYTES].hex(), None

    def _believed(self, kid: str) -> PublicKey:
        key = self._ring.known(kid)
        if key is None:
            raise UnknownKey
        if key.revoked_at is not None:
            raise RevokedKey
        if not key.counts(self._now()):
            raise ExpiredKey
        return key

    def _private(self, kid: str) -> X25519PrivateKey:
        pair = self._ring.own_by_id(kid)
        if pair is None:
            raise SealedForAnother
        return pair.reading

    def _to_self(self, kid: str) -> AESGCM:
        pair = self._ring.own_by_id(kid)
        if pair is None:
            raise UnknownKey
        return pair.to_self

    def _check_times(self, claims: Json) -> None:
        sealed, until, now = claims.get("iat"), claims.get("exp"), self._now().timestamp()
        if type(sealed) is not int or type(until) is not int or until - sealed > LIFE.total_seconds():
            raise Shapeless
        if sealed > now + SKEW.total_seconds():
            raise Postdated
        if until <= now:
            raise Expired


def _unseal(opener: Decrypter, token: bytes, key_of: Callable[[str], X25519PrivateKey | AESGCM]) -> tuple[bytes, bytes]:
    try:
        return opener.open(token, key_of)
    except NoToken:
        raise NotSigned from None
    except Tampered:
        raise Altered from None


def _claims_of(letter: Letter, owner: str, at: int) -> bytes:
    times = {"iat": at, "exp": at + int(LIFE.total_seconds()), "posted_at": letter.posted_at}
    who = {"iss": owner, "aud": letter.to, "jti": letter.id}
    return to_json({"version": 2, **who, **times, "kind": letter.kind, "about": letter.about})


def reader_of(queue: str) -> str:
    """Who reads this queue: a unit's own, or the house."""
    name, _, unit = queue.partition(".")
    return unit if name in TO_UNITS else HOUSE


def check_allowed(kind: object, queue: str, sender: str) -> None:
    """Raises NotAllowed where this sender may not put this kind of letter there; the house may put any anywhere."""
    if sender != HOUSE and (not isinstance(kind, str) or FROM_UNITS.get(kind) != queue):
        raise NotAllowed


def _claims(payload: bytes) -> Json:
    try:
        claims = from_json(payload)
    except ValueError:
        raise Shapeless from None
    if not isinstance(claims, dict) or claims.get("version") != 2:
        raise Shapeless
    return claims


def _letter(claims: Json, body: bytes) -> Letter:
    facts = {"id": claims.get("jti"), "to": claims.get("aud"), "body": _body(body)}
    told = {name: claims.get(name) for name in ("kind", "about", "posted_at")}
    try:
        return Letter.model_validate({**facts, **told})
    except ValidationError:
        raise Shapeless from None


def _body(body: bytes) -> object:
    try:
        return from_json(body)
    except ValueError:
        raise Shapeless from None
