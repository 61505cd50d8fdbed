"""Attachments: the tables of pictures on cases and of their pages, sealed and each bound to its case.

What is kept before its case is asked has no number yet, and is its uploader's alone.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col, func, select

from cases.attachments.cleaning import CleanFile
from storage.encrypted_columns import EncryptedBytes, EncryptedText
from storage.row_encryption import decrypt_value
from storage.vault import vault_of

MOST_OF_CASE = 20
MOST_OF_UNIT = 4 * 1024**3  # bytes kept for one unit, of all cases whose time is not over
MOST_CAPTION = 200
ASIDE = ""  # the number of what has no case yet
MANDATE = "mandate"  # the paper that allows an errand


class Attachment(SQLModel, table=True):
    """One attached file, as what it is kept: its pages stand in AttachmentPage. Removed, it stays without them and its words."""

    __tablename__ = "attachment"
    __table_args__ = {"info": {"bound_by": ("id", "number")}}

    id: str = Field(primary_key=True, max_length=32)
    number: str = Field(index=True, max_length=32)
    unit: str = Field(index=True, max_length=32)
    by: str = Field(max_length=64)
    side: str = Field(max_length=16)  # asker or clerk
    at: datetime
    kind: str = Field(max_length=8)
    use: str = Field(default="", max_length=16)
    pages: int
    size: int  # bytes kept
    digest: str = Field(max_length=64)  # SHA-256 of what was sent, in hexadecimal
    caption: str = Field(default="", sa_type=EncryptedText)
    removed_at: datetime | None = None


class AttachmentPage(SQLModel, table=True):
    """One page of an attachment: a JPEG, and a small one for lists."""

    __tablename__ = "attachment_page"
    __table_args__ = {"info": {"bound_by": ("number", "attachment", "page"), "at_once": 10}}  # rows held together

    attachment: str = Field(primary_key=True, max_length=32)
    page: int = Field(primary_key=True)  # counts from one
    number: str = Field(index=True, max_length=32)
    width: int
    height: int
    picture: bytes = Field(sa_type=EncryptedBytes)
    small: bytes = Field(sa_type=EncryptedBytes)


def add(session: Session, attachment: Attachment, made: CleanFile) -> Attachment:
    """Keeps the pages of what was cleaned under this entry."""
    session.add(attachment)
    session.add_all(
        AttachmentPage(attachment=attachment.id, page=n, number=attachment.number, width=one.width, height=one.height,
                       picture=one.picture, small=one.small)
        for n, one in enumerate(made.pages, 1)
    )  # fmt: skip
    return attachment


def fresh_id() -> str:
    """An id that nobody guesses."""
    return secrets.token_hex(12)


def attachments_of(session: Session, number: str) -> Sequence[Attachment]:
    """What is attached to a case, in the order in which it came. One query."""
    found = select(Attachment).where(Attachment.number == number, col(Attachment.removed_at).is_(None))
    return session.exec(found.order_by(col(Attachment.at), col(Attachment.id))).all()


def picture_of(session: Session, one: Attachment, page: int, small: bool = False) -> bytes | None:
    """One page's JPEG, or its small one; None where there is no such page."""
    column = AttachmentPage.small if small else AttachmentPage.picture
    whose = (AttachmentPage.number == one.number, AttachmentPage.attachment == one.id, AttachmentPage.page == page)
    kept = session.exec(select(column).where(*whose)).first()
    if kept is None:
        return None
    opened: bytes = decrypt_value(vault_of(session), column, kept, number=one.number, attachment=one.id, page=page)
    return opened


def bytes_of_unit(session: Session, unit: str) -> int:
    """How much is kept for a unit."""
    return int(session.exec(select(func.coalesce(func.sum(Attachment.size), 0)).where(Attachment.unit == unit)).one())


def drop_pages(session: Session, ids: Collection[str]) -> None:
    """Takes the pages of these attachments away for good."""
    if ids:
        session.connection().execute(delete(AttachmentPage).where(col(AttachmentPage.attachment).in_(sorted(ids))))
