"""One signature for all letters that leave together: a Merkle tree over them, its root signed, each with its way to the root.

Such a letter is `CLAIMS~PLACE~PATH~ROOT`. CLAIMS is what a JWS has for its payload, and as it stands a leaf of the tree
(storage/merkle.py, RFC 9162); PLACE its place among the letters, from 0; PATH the hashes beside its way up, the nearest first, as
base64url; ROOT a compact JWS whose payload says `root` and `size` of the tree. A letter that leaves alone is a JWS by itself.
"""

import json
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from broker.crypto.jose import NoToken, Signed, SignedReader, Tampered, sign, unb64, verify
from storage.base64url import b64
from storage.merkle import leaf_hash, levels_of, path_of, root_from

TREE_TYPE = "letters+jwt"  # another than that of a letter: neither can pass for the other
MARK = b"~"  # no sign of base64url
HASH_BYTES, MOST_UP = 32, 16  # a tree of 65,536 letters
MOST_PATH, MOST_ROOT = MOST_UP * HASH_BYTES * 4 // 3 + 1, 2048
MOST_ROOTS = 500  # whose signatures are remembered


class Root(NamedTuple):
    """A tree's root, as somebody signed it."""

    hash: bytes
    size: int


class ReadLetter(NamedTuple):
    """A letter that was taken apart and not verified yet; of one that was signed alone `path` is None."""

    kid: str
    payload: bytes
    signed: Signed
    root: bytes = b""
    leaf: bytes = b""
    place: int = 0
    path: Sequence[bytes] | None = None


def sign_letters(head: bytes, tree_head: bytes, payloads: Sequence[bytes], key: Ed25519PrivateKey) -> list[bytes]:
    """These letters, signed by one signature; one alone as a JWS with the first header."""
    if len(payloads) < 2:
        return [sign(head, payload, key) for payload in payloads]
    parts = [b64(payload) for payload in payloads]
    levels = levels_of([leaf_hash(part) for part in parts])
    root = sign(tree_head, b'{"root":"%s","size":%d}' % (b64(levels[-1][0]), len(parts)), key)
    paths = [b64(b"".join(path_of(place, levels))) for place in range(len(parts))]
    return [b"%s~%d~%s~%s" % (part, place, path, root) for place, (part, path) in enumerate(zip(parts, paths, strict=True))]


class LetterReader:
    """Takes letters of both kinds apart and verifies them; of a tree the signature once for all its letters that come by."""

    def __init__(self, typ: str) -> None:
        self._alone, self._trees = SignedReader(typ), SignedReader(TREE_TYPE)
        self._verified: OrderedDict[bytes, tuple[Signed, Root]] = OrderedDict()

    def split(self, wire: bytes) -> ReadLetter:
        """The parts of a letter; raises NoToken."""
        if MARK not in wire:
            signed = self._alone.split(wire)
            return ReadLetter(signed.kid, signed.payload, signed)
        parts = wire.split(MARK)
        if len(parts) != 4 or len(parts[2]) > MOST_PATH or len(parts[3]) > MOST_ROOT:
            raise NoToken("parts")
        claims, place, path, root = parts
        known = self._verified.get(root)
        signed = known[0] if known else self._trees.split(root)
        return ReadLetter(signed.kid, unb64(claims), signed, root, leaf_hash(claims), _place_of(place), _path_of(path))

    def verify(self, letter: ReadLetter, key: Ed25519PublicKey) -> bytes:
        """The mark of this very letter, which no other has. Raises Tampered unless this key signed it, NoToken."""
        if letter.path is None:
            verify(letter.signed, key)
            return letter.signed.signature
        root = self._root_of(letter, key)
        if root_from(letter.place, root.size, letter.leaf, letter.path) != root.hash:
            raise Tampered
        return letter.leaf

    def _root_of(self, letter: ReadLetter, key: Ed25519PublicKey) -> Root:
        # By all of its bytes, the id of the key included, which is the key's own hash: it can be of no other.
        known = self._verified.get(letter.root)
        if known:
            return known[1]
        verify(letter.signed, key)
        root = _read_root(letter.signed.payload)
        self._verified[letter.root] = letter.signed, root
        if len(self._verified) > MOST_ROOTS:
            self._verified.popitem(last=False)
        return root


def _place_of(text: bytes) -> int:
    if not text.isdigit() or len(text) > 5:
        raise NoToken("place")
    return int(text)


def _path_of(text: bytes) -> list[bytes]:
    whole = unb64(text)
    if len(whole) % HASH_BYTES:
        raise NoToken("path")
    return [whole[at : at + HASH_BYTES] for at in range(0, len(whole), HASH_BYTES)]


def _read_root(payload: bytes) -> Root:
    try:
        plain = json.loads(payload)
        root, size = unb64(plain["root"].encode()), plain["size"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NoToken("root") from None
    if type(size) is not int or not 0 < size <= 1 << MOST_UP or len(root) != HASH_BYTES:
        raise NoToken("root")
    return Root(root, size)
