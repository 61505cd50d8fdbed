"""Duty: who of a unit's clerks is texted first, who next, and who leads."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, or_, select

from cases.accounts import Account


class Duty(SQLModel, table=True):
    """A clerk's place in the unit's order; somebody away is passed over until the day they are back."""

    username: str = Field(primary_key=True, foreign_key="account.username", max_length=64)
    unit: str = Field(foreign_key="unit.code", index=True, max_length=32)
    place: int = 1
    leader: bool = False
    away_until: datetime | None = None


def on_duty(session: Session, units: Iterable[str], now: datetime) -> dict[str, list[tuple[Duty, Account]]]:
    """Who is there now, by unit and in order; the leader stands among them with the flag."""
    there = or_(col(Duty.away_until).is_(None), col(Duty.away_until) <= now)
    found = select(Duty, Account).join(Account, col(Account.username) == col(Duty.username))
    found = found.where(col(Duty.unit).in_(list(units)), there, col(Account.active)).order_by(Duty.unit, col(Duty.place))
    people: dict[str, list[tuple[Duty, Account]]] = {}
    for duty, account in session.exec(found):
        people.setdefault(duty.unit, []).append((duty, account))
    return people
