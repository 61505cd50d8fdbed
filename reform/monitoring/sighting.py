"""Sightings: the tables of monthly reports and of certificates that were still issued or asked for. No person stands in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from unicodedata import normalize

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from cases.certificates.certificate import Certificate, CertificateClass
from storage.first_rows import FirstRows, first_rows

MOST_A_MONTH = 200  # of one monitoring point
GONE = (CertificateClass.NOT_NEEDED, CertificateClass.CANCELLED)  # whoever still issues or asks for these must be told


class SightingState(StrEnum):
    """What is to be done about one."""

    NOTED = "noted"  # nothing: the certificate may still be asked for, or its way is another
    TO_TELL = "to_tell"  # whoever issued or asked for it must be told
    TOLD = "told"
    OPEN = "open"  # a name that the directory does not know: the reform office decides
    JOINED = "joined"  # it is a certificate of the directory under another name
    ADDED = "added"  # it was put into the directory, not classified yet
    DISMISSED = "dismissed"


TO_DO = (SightingState.OPEN.value, SightingState.TO_TELL.value)


class MonthReport(SQLModel, table=True):
    """This unit has reported this month (its first day); `none_seen`: there was nothing to report."""

    __tablename__ = "monitoring_report"

    unit: str = Field(primary_key=True, max_length=32)
    month: date = Field(primary_key=True)
    none_seen: bool
    by: str = Field(max_length=64)
    at: datetime


class Sighting(SQLModel, table=True):
    """One certificate that was seen. `certificate` is its code, or `name` what it was called; `asked_by` a unit's code or words."""

    __tablename__ = "certificate_sighting"

    id: int | None = Field(default=None, primary_key=True)
    unit: str = Field(max_length=32)
    month: date
    certificate: str = Field(default="", max_length=40)
    name: str = Field(default="", max_length=80)
    what: str = Field(max_length=16)  # issued | asked_for
    asked_by: str = Field(default="", max_length=32)
    asked_by_words: str = Field(default="", max_length=120)
    why: str = Field(default="", max_length=300)
    state: str = Field(max_length=16)
    by: str = Field(max_length=64)
    at: datetime
    decided_by: str = Field(default="", max_length=64)
    decided_at: datetime | None = None
    decision: str = Field(default="", max_length=300)


_waits = col(Sighting.state).in_(TO_DO)
Index("ix_certificate_sighting_unit", col(Sighting.unit), col(Sighting.month))
Index("ix_certificate_sighting_state", col(Sighting.state), col(Sighting.id))


def state_of(certificate: Certificate | None) -> SightingState:
    """What is to be done about a certificate that was seen; about a name that nobody knows the reform office decides."""
    if certificate is None:
        return SightingState.OPEN
    return SightingState.TO_TELL if certificate.certificate_class in GONE else SightingState.NOTED


def found_by_name(typed: str, certificates: Mapping[str, Certificate]) -> list[Certificate]:
    """The certificates that these words mean: the one that is called so, else those whose name or keyword has them in it."""
    plain = _plain(typed)
    named = [one for one in certificates.values() if one.active and plain in (one.code, _plain(one.zh), _plain(one.en))]
    if named or not plain:
        return named
    like = [one for one in certificates.values() if one.active and any(_like(plain, _plain(word)) for word in _words(one))]
    return like[:12]


def _words(one: Certificate) -> Sequence[str]:
    return (one.zh, one.en, *one.keywords)


def _like(plain: str, word: str) -> bool:
    return plain in word or (len(word) > 2 and word in plain)


def _plain(text: str) -> str:
    return "".join(normalize("NFKC", text).lower().split())


@dataclass(frozen=True, slots=True)
class MonthOfUnit:
    """What a monitoring point reported of a month; `report` is None while it said nothing."""

    report: MonthReport | None
    seen: FirstRows[Sighting]


def month_of_unit(session: Session, unit: str, month: date) -> MonthOfUnit:
    """Two statements."""
    found = select(Sighting).where(Sighting.unit == unit, Sighting.month == month).order_by(col(Sighting.id).desc())
    return MonthOfUnit(session.get(MonthReport, (unit, month)), first_rows(session, found, MOST_A_MONTH))


def to_do(session: Session, at_most: int) -> FirstRows[Sighting]:
    """What waits for the reform office, the oldest first."""
    return first_rows(session, select(Sighting).where(_waits).order_by(col(Sighting.id)), at_most)
