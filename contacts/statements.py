"""Statements: what a contact said, by which channel, in which words, and who wrote it down."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, Session, SQLModel, col, select

from contacts.roster import roster
from storage.encrypted_columns import EncryptedText
from storage.problem import RosterProblem


class Channel(StrEnum):
    """How it reached us."""

    SMS = "sms"
    PHONE = "phone"
    PAGE = "page"


OUTCOMES = frozenset({"confirmed", "contradicted", "cannot_say"})


class Said(SQLModel):
    """What somebody writes down. `words` are exact: nothing is trimmed, mended or translated."""

    about: str = Field(max_length=32, index=True)  # the case number
    contact_id: int = Field(foreign_key="contact.id", index=True)
    channel: str = Field(max_length=8)
    outcome: str = Field(max_length=16)
    words: str = Field(min_length=1, max_length=2000, sa_type=EncryptedText)
    written_by: str = Field(default="", max_length=64)  # the clerk's user name; '' when the contact wrote it
    alert_id: UUID | None = Field(default=None, foreign_key="alert.id")


class Statement(Said, table=True):
    """With who the contact was on that day: the roster changes, a statement does not."""

    # What was said is bound to whom, about what, how and to which effect: none of these can be changed without it showing.
    __table_args__ = {"info": {"bound_by": ("about", "contact_id", "channel", "outcome", "written_by")}}

    id: int | None = Field(default=None, primary_key=True)
    contact_name: str = Field(max_length=64, sa_type=EncryptedText)
    contact_role: str = Field(max_length=16)
    area: str = Field(max_length=32)
    said_at: datetime
    confirmed_by: str = Field(default="", max_length=64)
    confirmed_at: datetime | None = None


def record(session: Session, said: Said, now: datetime) -> Statement:
    """Keeps the statement; raises RosterProblem naming the field."""
    _check(said)
    contact = roster.get(session, said.contact_id)
    who = {"contact_name": contact.name, "contact_role": contact.role, "area": contact.area, "said_at": now}
    statement = Statement.model_validate(said.model_dump(), update=who)
    session.add(statement)
    session.flush()
    return statement


def _check(said: Said) -> None:
    if said.channel not in list(Channel):
        raise RosterProblem("channel", "A statement comes by sms, phone or page.")
    if said.outcome not in OUTCOMES:
        raise RosterProblem("outcome", "A contact confirms, contradicts or cannot say.")
    if not said.words.strip():
        raise RosterProblem("words", "Write down what the contact said, in the contact's own words.")
    if said.channel == Channel.PHONE and not said.written_by:
        raise RosterProblem("written_by", "Somebody must have written down what was said by telephone.")


def confirm(session: Session, statement_id: int, username: str, now: datetime) -> Statement:
    """A clerk made sure that the contact meant it; the first one who did stays. Raises RosterProblem."""
    statement = session.get(Statement, statement_id)
    if statement is None:
        raise RosterProblem("statement", "There is no statement {id}.", id=statement_id)
    if not statement.confirmed_by:
        statement.confirmed_by, statement.confirmed_at = username, now
    return statement


def for_case(session: Session, number: str) -> list[Statement]:
    """All statements about this case, oldest first."""
    return list(session.exec(select(Statement).where(Statement.about == number).order_by(col(Statement.id))))
