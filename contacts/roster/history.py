"""Contact history: the table of changes of contacts, one line a field, before and after."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.bulk_rows import insert_rows
from storage.encrypted_columns import EncryptedText
from storage.first_rows import FirstRows, last_rows
from storage.json import Json

SHOWN = 200  # changes of one entry, each of one field


class ContactChange(SQLModel, table=True):
    """One field of one contact, before and after; rows are only ever added."""

    __tablename__ = "contact_change"
    __table_args__ = {"info": {"bound_by": ("contact_id", "what", "field", "who")}}

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    who: str = Field(max_length=64)
    at: datetime
    what: str = Field(max_length=16)  # add, change, verify, remove, restore, stop, start
    field: str = Field(max_length=32)
    before: str = Field(default="", sa_type=EncryptedText)
    after: str = Field(default="", sa_type=EncryptedText)


def history(session: Session, contact_id: int) -> FirstRows[ContactChange]:
    """What was changed about this contact, oldest first; of very much the latest."""
    query = select(ContactChange).where(ContactChange.contact_id == contact_id)
    return last_rows(session, query, col(ContactChange.id), SHOWN)


def changed(contact_id: int | None, what: str, field: str, before: str, after: str) -> Json:
    """One change of one field of a contact, as a row to be written."""
    return {"contact_id": contact_id, "what": what, "field": field, "before": before, "after": after}


def note(session: Session, changes: Sequence[Json], who: str, now: datetime) -> None:
    """Writes the lines down in which something differs; one statement."""
    kept = [{**change, "who": who, "at": now} for change in changes if change["before"] != change["after"]]
    if kept:
        insert_rows(session, SQLModel.metadata.tables["contact_change"], kept)
