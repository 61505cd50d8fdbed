"""A county whose trail is tampered with: by somebody who can do anything in the database, and has no key."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import SQLModel

from cases.trail.checkpoint_key import SigningKey
from cases.trail.checkpoint_making import make_checkpoint
from cases.trail.checkpoints import Checkpoint
from cases.trail.trail_verification import Report, verify_all
from tests.rooms.county import County
from tests.vaults import VAULT

KEY = SigningKey(VAULT)
TRAIL = SQLModel.metadata.tables["trail"]
LEAVES = SQLModel.metadata.tables["trail_leaf"]
CHECKPOINTS = SQLModel.metadata.tables["checkpoint"]
CASES = SQLModel.metadata.tables["cases"]


def checkpoint(county: County, even_empty: bool = False, at_most: int = 5000) -> Checkpoint | None:
    """The clock makes one."""
    with county.database.write() as session:
        return make_checkpoint(session, KEY, county.later(minutes=5), even_empty, at_most)


def verified(county: County, copies: Mapping[int, str] | None = None) -> Report:
    """What verifying the whole trail finds."""
    with county.database.snapshot() as session:
        return verify_all(session, KEY, copies or {})


def faults(county: County, copies: Mapping[int, str] | None = None) -> list[tuple[str, str, int]]:
    """What is wrong: why, with which case, at which line of it or which checkpoint."""
    return [(fault.why, fault.number, fault.seq) for fault in verified(county, copies).faults]


def tamper(county: County, *statements: Any) -> None:
    """These statements, by somebody with full access to the database."""
    with county.database.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


def line(number: str, seq: int) -> Any:
    """The condition for this line of a case."""
    return (TRAIL.c.number == number) & (TRAIL.c.seq == seq)
