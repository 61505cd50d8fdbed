"""Merkle trees: the root as RFC 9162 defines it, and paths that lead to it from their own leaf alone."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.merkle import leaf_hash, levels_of, node_hash, path_of, root_from, root_of

LEAVES = [leaf_hash(bytes([n])) for n in range(40)]


def by_the_book(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162, section 2.1.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    half = max(1 << n for n in range(10) if 1 << n < len(leaves))
    return node_hash(by_the_book(leaves[:half]), by_the_book(leaves[half:]))


@pytest.mark.parametrize("size", [*range(1, 20), 31, 32, 33, 40])
def test_root_and_every_path_are_those_of_the_book(size: int) -> None:
    leaves, root = LEAVES[:size], by_the_book(LEAVES[:size])

    assert root_of(iter(leaves)) == root
    levels = levels_of(leaves)
    assert list(levels[-1]) == [root]
    for place, leaf in enumerate(leaves):
        assert root_from(place, size, leaf, path_of(place, levels)) == root
        assert len(path_of(place, levels)) <= (size - 1).bit_length()


def test_a_tree_without_leaves_has_the_root_of_the_book() -> None:
    assert root_of([]) == hashlib.sha256(b"").digest()


@given(st.integers(2, 40), st.data())
def test_a_path_that_was_touched_leads_elsewhere(size: int, data: st.DataObject) -> None:
    leaves = LEAVES[:size]
    place = data.draw(st.integers(0, size - 1))
    path, root = path_of(place, levels_of(leaves)), root_of(leaves)
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != place))
    touched = data.draw(st.integers(0, len(path) - 1))

    assert root_from(place, size, leaves[other], path) != root
    assert root_from(other, size, leaves[place], path) != root
    assert root_from(place, size, leaves[place], path[:touched] + path[touched + 1 :]) != root
    assert root_from(place, size, leaves[place], [*path, path[0]]) != root
    assert root_from(size + place, size, leaves[place], path) is None
