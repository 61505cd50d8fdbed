"""Frozen ladders: each case's escalation steps, fixed when it starts; how many office minutes after the start each comes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import Index, bindparam, update
from sqlmodel import Field, Session, SQLModel, col, select

from cases.catalogue.ladder import Step
from storage.bulk_rows import upsert_rows
from storage.encrypted_columns import EncryptedJson
from storage.json import Json

Person = Mapping[str, Any]  # id, kind (clerk | contact | supervisor), name, phone, locale


class FrozenLadder(SQLModel, table=True):
    """The ladder of one case: at its desk, or among the contacts of an area."""

    __tablename__ = "frozen_ladder"
    __table_args__ = (Index("ix_frozen_ladder_lately", "kind", "started_at"),)

    number: str = Field(primary_key=True, max_length=32)
    kind: str = Field(primary_key=True, max_length=16)
    area: str = Field(default="", max_length=32)
    started_at: datetime
    position: int = 0
    steps: list[dict[str, Any]] = Field(default_factory=list, sa_type=EncryptedJson)


def slots_of(steps: Sequence[Step]) -> list[int]:
    """When each step comes, in office minutes after the start; the catalogue counts each from the one before."""
    return list(accumulate(step.after_office_minutes for step in steps))


def frozen_steps(people: Sequence[tuple[str, Person | None, str]], slots: Sequence[int]) -> list[Json]:
    """Steps from (who, person or nobody, wording): a step with nobody in it is left out and the next one moves up to its time.

    `slots` are office minutes after the start; beyond the last one the last interval goes on.
    """
    there = [(who, person, wording) for who, person, wording in people if person]
    times = list(slots) or [0]
    while len(times) < len(there):
        times.append(2 * times[-1] - times[-2] if len(times) > 1 else times[-1] + 30)
    return [{"who": who, **person, "wording": wording, "after": after}
            for (who, person, wording), after in zip(there, times, strict=False)]  # fmt: skip


def start_ladders(session: Session, ladders: Sequence[Json]) -> None:
    """Freezes these ladders (dicts of FrozenLadder's fields), in place of what stood there for the same case and kind."""
    upsert_rows(session, SQLModel.metadata.tables["frozen_ladder"], ladders, ("area", "started_at", "position", "steps"))


def ladders_of(session: Session, numbers: Iterable[str], kind: str) -> dict[str, FrozenLadder]:
    """The frozen ladders of these cases."""
    found = select(FrozenLadder).where(col(FrozenLadder.number).in_(list(numbers)), FrozenLadder.kind == kind)
    return {ladder.number: ladder for ladder in session.exec(found.execution_options(populate_existing=True))}


def set_positions(session: Session, kind: str, positions: Mapping[str, int]) -> None:
    """Notes how far each case has climbed."""
    if not positions:
        return
    where = (col(FrozenLadder.number) == bindparam("b_number"), col(FrozenLadder.kind) == kind)
    rows = [{"b_number": number, "position": position} for number, position in positions.items()]
    session.connection().execute(update(FrozenLadder).where(*where), rows)
