"""Papers: the table of photographs and letters beside a register or a report, page by page, sealed; what is kept of each."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, delete
from sqlmodel import Field, Session, SQLModel, col, select

from access.principal import Principal
from cases.attachments.cleaning import CleanFile
from storage.encrypted_columns import EncryptedBytes
from storage.row_encryption import decrypt_value
from storage.vault import vault_of

SOURCE, SIGHTING = "source", "sighting"
AT_ONCE = 200  # papers that go in one transaction


class PaperPage(SQLModel, table=True):
    """One page of a paper, a JPEG without anything beside its pixels. `kind` and `subject` say whose it is."""

    __tablename__ = "reform_paper"
    __table_args__ = {"info": {"bound_by": ("id", "page"), "at_once": 10}}  # rows held together

    id: str = Field(primary_key=True, max_length=32)
    page: int = Field(primary_key=True)  # counts from one
    kind: str = Field(max_length=16)
    subject: str = Field(max_length=64)
    unit: str = Field(max_length=32)
    by: str = Field(max_length=64)
    at: datetime
    width: int
    height: int
    picture: bytes = Field(sa_type=EncryptedBytes)


Index("ix_reform_paper_subject", col(PaperPage.kind), col(PaperPage.subject))


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper without its pictures."""

    id: str
    kind: str
    subject: str
    unit: str
    by: str
    at: datetime
    pages: int


def keep_paper(session: Session, kind: str, subject: str, principal: Principal, made: CleanFile, now: datetime) -> str:
    """Keeps what was cleaned beside this register or report; the id under which it is shown."""
    fresh = secrets.token_hex(12)
    session.add_all(
        PaperPage(id=fresh, page=n, kind=kind, subject=subject, unit=principal.unit, by=principal.username, at=now,
                  width=one.width, height=one.height, picture=one.picture)
        for n, one in enumerate(made.pages, 1)
    )  # fmt: skip
    return fresh


def papers_about(session: Session, kind: str, subjects: Collection[str]) -> Mapping[str, list[Paper]]:
    """By subject the papers beside these, oldest first. One statement, and no picture is opened."""
    columns = (PaperPage.id, PaperPage.kind, PaperPage.subject, PaperPage.unit, PaperPage.by, PaperPage.at)
    found = select(*columns, PaperPage.page).where(PaperPage.kind == kind, col(PaperPage.subject).in_(sorted(subjects)))  # type: ignore[call-overload]  # SQLModel knows up to four columns
    last: dict[str, Paper] = {}
    for row in session.exec(found.order_by(col(PaperPage.at), col(PaperPage.id), col(PaperPage.page))) if subjects else ():
        last[row[0]] = Paper(*row)
    papers: dict[str, list[Paper]] = {}
    for one in last.values():
        papers.setdefault(one.subject, []).append(one)
    return papers


def page_of(session: Session, paper: str, page: int) -> tuple[Paper, bytes] | None:
    """One page with its picture, opened; None where there is none."""
    columns = (PaperPage.id, PaperPage.kind, PaperPage.subject, PaperPage.unit, PaperPage.by, PaperPage.at, PaperPage.page)
    found = session.exec(select(*columns, PaperPage.picture).where(PaperPage.id == paper, PaperPage.page == page)).first()  # type: ignore[call-overload]  # as above
    if found is None:
        return None
    *what, kept = found
    opened: bytes = decrypt_value(vault_of(session), PaperPage.picture, kept, id=paper, page=page)
    return Paper(*what), opened


def old_photographs(session: Session, before: datetime) -> Sequence[str]:
    """The photographs of monitoring points that are older than this, some hundred at most. Letters stay with their register."""
    old = select(PaperPage.id).where(PaperPage.kind == SIGHTING, col(PaperPage.at) < before)
    return session.exec(old.distinct().limit(AT_ONCE)).all()


def drop_papers(session: Session, papers: Collection[str]) -> None:
    """Takes these away for good, with all their pages."""
    session.execute(delete(PaperPage).where(col(PaperPage.id).in_(papers)))
