"""Own checks: the table of questions that the house asks about commitments by itself, and what became of each."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

ASKER = "system:recheck"  # who asks: no person, who could sign a pledge or be reminded
MATTER = "commitment_check"
PURPOSE = "承诺核查 check of a commitment"


class CheckState(StrEnum):
    """Where a check stands."""

    NOT_ASKED = "not_asked"  # it was due and could not be asked; `reason` says why, and it is tried again
    ASKED = "asked"
    SETTLED = "settled"


class Result(StrEnum):
    """What a check says of a commitment. Only facts make one false: silence and missing records never do."""

    TRUE = "true"
    FALSE = "false"
    NOT_VERIFIABLE = "not_verifiable"


class OwnCheck(SQLModel, table=True):
    """The check of one commitment. `reason` is a code of REASONS where it was not asked, or of why nothing could be verified."""

    __tablename__ = "commitment_check"

    number: str = Field(primary_key=True, max_length=32)  # the commitment's
    unit: str = Field(max_length=32)
    case_number: str = Field(default="", max_length=32, index=True)
    item: str = Field(default="", max_length=64)
    state: str = Field(max_length=16)
    reason: str = Field(default="", max_length=32)
    result: str = Field(default="", max_length=16)
    at: datetime  # of what happened last


_stuck = col(OwnCheck.state) == CheckState.NOT_ASKED.value
Index("ix_commitment_check_stuck", col(OwnCheck.unit), col(OwnCheck.item), sqlite_where=_stuck, postgresql_where=_stuck)
Index("ix_commitment_check_unit", col(OwnCheck.unit), col(OwnCheck.state), col(OwnCheck.at))


def checks_of_cases(session: Session, cases: Collection[str]) -> dict[str, OwnCheck]:
    """The checks for which these cases were asked, by case number, locked; none of a case that was asked otherwise."""
    found = select(OwnCheck).where(col(OwnCheck.case_number).in_(sorted(cases))).order_by(col(OwnCheck.number))
    return {one.case_number: one for one in session.exec(found.with_for_update())}


def checks_of(session: Session, commitments: Collection[str]) -> Mapping[str, OwnCheck]:
    """The checks of these commitments, by the commitment's number. One statement."""
    found = select(OwnCheck).where(col(OwnCheck.number).in_(sorted(commitments)))
    return {one.number: one for one in session.exec(found)}
