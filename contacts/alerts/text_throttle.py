"""Text throttle: how many texts a number may get in a time, and the table of attempts to send."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

# GoAlert's limits for one telephone.
LIMITS = ((1, timedelta(minutes=1)), (5, timedelta(minutes=15)), (11, timedelta(hours=1)))
# Mainland carriers: 50 a day for a number and a template, counted when submitted, even if the delivery fails.
SAME_TEMPLATE = (50, timedelta(days=1))


class Attempt(SQLModel, table=True):
    """One try to send: what the throttle counts, and the trail of an alert."""

    __tablename__ = "alert_attempt"
    __table_args__ = (Index("ix_alert_attempt_number", "to_number", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    alert_id: UUID = Field(foreign_key="alert.id", index=True)
    to_number: str = Field(max_length=20)
    template: str = Field(max_length=32)
    at: datetime
    provider: str = Field(default="", max_length=16)
    outcome: str = Field(default="", max_length=32)  # '' while under way; sent, or the provider's error
    counted: bool = True  # False: the provider refused it for now, so the phone cannot have seen it


class Throttle:
    """What these numbers got in the last day."""

    def __init__(self, session: Session, numbers: Collection[str], now: datetime) -> None:
        self._by_number: dict[str, list[datetime]] = defaultdict(list)
        self._by_template: dict[tuple[str, str], list[datetime]] = defaultdict(list)
        recent = col(Attempt.at) > now - SAME_TEMPLATE[1], col(Attempt.counted), col(Attempt.to_number).in_(numbers)
        query = select(Attempt.to_number, Attempt.template, Attempt.at).where(*recent).order_by(col(Attempt.at))
        for number, template, at in session.exec(query):
            self.count(number, template, at)

    def count(self, number: str, template: str, at: datetime) -> None:
        """Counts one more text to this number."""
        self._by_number[number].append(at)
        self._by_template[number, template].append(at)

    def free_at(self, number: str, template: str, now: datetime) -> datetime:
        """When the next text may go: `now`, or the first moment at which every limit allows it."""
        times = [_free(self._by_number[number], most, window, now) for most, window in LIMITS]
        return max(*times, _free(self._by_template[number, template], *SAME_TEMPLATE, now))


def _free(times: list[datetime], most: int, window: timedelta, now: datetime) -> datetime:
    return max(now, times[-most] + window) if len(times) >= most else now
