"""Ratings: the table of askers' marks for answers (timeliness, usefulness, words)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, delete
from sqlmodel import Field, Session, SQLModel, col, select

from access.principal import Principal
from cases.case import Case
from cases.lifecycle import ANSWERED, CLOSED
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.bulk_rows import among, insert_rows
from storage.encrypted_columns import EncryptedText

BEST = 5
POOR = 2  # a mark of this or less: the answer is looked at again


class Rating(SQLModel, table=True):
    """One rating of one case, from 1 (poor) to 5 (very good). Changed, it is replaced; the trail keeps the one before."""

    number: str = Field(primary_key=True, max_length=32)
    unit: str = Field(max_length=32)  # who asked
    holder: str = Field(max_length=32)  # who answered
    item: str = Field(max_length=64)
    source: str = Field(default="", max_length=16)
    timeliness: int
    usefulness: int
    words: str = Field(default="", max_length=500, sa_type=EncryptedText)
    rated_by: str = Field(max_length=64)
    at: datetime


Index("ix_rating_holder", col(Rating.holder), col(Rating.at))
Index("ix_rating_item", col(Rating.item), col(Rating.at))


def can_be_rated(case: Case) -> bool:
    """Whether there is an answer that its asker may rate."""
    return case.state in (ANSWERED, CLOSED) and bool(case.finding)


def keep_rating(session: Session, case: Case, rater: Principal, marks: tuple[int, int], words: str, now: datetime) -> None:
    """Keeps timeliness and usefulness (1 to 5) with the rater's words, in place of an earlier one, and says so on the trail."""
    timeliness, usefulness = marks
    session.connection().execute(delete(Rating).where(col(Rating.number) == case.number))
    about = {"number": case.number, "unit": case.unit, "holder": case.holder, "item": case.item, "source": case.source}
    given: dict[str, Any] = {"timeliness": timeliness, "usefulness": usefulness}
    row = {**about, **given, "words": words, "rated_by": rater.username, "at": now}
    insert_rows(session, SQLModel.metadata.tables["rating"], [row])
    trail.write(session, [TrailLine.of_person(rater, now, "rate", case.number, actor="asker", details=given).noting(words)])


def rating_of(session: Session, number: str) -> Rating | None:
    """The rating of this case, if it has one."""
    return session.get(Rating, number)


def ratings_of(session: Session, numbers: Collection[str]) -> dict[str, Rating]:
    """The ratings of these cases, by number; those that nobody rated are not among them."""
    return {one.number: one for one in session.exec(select(Rating).where(among(session, col(Rating.number), numbers)))}


def is_poor() -> ColumnElement[bool]:
    """The condition that a rating has a poor mark."""
    return (col(Rating.timeliness) <= POOR) | (col(Rating.usefulness) <= POOR)
