"""Verifying checkpoints: signature, order, Merkle root over the leaves, and that none has vanished."""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

from sqlmodel import Session, col, select

from cases.trail.chain_verification import Fault
from cases.trail.checkpoint_key import CheckpointNotSigned, HouseKey
from cases.trail.checkpoints import Checkpoint, Leaf, hash_of_checkpoint, leaf_of
from storage.merkle import root_of

PAGE = 10_000  # leaves read at once
Blame = Callable[[Fault], None]


def check_checkpoints(session: Session, key: HouseKey, copies: Mapping[int, str], blame: Blame) -> int:
    """Every checkpoint in turn; says how many there are. `copies` are those kept outside the database, by number."""
    count, before = 0, ""
    trees = _trees(session)
    number, leaves = next(trees, (0, []))
    for made in session.execute(select(col(Checkpoint.number), col(Checkpoint.jws)).order_by(col(Checkpoint.number))):
        count += 1
        if made.number != count:
            blame(Fault("checkpoint_missing", seq=count))
            count = made.number
        while number and number < made.number:
            number, leaves = next(trees, (0, []))
        own = leaves if number == made.number else []
        why = _wrong(made, key, before, own, copies)
        if why:
            blame(Fault(why, seq=made.number))
        before = hash_of_checkpoint(made.jws)
    for lost in sorted(copy for copy in copies if copy > count)[:1]:
        blame(Fault("checkpoint_missing", seq=lost))
    return count


def _wrong(made: Any, key: HouseKey, before: str, leaves: list[bytes], copies: Mapping[int, str]) -> str:
    try:
        body = key.check(made.jws)
    except CheckpointNotSigned:
        return "checkpoint_forged"
    if copies.get(made.number, made.jws) != made.jws:
        return "checkpoint_other"
    if body.get("number") != made.number or body.get("before") != before:
        return "checkpoint_order"
    signed_as = (body.get("chains"), body.get("root"))
    return "" if signed_as == (len(leaves), root_of(leaves).hex()) else "checkpoint_leaves"


def _trees(session: Session) -> Iterator[tuple[int, list[bytes]]]:
    """The hashes of the leaves of each checkpoint that has some, in order."""
    for number, leaves in groupby(_leaves(session), key=lambda leaf: leaf.checkpoint):
        yield number, [_hash(leaf, place) for place, leaf in enumerate(leaves)]


def _hash(leaf: Any, place: int) -> bytes:
    return leaf_of(leaf.number, leaf.chain, leaf.seq, leaf.link) if leaf.place == place else b""  # b"": of no leaf


def _leaves(session: Session) -> Iterator[Any]:
    columns: tuple[Any, ...] = (Leaf.checkpoint, Leaf.place, Leaf.number, Leaf.chain, Leaf.seq, Leaf.link)
    order = (col(Leaf.checkpoint), col(Leaf.place))
    yield from session.execute(select(*columns).order_by(*order), execution_options={"yield_per": PAGE})
