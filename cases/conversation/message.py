"""Messages: the table of what the two sides wrote on a case, sealed; counting and reading them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, func, select

from cases.case import Case
from cases.lifecycle import Actor
from storage.encrypted_columns import EncryptedText

LONGEST = 1000  # signs of one message
MOST = 30  # messages of one side on one case


class Kind(StrEnum):
    """As what it was said: by the move of the same name."""

    MESSAGE = "message"
    ASK_BACK = "ask_back"
    REPLY_BACK = "reply_back"


class Message(SQLModel, table=True):
    """One message. `side` is the actor who wrote it: asker or clerk."""

    # Who said it on which case, when and as what: none of these can be changed without it showing.
    __table_args__ = {"info": {"bound_by": ("number", "kind", "side", "unit", "who")}}

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=32, index=True)
    at: datetime
    kind: str = Field(max_length=16)
    side: str = Field(max_length=16)
    unit: str = Field(max_length=32)
    who: str = Field(max_length=64)
    words: str = Field(sa_type=EncryptedText)


def of_case(session: Session, case: Case) -> Sequence[Message]:
    """What was said on a case, oldest first; nothing of one that is blocked. One query."""
    if case.blocked_at:
        return []
    return session.exec(select(Message).where(Message.number == case.number).order_by(col(Message.id))).all()


def note_read(session: Session, case: Case, username: str, unit: str) -> None:
    """A clerk of this unit has looked: the mark goes where it is their desk that has the case, and nobody else has taken it."""
    if case.desk_unread and unit == case.desk and case.taken_by in ("", username):
        session.connection().execute(update(Case).where(col(Case.number) == case.number).values(desk_unread=False))


def count_of(session: Session, number: str, side: Actor) -> int:
    """How many messages this side has written on a case."""
    mine = select(func.count()).select_from(Message).where(Message.number == number, Message.side == side.value)
    return int(session.exec(mine).one())
