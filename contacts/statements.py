"""Statements: the table of what contacts said about a case: channel, outcome, words, how they know."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, Session, SQLModel, col, select

from contacts.alerts.alerts import Alert
from contacts.roster import roster
from storage.encrypted_columns import EncryptedText
from storage.problem import RosterProblem


class Channel(StrEnum):
    """How it reached us."""

    SMS = "sms"
    PHONE = "phone"
    PAGE = "page"
    PERSON = "person"  # face to face


class CallKind(StrEnum):
    """How a clerk and a contact came to speak."""

    RUNG = "rung"  # the clerk rang the number in the roster
    CALLED_BACK = "called_back"  # the contact rang the window
    IN_PERSON = "in_person"


class KnownBy(StrEnum):
    """How the contact knows what they say."""

    PERSONALLY = "personally"
    FILES = "files"  # the community's own
    NEIGHBOURS = "neighbours"  # or relatives of the people asked about
    HEARSAY = "hearsay"
    NOT_SAID = "not_said"


# The channels by which people speak; over the others they write.
SPOKEN: dict[str, tuple[str, ...]] = {Channel.PHONE: (CallKind.RUNG, CallKind.CALLED_BACK), Channel.PERSON: (CallKind.IN_PERSON,)}

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
    # Encrypted, so that nobody turns hearsay into knowledge unseen; '' in a statement from before these were asked.
    call: str = Field(default="", sa_type=EncryptedText, sa_column_kwargs={"server_default": ""})  # a CallKind; '' who wrote
    known_by: str = Field(default=KnownBy.NOT_SAID.value, sa_type=EncryptedText, sa_column_kwargs={"server_default": ""})


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
    _check(session, said)
    contact = roster.get(session, said.contact_id)
    who = {"contact_name": contact.name, "contact_role": contact.role, "area": contact.area, "said_at": now}
    statement = Statement.model_validate(said.model_dump(), update=who)
    session.add(statement)
    session.flush()
    return statement


def grounded(session: Session, said: Said) -> bool:
    """Whether a call that somebody noted, or a reply to our text about this case, stands behind the words."""
    if said.channel in SPOKEN:
        return bool(said.written_by)
    alert = session.get(Alert, said.alert_id) if said.alert_id else None
    return alert is not None and (alert.about, alert.recipient) == (said.about, str(said.contact_id))


def _check(session: Session, said: Said) -> None:
    if said.channel not in list(Channel):
        raise RosterProblem("channel", "A statement comes by sms, phone or page, or in person.")
    if said.outcome not in OUTCOMES:
        raise RosterProblem("outcome", "A contact confirms, contradicts or cannot say.")
    if not said.words.strip():
        raise RosterProblem("words", "Write down what the contact said, in the contact's own words.")
    if said.known_by not in list(KnownBy):
        raise RosterProblem("known_by", "Say how the contact knows, or that it was not said.")
    if said.call not in SPOKEN.get(said.channel, ("",)):
        raise RosterProblem("call", "Say how the call took place.")
    if said.channel in SPOKEN and not said.written_by:
        raise RosterProblem("written_by", "Somebody must have written down what was said.")
    if not grounded(session, said):
        raise RosterProblem("alert_id", "A reply belongs to a text that was sent to this contact about this case.")


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
