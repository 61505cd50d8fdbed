"""The rows of a batch: counts by kind, and pages of rows with their cases."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from cases.case import IS_HELD, IS_OPEN, Case
from requesters.batches.batches import BatchRow

PAGE = 50
MOST_TOLD = 1000  # rows in one answer; the next ones are asked for after the last of them


@dataclass(frozen=True, slots=True)
class Look:
    """Which rows somebody wants to see, after which one."""

    batch: str
    show: str = "all"  # all, open, answered, amended, refused, left_out
    after: int = 0


def row_counts(session: Session, batch_id: str) -> dict[str, int]:
    """How many rows ask again what was asked lately; while nothing is confirmed this says what a confirmation would ask."""
    again = select(func.count()).select_from(BatchRow).where(BatchRow.batch == batch_id, col(BatchRow.earlier) != "")
    return {"again": session.exec(again).one()}


def bad_rows(session: Session, batch_id: str, at_most: int = MOST_TOLD, after: int = 0) -> tuple[list[BatchRow], int]:
    """The rows with faults after this one, in the order of the sheet, and how many more follow them."""
    return _rows_after(session, Look(batch_id, "refused", after), at_most)


def left_rows(session: Session, batch_id: str, at_most: int = MOST_TOLD, after: int = 0) -> tuple[list[BatchRow], int]:
    """The rows after this one that were left out, in the order of the sheet, and how many more follow them."""
    return _rows_after(session, Look(batch_id, "left_out", after), at_most)


def _rows_after(session: Session, look: Look, at_most: int) -> tuple[list[BatchRow], int]:
    found = select(BatchRow, func.count().over()).where(BatchRow.batch == look.batch, col(BatchRow.row) > look.after)
    found = found.where(*_wanted(look.show)).order_by(col(BatchRow.row)).limit(at_most)
    rows = session.exec(found).all()
    return [row for row, _ in rows], rows[0][1] - len(rows) if rows else 0


def rows_page(session: Session, look: Look) -> Sequence[tuple[BatchRow, Case | None]]:
    """The next rows in the order of the sheet, with their cases."""
    joined = select(BatchRow, Case).join(Case, col(Case.number) == col(BatchRow.number), isouter=True)
    found = joined.where(BatchRow.batch == look.batch, col(BatchRow.row) > look.after, *_wanted(look.show))
    return session.exec(found.order_by(col(BatchRow.row)).limit(PAGE)).all()


def _wanted(show: str) -> list[ColumnElement[bool]]:
    kinds: dict[str, list[ColumnElement[bool]]] = {
        "open": [or_(IS_OPEN, IS_HELD)],
        "answered": [col(Case.number).is_not(None), ~IS_OPEN, ~IS_HELD],
        "amended": [col(Case.amended_at).is_not(None)],
        "refused": [col(BatchRow.faults).is_not(None)],
        "left_out": [col(BatchRow.left_out) != ""],
    }
    return kinds.get(show, [])
