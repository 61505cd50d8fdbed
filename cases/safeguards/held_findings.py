"""Held findings: the table of letters a frozen unit sent meanwhile; responders/intake.py takes them in once it is let go."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Field, Session, SQLModel, col, func, select

from access.freezes import UNIT, frozen_among, is_free
from broker.letter import Letter
from cases.catalogue.catalogue import Catalogue
from cases.minimised import without_beyond
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.bulk_rows import insert_rows
from storage.encrypted_columns import EncryptedBytes
from storage.json import Json

AT_MOST = 200


class HeldFinding(SQLModel, table=True):
    """A finding that waits. `letter` is sealed and bound to the letter's id."""

    __tablename__ = "held_finding"

    id: UUID = Field(primary_key=True)
    unit: str = Field(index=True, max_length=32)
    number: str = Field(max_length=32)
    letter: bytes = Field(sa_type=EncryptedBytes)
    at: datetime


def set_aside(session: Session, letters: Sequence[Letter], now: datetime, catalogue: Catalogue) -> list[Letter]:
    """Keeps the findings of frozen units, writes so on the trail, and gives those back. One query where nothing is frozen.

    They are kept without what their cases do not need.
    """
    units = {unit for letter in letters if isinstance(unit := letter.body.get("unit"), str)}
    frozen = frozen_among(session, units)
    held = [letter for letter in letters if (UNIT, letter.body.get("unit")) in frozen]
    if held:
        insert_rows(
            session, SQLModel.metadata.tables["held_finding"], [_row(one, now) for one in without_beyond(session, held, catalogue)]
        )
        trail.write(session, [_line(letter, now) for letter in held])
    return held


def _row(letter: Letter, now: datetime) -> Json:
    known = {"unit": letter.body["unit"], "number": letter.about[:32], "letter": letter.wire()}
    return {"id": letter.id, **known, "at": now}


def _line(letter: Letter, now: datetime) -> TrailLine:
    unit = letter.body["unit"]
    return TrailLine(now, "finding_held", "machine", unit, unit, letter.about[:32])


def counts(session: Session) -> dict[str, int]:
    """How many findings are held, by unit."""
    found = select(HeldFinding.unit, func.count()).group_by(HeldFinding.unit)
    return dict(iter(session.exec(found)))


def waiting(session: Session, _now: datetime) -> int:
    """How many findings of units that were let go wait to be taken in."""
    return session.exec(select(func.count()).select_from(HeldFinding).where(is_free("", col(HeldFinding.unit)))).one()


def take_out(session: Session) -> list[Letter]:
    """The longest held findings of units that were let go, as letters; they are not held any more."""
    free = select(HeldFinding).where(is_free("", col(HeldFinding.unit))).order_by(col(HeldFinding.at), col(HeldFinding.id))
    held = session.exec(free.limit(AT_MOST).with_for_update(skip_locked=True)).all()
    for one in held:
        session.delete(one)
    session.flush()
    return [Letter.read(one.letter) for one in held]
