"""Checkpoints: the tables of signed checkpoints, their leaves, and the results of verifications.

Each one is the root of a Merkle tree over the chains that grew since the one before, and names the one before by its hash. It is
a JWS (Ed25519), so that anybody with the house's public key can check it, in any language.
"""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from cases.trail.chain import TEXT
from storage.foreign_values import AnyBytes, AnyJson, AnyLong, AnyNumber, AnyText, AnyTime
from storage.merkle import leaf_hash


class Checkpoint(SQLModel, table=True):
    """One checkpoint. What counts stands signed in `jws`; the rest says where the next one looks for new lines."""

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=AnyTime)
    jws: str = Field(sa_type=AnyText)
    chains: int = Field(sa_type=AnyNumber)  # leaves of the tree
    low: int = Field(sa_type=AnyLong)  # every line up to this id is settled and was looked at
    top: int = Field(sa_type=AnyLong)  # the highest id that was seen
    under_way: int = Field(default=0, sa_type=AnyLong)  # PostgreSQL: no transaction this young had begun
    broken: list[Any] = Field(default_factory=list, sa_type=AnyJson)  # chains that did not hold and were not signed


class Leaf(SQLModel, table=True):
    """One leaf of a checkpoint's tree: a chain that grew, how many lines it had, and the link of its last."""

    __tablename__ = "trail_leaf"

    checkpoint: int = Field(primary_key=True, sa_type=AnyNumber)
    place: int = Field(primary_key=True, sa_type=AnyNumber)
    number: str = Field(sa_type=AnyText(32))
    chain: str = Field(sa_type=AnyText(80))
    seq: int = Field(sa_type=AnyNumber)
    link: bytes = Field(sa_type=AnyBytes)


Index("ix_trail_leaf_chain", col(Leaf.number), col(Leaf.chain), col(Leaf.seq), unique=True)


class Verification(SQLModel, table=True):
    """What came of verifying the whole trail, for pages that show it."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=AnyTime)
    seconds: float
    lines: int = Field(sa_type=AnyNumber)
    chains: int = Field(sa_type=AnyNumber)
    checkpoints: int = Field(sa_type=AnyNumber)
    uncovered: int = Field(sa_type=AnyNumber)  # lines no checkpoint covers yet
    faults: int = Field(sa_type=AnyNumber)
    first_fault: str = Field(default="", sa_type=AnyText)


def last_checkpoint(session: Session) -> Checkpoint | None:
    """The newest checkpoint."""
    return session.exec(select(Checkpoint).order_by(col(Checkpoint.number).desc()).limit(1)).first()


def last_verification(session: Session) -> Verification | None:
    """What came of verifying the trail last."""
    return session.exec(select(Verification).order_by(col(Verification.id).desc()).limit(1)).first()


def hash_of_checkpoint(jws: str) -> str:
    """By what the next checkpoint names this one."""
    return hashlib.sha256(jws.encode()).hexdigest()


def leaf_of(number: str, chain: str, seq: int, link: bytes) -> bytes:
    """The hash of a leaf: this chain ends, for now, with this line."""
    return leaf_hash(TEXT.encode([number, chain, seq, link.hex()]).encode())
