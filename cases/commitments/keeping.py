"""How long commitments are kept: drafts that nobody signs go after three days; ended ones are blocked and deleted as cases are."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, SQLModel, col, select

from cases.catalogue.times import Retention
from cases.commitments.commitment import COMMITMENTS, EMPTY, Commitment, CommitmentState
from cases.retention import months_before
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.bulk_rows import among

DRAFTS_KEPT = timedelta(days=3)
AT_ONCE = 200
USUAL = Retention()
GONE = {"named": "number", "attachment": "number", "attachment_page": "number", "idempotency": "number"}


def any_old_drafts(session: Session, now: datetime) -> bool:
    """Whether something was prepared so long ago, and not signed, that it goes."""
    return bool(_old_drafts(session, now, 1))


def forget_drafts(session: Session, now: datetime) -> None:
    """Takes some of these away for good. Their lines on the trail stay; nothing of the person stands in them."""
    drop_drafts(session, _old_drafts(session, now, AT_ONCE))


def drop_drafts(session: Session, numbers: Sequence[str]) -> None:
    """Takes these drafts away for good, with all that hangs on them."""
    _take_away(session, numbers)
    session.connection().execute(delete(COMMITMENTS).where(among(session, COMMITMENTS.c.number, list(numbers))))


def _old_drafts(session: Session, now: datetime, at_most: int) -> Sequence[str]:
    drafted = (Commitment.state == CommitmentState.DRAFTED.value, col(Commitment.drafted_at) < now - DRAFTS_KEPT)
    return session.exec(select(Commitment.number).where(*drafted).limit(at_most)).all()


def to_block(session: Session, now: datetime) -> list[str]:
    """Those whose time to be seen is over, some at a time; other clocks pass over them until we commit."""
    return _over(session, now, USUAL.months_until_blocked, blocked=False)


def to_delete(session: Session, now: datetime) -> list[str]:
    """Those whose time to be kept is over, some at a time."""
    return _over(session, now, USUAL.months_until_deleted, blocked=True)


def _over(session: Session, now: datetime, months: int, blocked: bool) -> list[str]:
    still = col(Commitment.deleted_at).is_(None) & (
        col(Commitment.blocked_at).is_not(None) if blocked else col(Commitment.blocked_at).is_(None)
    )
    over = select(Commitment.number).where(col(Commitment.settled_at) <= months_before(now, months), still)
    return list(session.exec(over.order_by(col(Commitment.settled_at)).limit(AT_ONCE).with_for_update(skip_locked=True)))


def block(session: Session, numbers: list[str], now: datetime) -> None:
    """From now on nobody is shown who made these and what they stated."""
    session.connection().execute(update(COMMITMENTS).where(among(session, COMMITMENTS.c.number, numbers)).values(blocked_at=now))
    trail.write(session, [TrailLine.of_clock(now, trail.BLOCK, number) for number in numbers])


def wipe(session: Session, numbers: list[str], now: datetime) -> None:
    """Takes away for good who made these and what they stated; number, days, unit and how it ended stay."""
    gone = {**EMPTY, "reference": "", "witness_name": "", "deleted_at": now}
    session.connection().execute(update(COMMITMENTS).where(among(session, COMMITMENTS.c.number, numbers)).values(gone))
    trail.erase(session, numbers, now)
    _take_away(session, numbers)


def _take_away(session: Session, numbers: Sequence[str]) -> None:
    for name, column in GONE.items():
        table = SQLModel.metadata.tables[name]
        session.connection().execute(delete(table).where(among(session, table.c[column], list(numbers))))
