"""Alerts: the table of text messages (SMS) to people, each with its delivery state."""

import secrets
from array import array
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ColumnElement, Index, false, tuple_, update
from sqlmodel import Field, Session, SQLModel, col, or_, select

from broker.letter import Letter
from broker.outbox import post
from contacts.phone_numbers import takes_sms
from contacts.wording import render

QUEUE = "alerts"
LETTER_GRACE = timedelta(seconds=60)  # a letter gets this long before the clock posts another
DUE_AT_ONCE = 200
YEARS = range(1900, 2100)  # no code may look like one: people write years into replies
CODES = array("H", (code for code in range(1000, 10000) if code not in YEARS))
CODES_REST = timedelta(days=30)  # a code rests so long before that telephone gets it again: it still names its question


class AlertState(StrEnum):
    """Where a text stands. The order of a text's life is in RANK; nothing moves down there."""

    QUEUED = "queued"  # waits for its letter, for the throttle or for the next try
    SENDING = "sending"  # claimed by a worker that is calling the provider
    UNKNOWN = "unknown"  # the call timed out or its worker died: look before sending again
    SENT = "sent"  # the provider took it
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    DELIVERED = "delivered"  # on the handset; nobody can tell whether it was read
    DROPPED = "dropped"  # not wanted any more before it went out


RANK = {
    AlertState.QUEUED: 0,
    AlertState.SENDING: 1,
    AlertState.UNKNOWN: 1,
    AlertState.SENT: 2,
    AlertState.UNDELIVERED: 3,
    AlertState.FAILED: 3,
    AlertState.DELIVERED: 4,
    AlertState.DROPPED: 5,
}


class Purpose(StrEnum):
    """What the text is for."""

    DESK = "desk"
    CONSULT = "consult"
    SUPERVISOR = "supervisor"
    URGE = "urge"
    VERIFY = "verify"
    REPLY = "reply"
    AMENDED = "amended"  # the asker shall know that an answer was put right
    PROPOSED = "proposed"  # an amendment waits for a second person
    LATE_DISPUTE = "late_dispute"
    DECISION = "decision"  # the supervisor decides about an open case
    TALK = "talk"  # the other side said something on a case
    MONITOR = "monitor"  # a monthly report of a monitoring point is missing
    PERMISSION = "permission"  # somebody decided about an application for a permission
    PAPER = "paper"  # a person shall hand in the paper that they promised
    RECHECK = "recheck"  # a commitment is checked, or somebody is heard about one


URGENT = frozenset({Purpose.URGE, Purpose.VERIFY, Purpose.REPLY})  # somebody waits for these, or has waited too long
AT_ANY_HOUR = frozenset({Purpose.VERIFY, Purpose.REPLY})  # who gets these has just written or clicked


class Order(SQLModel):
    """A text that somebody wants sent. `params` are the placeholders of the template; `code` is added when a reply is wanted."""

    about: str = Field(default="", max_length=32)  # the case number
    purpose: str = Field(max_length=16)
    recipient_kind: str = Field(max_length=16)  # clerk or contact
    recipient: str = Field(max_length=64)  # the clerk's user name or the contact's id
    to_number: str = Field(max_length=20)
    template: str = Field(max_length=32)
    params: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    locale: str = Field(default="zh", max_length=8)
    wants_reply: bool = False
    urgent: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # goes before what is not


class Alert(Order, table=True):
    """The text and what became of it."""

    id: UUID = Field(primary_key=True)
    state: str = Field(default=AlertState.QUEUED.value, max_length=16)
    provider: str = Field(default="", max_length=16)
    provider_id: str | None = Field(default=None, max_length=64, index=True)
    error: str = Field(default="", max_length=32)
    attempts: int = 0
    next_try_at: datetime | None = None
    reply_code: str = Field(default="", max_length=8)
    reply_open: bool = False
    created_at: datetime
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    changed_at: datetime
    version: int = 1

    def text(self) -> str:
        """The words to send."""
        return render(self.template, self.locale, **self.params)

    def move(self, state: AlertState, now: datetime, next_try_at: datetime | None = None, error: str = "") -> None:
        """Into this state; the caller holds the row."""
        self.state, self.changed_at, self.next_try_at, self.error = state.value, now, next_try_at, error
        self.version += 1


_waits, _sending = col(Alert.next_try_at).is_not(None), col(Alert.state) == AlertState.SENDING.value
Index("ix_alert_about", col(Alert.about))
Index("ix_alert_created", col(Alert.created_at))
Index("ix_alert_number", col(Alert.to_number), col(Alert.created_at))
Index("ix_alert_due", col(Alert.next_try_at), sqlite_where=_waits, postgresql_where=_waits)
Index("ix_alert_sending", col(Alert.claimed_at), sqlite_where=_sending, postgresql_where=_sending)


def order(session: Session, orders: Sequence[Order], now: datetime, not_before: datetime | None = None) -> list[Alert]:
    """Stores the texts and posts a letter for each, in the caller's transaction; one that shall wait gets its letter by the clock.

    One text of a kind about a case waits for a person: what was ordered before and has not gone yet is dropped.
    Whoever has no number that takes texts gets a failed alert at once: the ladder sees it and need not wait for that step.
    """
    codes = _new_codes(session, [o.to_number for o in orders if o.wants_reply], now)
    alerts = [_alert(o, codes.pop(0) if o.wants_reply else "", now) for o in orders]
    queued = [alert for alert in alerts if alert.state == AlertState.QUEUED]
    waits = not_before is not None and not_before > now
    for alert in queued if waits else ():
        alert.next_try_at = not_before
    _replace(session, queued, now)
    session.add_all(alerts)
    session.flush()
    post_letters(session, [] if waits else queued, now)
    return alerts


