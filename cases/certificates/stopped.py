"""What was stopped: the tables of how often certificates were asked for that nobody needs, per unit and month, without people."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col, select

from storage.bulk_rows import insert_new, insert_of
from storage.office_time import OFFICE


class CertificateStopped(SQLModel, table=True):
    """So often this unit was told in this month (its first day) that it needs no such certificate."""

    __tablename__ = "certificate_stopped"

    certificate: str = Field(primary_key=True, foreign_key="certificate.code", max_length=40)
    unit: str = Field(primary_key=True, max_length=32)
    month: date = Field(primary_key=True)
    count: int


class StoppedMark(SQLModel, table=True):
    """A request by a programme that was stopped and counted in this month; the mark says of nobody whom it was about."""

    __tablename__ = "certificate_stopped_mark"

    mark: str = Field(primary_key=True, max_length=64)
    month: date = Field(index=True)


def record_stopped_once(session: Session, certificates: Collection[str], unit: str, mark: str, now: datetime) -> None:
    """Counts one more of each, unless a request of this mark was counted in this month already. Marks of months before go."""
    month = now.astimezone(OFFICE).date().replace(day=1)
    marks = SQLModel.metadata.tables["certificate_stopped_mark"]
    session.connection().execute(delete(marks).where(marks.c.month < month))
    if insert_new(session, marks, [{"mark": mark, "month": month}], "mark"):
        for certificate in sorted(certificates):
            record_stopped(session, certificate, unit, now)


def record_stopped(session: Session, certificate: str, unit: str, now: datetime) -> None:
    """Counts one more. One statement, whoever else counts at the same moment."""
    table = SQLModel.metadata.tables["certificate_stopped"]
    row = {"certificate": certificate, "unit": unit, "month": now.astimezone(OFFICE).date().replace(day=1), "count": 1}
    fresh = insert_of(session, table).values(row)
    one_more = {"count": table.c.count + 1}
    session.connection().execute(fresh.on_conflict_do_update(index_elements=table.primary_key.columns.keys(), set_=one_more))


def stopped_between(session: Session, first: date, last: date) -> list[CertificateStopped]:
    """What was stopped in the months from that of `first` to that of `last`, in order of month, certificate and unit."""
    of = CertificateStopped
    within = (col(of.month) >= first.replace(day=1), col(of.month) <= last)
    return list(session.exec(select(of).where(*within).order_by(col(of.month), col(of.certificate), col(of.unit))))
