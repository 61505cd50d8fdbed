"""When the clock looks at cases: which ones are due now, and setting the next look."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, SQLModel, col, func, select

from cases.case import Case
from storage.bulk_rows import update_rows


def claim_wakes(session: Session, now: datetime, at_most: int = 200) -> list[Case]:
    """Cases the clock must look at now, the longest waiting first; other clocks pass over them until we commit."""
    due = select(Case).where(col(Case.wake_at) <= now).order_by(col(Case.wake_at)).limit(at_most)
    return list(session.exec(due.with_for_update(skip_locked=True)))


def due_wakes(session: Session, now: datetime) -> int:
    """How many cases the clock must look at now."""
    return session.exec(select(func.count()).select_from(Case).where(col(Case.wake_at) <= now)).one()


def set_wakes(session: Session, wakes: Sequence[tuple[Case, datetime | None, str]]) -> None:
    """Tells the clock when to look at these cases next; a case that moved meanwhile keeps what its move set."""
    rows = [{"b_number": c.number, "b_version": c.version, "wake_at": at, "wake_for": what} for c, at, what in wakes]
    update_rows(session, SQLModel.metadata.tables["cases"], {"number": "b_number", "version": "b_version"}, rows)
