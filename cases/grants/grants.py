"""Grants: the table of which unit may ask which item for which matter, and until when."""

from collections.abc import Collection
from datetime import date

from sqlmodel import Field, Session, SQLModel, col, select, tuple_

from storage.remembered import remembered

Wish = tuple[str, str, str]  # unit, item, matter


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


def granted_of(session: Session, asks: Collection[Wish], today: date) -> set[Wish]:
    """Those of these that are granted today; at most one query."""
    until = remembered(session, "grants.until", ("grants",), asks, lambda missing: _last_days(session, missing))
    return {wish for wish, last in until.items() if last and last >= today}


def _last_days(session: Session, wishes: Collection[Wish]) -> dict[Wish, date | None]:
    key = tuple_(col(Grant.unit), col(Grant.item), col(Grant.matter))
    found = session.exec(select(Grant.unit, Grant.item, Grant.matter, col(Grant.until)).where(key.in_(wishes)))
    return dict.fromkeys(wishes) | {(unit, item, matter): until for unit, item, matter, until in found}
