"""The rule by which commitments and inspectors are drawn (双随机): whoever has seed and lists works out the same draw again.

Nothing here knows a database or a clock. reform/lots/recompute_draw.py is the same rule once more, for whoever trusts no code
of ours.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil
from typing import NamedTuple

RULE = 1  # the version of what stands below: another rule gets another number, and old draws keep theirs
NOBODY = ""  # in place of an inspector, where nobody may inspect this commitment


class Candidate(NamedTuple):
    """A commitment that may be drawn: its number, the unit that took it, that unit's house, and the clerk who was witness."""

    number: str
    unit: str
    house: str
    witness: str


class Inspector(NamedTuple):
    """Somebody who may be drawn: user name, unit, that unit's house."""

    username: str
    unit: str
    house: str


class Drawn(NamedTuple):
    """One commitment that was drawn, in the order of the draw, with who inspects it; NOBODY where nobody may."""

    number: str
    inspector: str


def seal_of(secret: str) -> str:
    """What is told of the secret at the month's beginning: its SHA-256. Nobody can put another secret in its place later."""
    return hashlib.sha256(secret.encode()).hexdigest()


def list_digest(candidates: Iterable[Candidate], inspectors: Iterable[Inspector]) -> str:
    """One SHA-256 of both lists, each sorted: written down before the seed can be known."""
    lists = [sorted(map(list, candidates)), sorted(map(list, inspectors))]
    return hashlib.sha256(json.dumps(lists, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def seed_of(secret: str, checkpoint: str) -> str:
    """The seed: SHA-256 of the secret, a line break, and the hash of the first checkpoint after the lists were closed."""
    return hashlib.sha256(f"{secret}\n{checkpoint}".encode()).hexdigest()


def sample_size(count: int, share: float, least: int, most: int) -> int:
    """How many of `count` are drawn: the share, rounded up; at least `least` and at most `most`, and never more than there are."""
    return min(count, most, max(least, ceil(count * share)))


def draw(seed: str, candidates: Sequence[Candidate], inspectors: Sequence[Inspector], size: int) -> list[Drawn]:
    """The first `size` commitments in the order of their tickets; to each the inspector who has least to do, then by ticket.

    A ticket is the SHA-256 of the seed, a line break and the number; for an inspector the user name follows after another
    line break. Nobody inspects what their own unit or its house took, or what they were witness to.
    """
    chosen = sorted(candidates, key=lambda one: _ticket(seed, one.number))[:size]
    load: Counter[str] = Counter()
    drawn = []
    for one in chosen:
        may = [who for who in inspectors if who.house != one.house and who.username != one.witness]
        who = min(may, key=lambda w: (load[w.username], _ticket(seed, one.number, w.username))).username if may else NOBODY
        load[who] += 1
        drawn.append(Drawn(one.number, who))
    return drawn


def _ticket(seed: str, *parts: str) -> str:
    return hashlib.sha256("\n".join((seed, *parts)).encode()).hexdigest()
