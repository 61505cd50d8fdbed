"""Number checks: the table of codes texted to a contact's number, and how they come back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from contacts.alerts.alerts import Alert, Order, Purpose, order
from contacts.alerts.plain_text import plain
from contacts.alerts.reply_matching import open_alerts_on
from contacts.alerts.reply_texts import read_reply
from contacts.roster import roster
from contacts.roster.roster import Contact
from storage.encrypted_columns import EncryptedText
from storage.problem import RosterProblem

CODE_LASTS = timedelta(minutes=10)
TRIES = 5  # a code has four digits: whoever guesses must not get far
REST = timedelta(minutes=1)  # between two codes to the same person
A_DAY, MOST = timedelta(days=1), 5


class NumberCheck(SQLModel, table=True):
    """One code sent to one number of a contact. The code itself stands with its text and is shown to no keeper."""

    __tablename__ = "number_check"
    __table_args__ = {"info": {"bound_by": ("contact_id", "alert_id")}}

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    phone: str = Field(max_length=20, sa_type=EncryptedText)  # as it stood then: a number changed meanwhile is not proven
    alert_id: UUID = Field(foreign_key="alert.id", index=True)
    asked_by: str = Field(max_length=64)
    asked_at: datetime
    tries: int = 0
    ended_at: datetime | None = None
    ended: str = Field(default="", max_length=16)  # read_back, reply, tries, replaced; '' while open or run out

    @property
    def until(self) -> datetime:
        """When the code runs out."""
        return self.asked_at + CODE_LASTS

    def end(self, how: str, now: datetime) -> None:
        """It is over; the caller holds the row."""
        self.ended, self.ended_at = how, now


class Said(StrEnum):
    """What came of a code that a keeper was told."""

    PROVEN = "proven"
    WRONG = "wrong"
    TOO_OFTEN = "too_often"  # the wrong one too often: this code is void
    NOTHING_OPEN = "nothing_open"  # no code is out for the number as it stands, or it has run out


def send_code(session: Session, contact_id: int, who: str, now: datetime, locale: str = "zh") -> NumberCheck:
    """Texts a new code to the contact and voids the one before. Raises RosterProblem where none can or may be sent now."""
    contact = roster.get(session, contact_id)
    if not contact.active or not contact.takes_sms:
        raise RosterProblem("phone", "No text can be sent to this number, so no code can prove it.")
    _check_rest(_lately(session, contact_id, now), now)
    _void(session, contact_id, now)
    wanted = {"purpose": Purpose.VERIFY.value, "recipient_kind": "contact", "recipient": str(contact_id), "locale": locale}
    text = {"to_number": contact.phone, "template": "verify_contact", "params": {"minutes": CODE_LASTS.seconds // 60}}
    (alert,) = order(session, [Order.model_validate({**wanted, **text, "wants_reply": True})], now)
    check = NumberCheck(contact_id=contact_id, phone=contact.phone, alert_id=alert.id, asked_by=who, asked_at=now)
    session.add(check)
    session.flush()
    return check


def _lately(session: Session, contact_id: int, now: datetime) -> Sequence[datetime]:
    recent = NumberCheck.contact_id == contact_id, col(NumberCheck.asked_at) > now - A_DAY
    return session.exec(select(NumberCheck.asked_at).where(*recent).order_by(col(NumberCheck.asked_at).desc())).all()


def _check_rest(sent: Sequence[datetime], now: datetime) -> None:
    if sent and sent[0] > now - REST:
        seconds = int((sent[0] + REST - now).total_seconds()) + 1
        raise RosterProblem("phone", "A code went out a moment ago. Another can be sent in {seconds} seconds.", seconds=seconds)
    if len(sent) >= MOST:
        raise RosterProblem("phone", "{most} codes went to this person within a day. Try again tomorrow.", most=MOST)


def _void(session: Session, contact_id: int, now: datetime) -> None:
    still = select(NumberCheck).where(NumberCheck.contact_id == contact_id, col(NumberCheck.ended_at).is_(None))
    before = session.exec(still).all()
    for check in before:
        check.end("replaced", now)
    closed = col(Alert.id).in_([check.alert_id for check in before])
    session.execute(update(Alert).where(closed, col(Alert.reply_open)).values(reply_open=False))


def open_check(session: Session, contact: Contact, now: datetime) -> NumberCheck | None:
    """The check that waits for its code: not over, not run out, and of the number as it stands."""
    still = NumberCheck.contact_id == contact.id, col(NumberCheck.ended_at).is_(None)
    found = select(NumberCheck).where(*still, col(NumberCheck.asked_at) > now - CODE_LASTS)
    checks = session.exec(found.order_by(col(NumberCheck.id).desc()))
    return next((check for check in checks if check.phone == contact.phone), None)


def last_check(session: Session, contact_id: int) -> tuple[NumberCheck, Alert] | None:
    """The newest check of this person with its text, whatever became of them."""
    both = select(NumberCheck, Alert).join(Alert, col(Alert.id) == col(NumberCheck.alert_id))
    return session.exec(both.where(NumberCheck.contact_id == contact_id).order_by(col(NumberCheck.id).desc()).limit(1)).first()


def read_back(session: Session, contact_id: int, code: str, who: str, now: datetime) -> Said:
    """The contact read a code to the keeper. Wrong ones are counted: the caller must commit, whatever this says."""
    contact = session.get_one(Contact, contact_id, with_for_update=True)  # guesses side by side are all counted
    check = open_check(session, contact, now)
    if check is None or not contact.active:
        return Said.NOTHING_OPEN
    if prove_number(session, check.phone, code, now, check.alert_id) is not None:
        _prove(session, check, "read_back", who, now)
        return Said.PROVEN
    check.tries += 1
    if check.tries < TRIES:
        return Said.WRONG
    check.end("tries", now)
    session.execute(update(Alert).where(col(Alert.id) == check.alert_id).values(reply_open=False))
    return Said.TOO_OFTEN


def take_reply(session: Session, from_number: str, text: str, now: datetime) -> NumberCheck | None:
    """A text that holds the code sent to this very number proves it; None when it is about something else."""
    sent = {alert.reply_code for alert in open_alerts_on(session, from_number, Purpose.VERIFY, now - CODE_LASTS)}
    codes = read_reply(text, sent).codes if sent else ()
    alert = prove_number(session, from_number, next(iter(codes)), now) if len(codes) == 1 else None
    found = session.exec(select(NumberCheck).where(NumberCheck.alert_id == alert.id)).first() if alert else None
    if found is None or found.ended_at is not None:
        return None
    if roster.get(session, found.contact_id).phone == found.phone:
        _prove(session, found, "reply", f"contact:{found.contact_id}", now)
    return found


def _prove(session: Session, check: NumberCheck, how: str, who: str, now: datetime) -> None:
    check.end(how, now)
    roster.verify(session, check.contact_id, who, now)


def prove_number(session: Session, number: str, code: str, now: datetime, only: UUID | None = None) -> Alert | None:
    """The text by which this code went to the number in the last ten minutes (CODE_LASTS); it is good once. None if none did.

    With `only` no other text than this one counts.
    """
    for alert in open_alerts_on(session, number, Purpose.VERIFY, now - CODE_LASTS):
        if alert.reply_code == plain(code).strip() and only in (None, alert.id):
            alert.reply_open = False
            return alert
    return None
