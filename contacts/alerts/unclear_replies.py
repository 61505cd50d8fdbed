"""Unclear replies: the table of contacts' texts without a readable answer, for the clerk to read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Field, Session, SQLModel, col, select

from contacts.alerts.alerts import Alert
from storage.encrypted_columns import EncryptedText

MOST = 5  # of one question and telephone: more of them say nothing new
MOST_WORDS = 2000


class UnclearReply(SQLModel, table=True):
    """Who wrote what about which case. It is no statement: nothing can be answered with it."""

    __tablename__ = "unclear_reply"
    __table_args__ = {"info": {"bound_by": ("about", "contact_id", "alert_id")}}

    id: int | None = Field(default=None, primary_key=True)
    about: str = Field(max_length=32, index=True)  # the case number
    contact_id: int = Field(foreign_key="contact.id", index=True)
    alert_id: UUID = Field(foreign_key="alert.id", index=True)
    contact_name: str = Field(max_length=64, sa_type=EncryptedText)  # as it stood then, like a statement's
    words: str = Field(max_length=MOST_WORDS, sa_type=EncryptedText)
    at: datetime


def keep_words(session: Session, alert: Alert, contact_name: str, words: str, now: datetime) -> bool:
    """Keeps the words, up to MOST of them and each once; False where they add nothing to what is kept."""
    kept = session.exec(select(UnclearReply).where(UnclearReply.alert_id == alert.id)).all()
    words = words[:MOST_WORDS]
    if not words or len(kept) >= MOST or any(one.words == words for one in kept):
        return False
    who = {"about": alert.about, "contact_id": int(alert.recipient), "alert_id": alert.id, "contact_name": contact_name}
    session.add(UnclearReply.model_validate({**who, "words": words, "at": now}))
    return True


def unclear_of(session: Session, number: str) -> Sequence[UnclearReply]:
    """All unclear replies about this case, oldest first."""
    return session.exec(select(UnclearReply).where(UnclearReply.about == number).order_by(col(UnclearReply.id))).all()
