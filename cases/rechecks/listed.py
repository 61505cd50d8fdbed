"""The list of commitments that stand as not true: its table, who sees it when, and how an entry comes off it.

Nobody can leaf through it. It is asked with one person's number, by the form on which that person commits again; each asking leaves
a line on the trail.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from cases.subject_index import key_of
from storage.encrypted_columns import EncryptedText
from storage.vault import vault_of

LISTED, OFF = "listed", "off"


class Listed(SQLModel, table=True):
    """One entry: this commitment does not hold, as somebody decided. `key` finds it by the person's number and tells nobody.

    Off the list with two pairs of eyes: `asked_off_by` gives the reason, `off_by` is another supervisor.
    """

    __tablename__ = "commitment_listed"

    number: str = Field(primary_key=True, max_length=32)  # the commitment's
    key: str = Field(max_length=32, index=True)
    unit: str = Field(max_length=32)
    certificate: str = Field(max_length=40)
    state: str = Field(default=LISTED, max_length=16)
    reason: str = Field(sa_type=EncryptedText)  # as whoever decided wrote it
    decided_by: str = Field(max_length=64)
    since: datetime
    until: datetime = Field(index=True)
    asked_off_by: str = Field(default="", max_length=64)
    asked_off_at: datetime | None = None
    off_reason: str = Field(default="", sa_type=EncryptedText)
    off_by: str = Field(default="", max_length=64)
    off_at: datetime | None = None


def listed_of(session: Session, person_key: str, now: datetime) -> Sequence[Listed]:
    """What stands about the person with this number (Subject.key), the newest first; at most a few."""
    key = key_of(person_key, vault_of(session))
    found = select(Listed).where(Listed.key == key, Listed.state == LISTED, col(Listed.until) > now)
    return session.exec(found.order_by(col(Listed.since).desc()).limit(10)).all()
