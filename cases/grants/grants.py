"""Grants: the table of which unit may ask which item for which matter, and until when."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Field, Session, SQLModel, col, select, tuple_


class Grant(SQLModel, table=True):
    """One permission; the last day is included. Outside a grant nothing may be asked."""

    __tablename__ = "grants"  # GRANT is a word of SQL

    unit: str = Field(primary_key=True, foreign_key="unit.code", max_length=32)
    item: str = Field(primary_key=True, max_length=64)
    matter: str = Field(primary_key=True, max_length=64)
    until: date
    pledged_by: str = Field(default="", max_length=64)


def granted(session: Session, unit: str, today: date) -> set[tuple[str, str]]:
    """The (item, matter) pairs that this unit may ask today."""
    found = select(Grant.item, Grant.matter).where(Grant.unit == unit, col(Grant.until) >= today)
    return {(item, matter) for item, matter in session.exec(found)}


def granted_of(session: Session, asks: Iterable[tuple[str, str, str]], today: date) -> set[tuple[str, str, str]]:
    """Those of these (unit, item, matter) that are granted today, in one query."""
    key = tuple_(col(Grant.unit), col(Grant.item), col(Grant.matter))
    found = select(Grant.unit, Grant.item, Grant.matter).where(key.in_(list(asks)), col(Grant.until) >= today)
    return {(unit, item, matter) for unit, item, matter in session.exec(found)}
