"""Delivery reports of the SMS provider: late, twice, in any order; the table of those that came too early."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, update
from sqlmodel import Field, Session, SQLModel, col, select

from contacts.alerts.alerts import RANK, Alert, AlertState
from contacts.roster import roster

KEPT = timedelta(days=1)
LOWER = {state: [other for other, rank in RANK.items() if rank < RANK[state]] for state in RANK}
EARLY = frozenset({"sent", "delivered", "undelivered", "failed"})

Effect = Literal["moved", "old", "stranger"]


class EarlyDeliveryReport(SQLModel, table=True):
    """A receipt for an id that no alert has yet: the provider can be quicker than our own commit."""

    __tablename__ = "early_receipt"

    id: int | None = Field(default=None, primary_key=True)
    provider_id: str = Field(max_length=64, index=True)
    status: str = Field(max_length=16)
    error: str = Field(default="", max_length=32)
    bad_number: bool = False
    at: datetime


def record_status(session: Session, provider_id: str, status: str, error: str, now: datetime, bad_number: bool = False) -> Effect:
    """Moves the alert forward, never back: the guard stands in the UPDATE itself. The caller counts what this says.

    "old": a duplicate or overtaken receipt. "stranger": nobody's id so far; kept for a day in case ours comes.
    """
    moved = _move(session, provider_id, status, error, now)
    if moved and bad_number:
        numbers = session.exec(select(Alert.to_number).where(Alert.provider_id == provider_id))
        roster.mark_unusable(session, dict.fromkeys(numbers, error or status))
    if moved:
        return "moved"
    if session.exec(select(Alert.id).where(Alert.provider_id == provider_id)).first():
        return "old"
    session.add(EarlyDeliveryReport(provider_id=provider_id, status=status, error=error, bad_number=bad_number, at=now))
    return "stranger"


def _move(session: Session, provider_id: str, status: str, error: str, now: datetime) -> bool:
    if status not in EARLY:
        return False
    values = {"state": status, "error": error, "changed_at": now, "next_try_at": None, "version": Alert.version + 1}
    lower = col(Alert.state).in_(LOWER[AlertState(status)])
    moved = session.execute(update(Alert).where(col(Alert.provider_id) == provider_id, lower).values(**values))
    return bool(moved.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def settle_early(session: Session, now: datetime) -> int:
    """Applies early receipts whose alert has its id by now, and forgets those older than a day; says how many were applied."""
    early = select(EarlyDeliveryReport).join(Alert, col(Alert.provider_id) == col(EarlyDeliveryReport.provider_id))
    found: Sequence[EarlyDeliveryReport] = session.exec(early.order_by(col(EarlyDeliveryReport.id))).all()
    for receipt in found:
        record_status(session, receipt.provider_id, receipt.status, receipt.error, now, receipt.bad_number)
    done = col(EarlyDeliveryReport.id).in_([receipt.id for receipt in found])
    session.execute(delete(EarlyDeliveryReport).where(done | (col(EarlyDeliveryReport.at) < now - KEPT)))
    return len(found)
