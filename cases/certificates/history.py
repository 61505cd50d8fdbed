"""The history of certificates: the table of every change, and of every proposal to change a class with its second person."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, Session, SQLModel, col, select

from cases.trail.trail import LongId
from storage.first_rows import FirstRows, first_rows

SHOWN = 200
NOTHING: Mapping[str, Any] = {}


class ChangeState(StrEnum):
    """What became of a change: made at once, or a proposal that waits for, has or was refused its second person."""

    MADE = "made"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"  # by whoever proposed it


class CertificateChange(SQLModel, table=True):
    """One change: fields before and after, who and when; of a proposal also who decided, and why. Rows are added, never removed.

    A proposal's `document` is the one by which the class is to change. `seen` is the certificate's version that was looked at.
    """

    __tablename__ = "certificate_change"

    id: int | None = Field(default=None, primary_key=True, sa_type=LongId)
    certificate: str = Field(foreign_key="certificate.code", max_length=40, index=True)
    state: str = Field(max_length=16)
    before: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    document: str = Field(default="", max_length=200)
    reason: str = Field(default="", max_length=500)
    who: str = Field(max_length=64)
    at: datetime
    decided_by: str = Field(default="", max_length=64)
    decided_at: datetime | None = None
    decided_note: str = Field(default="", max_length=500)

    @property
    def new_class(self) -> str | None:
        """The class that it leads to; None where it changes none."""
        return self.after.get("certificate_class")


_open = col(CertificateChange.state) == ChangeState.PROPOSED.value
# Of two proposals for one certificate that are made at the same moment the second fails.
Index("ix_certificate_proposed", col(CertificateChange.certificate), unique=True, sqlite_where=_open, postgresql_where=_open)


def history_of(session: Session, code: str, at_most: int = SHOWN) -> FirstRows[CertificateChange]:
    """What was changed about this certificate, the latest first."""
    query = select(CertificateChange).where(CertificateChange.certificate == code).order_by(col(CertificateChange.id).desc())
    return first_rows(session, query, at_most)


def open_proposals(session: Session, at_most: int = SHOWN) -> FirstRows[CertificateChange]:
    """The proposals that wait for their second person, the oldest first."""
    return first_rows(session, select(CertificateChange).where(_open).order_by(col(CertificateChange.id)), at_most)


def open_proposal_of(session: Session, code: str) -> CertificateChange | None:
    """The proposal about this certificate that waits, if one does."""
    return session.exec(select(CertificateChange).where(_open, CertificateChange.certificate == code)).first()
