"""Dead numbers: telephones at which the last text did not arrive. The next one that does takes the mark away."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from cases.case import IS_OPEN, Case
from contacts.alerts.alerts import Alert, AlertState

OVER = (AlertState.SENT, AlertState.DELIVERED, AlertState.UNDELIVERED, AlertState.FAILED)
LOST = (AlertState.UNDELIVERED, AlertState.FAILED)
LATELY = timedelta(days=90)
CLIMBING = ("ladder", "contact")  # what the clock looks at a case for while somebody has been told of it


def dead_among(session: Session, numbers: Collection[str], now: datetime) -> dict[str, str]:
    """Those of these numbers at which nothing arrives, with the code of why. One query, none without numbers."""
    if not numbers:
        return {}
    over = (col(Alert.state).in_(OVER), col(Alert.to_number).in_(numbers), col(Alert.created_at) > now - LATELY)
    place = func.row_number().over(partition_by=col(Alert.to_number), order_by=(col(Alert.created_at).desc(), col(Alert.id)))
    last = select(Alert.to_number, Alert.state, Alert.error, place.label("place")).where(*over).subquery()
    found = select(last.c.to_number, last.c.error).where(last.c.place == 1, last.c.state.in_(LOST))
    return {row.to_number: row.error for row in session.execute(found)}


def go_on(session: Session, failed: Collection[UUID], now: datetime) -> None:
    """Lets the clock look at once at cases of which the person told last cannot be told: the next one need not wait."""
    if not failed:
        return
    newest = select(func.max(Alert.created_at)).where(Alert.about == Case.number).correlate(Case).scalar_subquery()
    last = select(Alert.about).where(col(Alert.about) == col(Case.number), col(Alert.id).in_(failed), Alert.created_at == newest)
    waits: list[Any] = [IS_OPEN, col(Case.wake_for).in_(CLIMBING), col(Case.wake_at) > now]
    session.connection().execute(update(Case).where(*waits, last.correlate(Case).exists()).values(wake_at=now))
