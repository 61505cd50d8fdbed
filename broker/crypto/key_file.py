"""A file of letter keys: mode 600 in a folder of mode 700, replaced whole or not at all.

A private file holds its owner's pairs and, for a unit, the public keys of the house: an agent needs nothing else to be
believed and to believe. A public file holds public halves only, and is what travels.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from broker.crypto.key_ring import HOUSE, KeyPair, Keys, PublicKey, WrongKey
from storage.json import Json
from storage.private_files import write_privately

PRIVATE, PUBLIC = "hecha private letter keys", "hecha public letter keys"
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class KeyFile:
    """What stands in a private file."""

    owner: str
    pairs: Sequence[KeyPair] = ()
    house: Sequence[PublicKey] = field(default=())

    def keys(self) -> Keys:
        """As a ring takes them. Raises WrongKey where a unit does not know the house: it would bury every question."""
        if not self.pairs or not (self.house or self.owner == HOUSE):
            raise WrongKey("the file lacks its owner's keys, or those of the house")
        return Keys(self.owner, self.pairs, self.house)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The file's content; raises WrongKey naming the file, FileNotFoundError."""
        plain = _read(path)
        if plain.get("what") != PRIVATE:
            raise WrongKey(f"{path}: expected {PRIVATE}")
        owner = str(plain.get("owner", ""))
        try:
            pairs = [KeyPair.read(one, owner) for one in plain.get("keys", [])]
            return cls(owner, pairs, [PublicKey.read(one, HOUSE) for one in plain.get("house", [])])
        except (WrongKey, TypeError, AttributeError) as wrong:
            raise WrongKey(f"{path}: {wrong if isinstance(wrong, WrongKey) else 'unknown shape'}") from None

    def write(self, path: Path, anew: bool = False) -> bool:
        """Puts it there; with `anew` only where there is none yet, else it says False. For the owner's eyes alone."""
        plain = {"what": PRIVATE, "owner": self.owner, "keys": [pair.secret() for pair in self.pairs]}
        context = {"house": [key.plain() for key in self.house]} if self.house else {}
        return write_privately(path, json.dumps({**plain, **context}, indent=1) + "\n", anew)


def public_text(owner: str, keys: Sequence[PublicKey]) -> str:
    """A public file."""
    return json.dumps({"what": PUBLIC, "owner": owner, "keys": [key.plain() for key in keys]}, indent=1) + "\n"


def read_public(path: Path) -> tuple[str, list[PublicKey]]:
    """Owner and keys of a public file; raises WrongKey naming the file, FileNotFoundError."""
    plain = _read(path)
    owner = plain.get("owner")
    if plain.get("what") != PUBLIC or not isinstance(owner, str) or not 0 < len(owner) <= 32:
        raise WrongKey(f"{path}: expected {PUBLIC}, as `hecha keys export` writes them")
    try:
        return owner, [PublicKey.read(one, owner) for one in plain.get("keys", [])]
    except (WrongKey, TypeError, AttributeError) as wrong:
        raise WrongKey(f"{path}: {wrong if isinstance(wrong, WrongKey) else 'unknown shape'}") from None


def _read(path: Path) -> Json:
    text = path.read_bytes()[: MOST_BYTES + 1]
    try:
        plain = json.loads(text) if len(text) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        plain = None
    if not isinstance(plain, dict):
        raise WrongKey(f"{path}: expected letter keys in JSON")
    return plain
