"""Merkle trees as in certificate transparency (RFC 9162, section 2.1): root, inclusion path and its check."""

import hashlib
from collections.abc import Iterable, Sequence


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf; the first byte keeps leaves and nodes apart."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two trees beside each other."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes, in memory that grows with the height of the tree alone."""
    peaks: list[tuple[int, bytes]] = []  # whole trees, the largest first, as (height, root)
    for leaf in leaves:
        peaks.append((0, leaf))
        while len(peaks) > 1 and peaks[-1][0] == peaks[-2][0]:
            (height, right), (_, left) = peaks.pop(), peaks.pop()
            peaks.append((height + 1, node_hash(left, right)))
    if not peaks:
        return hashlib.sha256(b"").digest()
    root = peaks.pop()[1]
    while peaks:
        root = node_hash(peaks.pop()[1], root)
    return root


def levels_of(leaves: Sequence[bytes]) -> list[Sequence[bytes]]:
    """The whole tree over these leaf hashes: they themselves, then the hashes of pairs, up to the root alone."""
    levels = [leaves]
    while len(below := levels[-1]) > 1:
        pairs = [node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
        levels.append([*pairs, below[-1]] if len(below) % 2 else pairs)  # what has nobody beside it goes up as it is
    return levels


def path_of(place: int, levels: Sequence[Sequence[bytes]]) -> list[bytes]:
    """The hashes that lead from the leaf at this place (from 0) to the root, the nearest first."""
    return [level[place >> up ^ 1] for up, level in enumerate(levels) if place >> up ^ 1 < len(level)]


def root_from(place: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root that this leaf at this place of a tree of this size leads to; None where the path cannot belong to it."""
    if not 0 <= place < size:
        return None
    at, last, found = place, size - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if at % 2 or at == last:
            found = node_hash(beside, found)
            while at and not at % 2:
                at, last = at // 2, last // 2
        else:
            found = node_hash(found, beside)
        at, last = at // 2, last // 2
    return found if last == 0 else None