def _replace(session: Session, alerts: Sequence[Alert], now: datetime) -> None:
    kinds = {(alert.about, alert.template, alert.recipient) for alert in alerts if alert.about}
    if kinds:
        one = tuple_(col(Alert.about), col(Alert.template), col(Alert.recipient))
        drop_waiting(session, one.in_(kinds), now)


def drop_waiting(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    """Nobody wants these any more of the texts that have not gone yet; what is being sent is left alone. One statement."""
    gone = {"state": AlertState.DROPPED.value, "next_try_at": None, "error": "", "reply_open": False, "changed_at": now}
    waiting = update(Alert).where(col(Alert.state) == AlertState.QUEUED.value, which)
    session.connection().execute(waiting.values(**gone, version=Alert.version + 1))


def _alert(order: Order, code: str, now: datetime) -> Alert:
    params = {**order.params, "code": code} if code else order.params
    render(order.template, order.locale, **params)  # a wording that cannot be filled in is the orderer's mistake, told at once
    alert = Alert.model_validate(order, update={"id": uuid4(), "params": params, "created_at": now, "changed_at": now})
    alert.next_try_at, alert.reply_code, alert.reply_open = now + LETTER_GRACE, code, bool(code)
    alert.urgent = order.urgent or order.purpose in URGENT
    if not takes_sms(order.to_number):
        alert.state, alert.error, alert.next_try_at, alert.reply_open = AlertState.FAILED, "no_mobile", None, False
    return alert


def _new_codes(session: Session, numbers: Sequence[str], now: datetime) -> list[str]:
    """One code for each number given, none of them open on that phone already or sent to it within CODES_REST.

    No unique index guards this: PostgreSQL would print the number, and two equal codes only mean that neither is answered.
    """
    resting = or_(Alert.reply_open, col(Alert.created_at) > now - CODES_REST)
    sent = select(Alert.to_number, Alert.reply_code).where(col(Alert.to_number).in_(set(numbers)), resting)
    taken = {(number, code) for number, code in session.exec(sent)} if numbers else set()
    codes: list[str] = []
    for number in numbers:
        code = next(code for code in iter(_any_code, "") if (number, code) not in taken)
        taken.add((number, code))
        codes.append(code)
    return codes


def _any_code() -> str:
    return str(secrets.choice(CODES))


def post_letters(session: Session, alerts: Iterable[Alert], now: datetime) -> None:
    """A letter for each alert to the worker that sends."""
    letters = [Letter.post("alert", QUEUE, alert.about, {"alert": str(alert.id)}, now) for alert in alerts]
    if letters:
        post(session, letters)


def due(session: Session, now: datetime) -> list[Alert]:
    """Queued alerts whose next try has come, urgent ones first, then the longest waiting; at most DUE_AT_ONCE."""
    query = select(Alert).where(Alert.state == AlertState.QUEUED, col(Alert.next_try_at) <= now)
    order = (col(Alert.urgent).desc(), col(Alert.next_try_at))
    return list(session.exec(query.order_by(*order).limit(DUE_AT_ONCE).with_for_update(skip_locked=True)))


def retry_due(session: Session, now: datetime, opening: datetime | None = None) -> int:
    """The clock's chore: letters for what is due; says how many. Out of hours what was late waits until the offices open."""
    closed = opening is not None and opening > now
    alerts = due(session, now)
    go = [alert for alert in alerts if not closed or alert.purpose in AT_ANY_HOUR]
    for alert in alerts:
        alert.next_try_at = now + LETTER_GRACE if alert in go else opening
    post_letters(session, go, now)
    return len(go)


def hold_until(session: Session, ids: Sequence[UUID], opening: datetime) -> list[UUID]:
    """Lets those of the alerts that nobody gets out of hours wait until the offices open; the ids of the others."""
    waiting = (col(Alert.id).in_(ids), col(Alert.state) == AlertState.QUEUED.value)
    late = [purpose.value for purpose in Purpose if purpose not in AT_ANY_HOUR]
    held = update(Alert).where(*waiting, col(Alert.purpose).in_(late), col(Alert.next_try_at) < opening)
    session.connection().execute(held.values(next_try_at=opening))
    return list(session.exec(select(Alert.id).where(*waiting, col(Alert.purpose).not_in(late))))


def release(session: Session, now: datetime) -> None:
    """What waits for another try goes now: the provider is well again. What waits for its hour or the throttle goes on waiting."""
    went_wrong = (col(Alert.state) == AlertState.QUEUED.value, col(Alert.error) != "")
    waiting = update(Alert).where(*went_wrong, col(Alert.next_try_at) > now)
    session.connection().execute(waiting.values(next_try_at=now))


def for_case(session: Session, number: str) -> list[Alert]:
    """All texts about this case, oldest first."""
    return list(session.exec(select(Alert).where(Alert.about == number).order_by(col(Alert.created_at), col(Alert.id))))
