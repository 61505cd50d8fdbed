"""Who of a unit's clerks is texted first now, who next, and who leads."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, or_, select

from cases.accounts import Account
from cases.duty import Duty


def on_duty(session: Session, units: Iterable[str], now: datetime) -> dict[str, list[tuple[Duty, Account]]]:
    """Who is there now, by unit and in order; the leader stands among them with the flag."""
    there = or_(col(Duty.away_until).is_(None), col(Duty.away_until) <= now)
    found = select(Duty, Account).join(Account, col(Account.username) == col(Duty.username))
    found = found.where(col(Duty.unit).in_(list(units)), there, col(Account.active)).order_by(Duty.unit, col(Duty.place))
    people: dict[str, list[tuple[Duty, Account]]] = {}
    for duty, account in session.exec(found):
        people.setdefault(duty.unit, []).append((duty, account))
    return people
