"""Answers of the survey: the tables of what each unit says it takes and issues, and of which sheets came back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Text, cast
from sqlmodel import Field, Session, SQLModel, col, select

from access.accounts import Account
from access.units import Unit
from cases.trail.trail import LongId


class SheetOf(StrEnum):
    """The two sheets that a unit fills in."""

    TAKEN = "taken"
    ISSUED = "issued"


class SurveyAnswer(SQLModel, table=True):
    """One row of a unit's sheet: a certificate that it takes, or issues. `form` is the name's comparison form (names.py).

    `purpose` is the matter for which it is taken, or for whom and what it is issued; `volume` the papers of a year, None where
    the unit does not say. Nothing here is about a person.
    """

    __tablename__ = "survey_answer"

    id: int | None = Field(default=None, primary_key=True, sa_type=LongId)
    unit: str = Field(max_length=32, index=True)
    sheet: str = Field(max_length=8)
    name: str = Field(max_length=100)
    form: str = Field(max_length=100, index=True)
    purpose: str = Field(default="", max_length=100)
    issuer: str = Field(default="", max_length=100)
    legal_basis: str = Field(default="", max_length=500)
    volume: int | None = None
    row: int = 0  # where it stands in the unit's file


class SurveyReturn(SQLModel, table=True):
    """This unit has answered this sheet, `rows` of them: none is an answer too. `file` is empty where it was told by telephone."""

    __tablename__ = "survey_return"

    unit: str = Field(primary_key=True, max_length=32)
    sheet: str = Field(primary_key=True, max_length=8)
    rows: int = 0
    file: str = Field(default="", max_length=200)
    who: str = Field(max_length=64)
    at: datetime


def surveyed(session: Session) -> dict[str, Unit]:
    """The units that are asked, by code: all of the house but stations, for which their unit answers, and the office that asks."""
    of_the_office = select(Account.unit).where(cast(col(Account.roles), Text).contains('"reformer"', autoescape=True))
    asked = select(Unit).where(Unit.parent == "", col(Unit.code).not_in(of_the_office)).order_by(col(Unit.code))
    return {unit.code: unit for unit in session.exec(asked)}


def returns(session: Session) -> dict[str, dict[str, SurveyReturn]]:
    """What came back, by unit and sheet; one query."""
    found: dict[str, dict[str, SurveyReturn]] = {}
    for one in session.exec(select(SurveyReturn)):
        found.setdefault(one.unit, {})[one.sheet] = one
    return found


def has_answered(came: Collection[str]) -> bool:
    """Whether a unit of which these sheets came back has said all it was asked."""
    return set(SheetOf) <= set(came)


def answers_of(session: Session, unit: str, at_most: int) -> Sequence[SurveyAnswer]:
    """What this unit says, as it stands in its sheets: first what it takes."""
    order = (col(SurveyAnswer.sheet).desc(), col(SurveyAnswer.row), col(SurveyAnswer.id))
    return session.exec(select(SurveyAnswer).where(SurveyAnswer.unit == unit).order_by(*order).limit(at_most)).all()
