"""Received texts: the table of marks by which a text that the provider delivers twice is noticed."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col

from contacts.sms.provider import Inbound
from storage.bulk_rows import insert_new
from storage.vault import vault_of

KEPT = timedelta(days=7)


class TakenText(SQLModel, table=True):
    """A mark of a text that was taken without a code: it tells whether it comes again, and nothing of what it says."""

    __tablename__ = "taken_text"

    key: str = Field(primary_key=True, max_length=64)
    at: datetime = Field(index=True)


def first_time(session: Session, inbound: Inbound, now: datetime) -> bool:
    """Notes the text, with the caller's commit; False where the provider brought it before. Older notes are forgotten."""
    if not inbound.id:
        return True
    whole = "\n".join((inbound.id, inbound.from_number, inbound.text))
    row = {"key": vault_of(session).mac(whole.encode(), "taken_text.key").hex(), "at": now}
    session.execute(delete(TakenText).where(col(TakenText.at) < now - KEPT))
    return bool(insert_new(session, SQLModel.metadata.tables["taken_text"], [row], "key"))
