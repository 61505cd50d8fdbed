"""Responsiveness: a contact's recent texts, replies and unanswered calls."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from sqlmodel import Session, col, select

from contacts.alerts.alerts import Alert, AlertState, Purpose
from contacts.roster.calls import Call
from contacts.roster.roster import Contact
from contacts.statements import SPOKEN, Statement

SINCE = timedelta(days=180)
PATIENCE = timedelta(hours=4)  # a text younger than this may still be answered: it counts for nothing yet
LOST = frozenset({AlertState.FAILED.value, AlertState.UNDELIVERED.value})
UNSENT = frozenset({AlertState.QUEUED.value, AlertState.SENDING.value, AlertState.DROPPED.value})
AT_MOST = 2000


@dataclass
class Responsiveness:
    """One contact's last half year. `word` says it in one word: answers, silent, failing, in_vain or new."""

    texted: int = 0  # texts that went out and were old enough to be answered
    answered: int = 0  # of these
    spoken: int = 0  # statements on the telephone
    in_vain: int = 0  # calls that reached nobody
    failed: int = 0  # texts that did not arrive
    heard_at: datetime | None = None
    heard_by: str = ""  # a Channel
    failed_at: datetime | None = None
    vain_at: datetime | None = None
    minutes: list[float] = field(default_factory=list)  # from a text to its answer

    @property
    def usual_minutes(self) -> int | None:
        """How long an answer to a text takes, in the middle; None without any."""
        return round(median(self.minutes)) if self.minutes else None

    @property
    def word(self) -> str:
        """The newest thing known decides: an answer, a lost text, a call in vain; else whether texts stayed unanswered."""
        latest = max(
            ((at, word) for at, word in self._events() if at is not None), default=(None, "silent" if self.texted else "new")
        )
        return latest[1] if latest[1] != "answers" or self._still_answers() else "silent"

    def _events(self) -> Iterable[tuple[datetime | None, str]]:
        return ((self.heard_at, "answers"), (self.failed_at, "failing"), (self.vain_at, "in_vain"))

    def _still_answers(self) -> bool:
        # Somebody who answered one text of ten is not somebody who answers; somebody rung without texts is.
        return self.spoken > 0 or self.texted < 4 or self.answered * 4 >= self.texted


def responsiveness_of(session: Session, contacts: Sequence[Contact], now: datetime) -> dict[int, Responsiveness]:
    """What is known of each of these contacts by id. Three queries, however many they are and however much was said."""
    found: dict[int, Responsiveness] = {contact.id or 0: Responsiveness() for contact in contacts}
    if not found:
        return found
    since = now - SINCE
    _count_texts(found, _texts(session, contacts, since), _said(session, found, since), now)
    calls = select(Call.contact_id, Call.at).where(col(Call.contact_id).in_(found), col(Call.at) > since).order_by(col(Call.at))
    for contact, at in session.exec(calls.limit(AT_MOST)):
        found[contact].in_vain, found[contact].vain_at = found[contact].in_vain + 1, at
    return found


def _texts(session: Session, contacts: Sequence[Contact], since: datetime) -> Sequence[Alert]:
    # By number, for which there is an index; the recipient tells apart those who share one.
    numbers = {contact.phone for contact in contacts if contact.phone}
    asked = (Alert.purpose == Purpose.CONSULT, Alert.recipient_kind == "contact", col(Alert.created_at) > since)
    found = select(Alert).where(col(Alert.to_number).in_(numbers), *asked).order_by(col(Alert.created_at).desc())
    return session.exec(found.limit(AT_MOST)).all()


def _said(session: Session, found: dict[int, Responsiveness], since: datetime) -> Mapping[UUID, datetime]:
    """When each text was answered; notes on the way when and how each contact was last heard."""
    said = select(Statement.contact_id, Statement.channel, Statement.said_at, Statement.alert_id)
    mine = said.where(col(Statement.contact_id).in_(found), col(Statement.said_at) > since).order_by(col(Statement.said_at))
    answers: dict[UUID, datetime] = {}
    for contact, channel, said_at, alert in session.exec(mine.limit(AT_MOST)):
        one = found[contact]
        one.heard_at, one.heard_by = said_at, channel
        one.spoken += channel in SPOKEN
        if alert:
            answers[alert] = said_at
    return answers


def _count_texts(found: dict[int, Responsiveness], texts: Sequence[Alert], answers: Mapping[UUID, datetime], now: datetime) -> None:
    by_contact: dict[int, list[Alert]] = defaultdict(list)
    for alert in texts:
        if alert.recipient.isdigit() and int(alert.recipient) in found:
            by_contact[int(alert.recipient)].append(alert)
    for contact, alerts in by_contact.items():
        _count(found[contact], alerts, answers, now)


def _count(one: Responsiveness, alerts: Collection[Alert], answers: Mapping[UUID, datetime], now: datetime) -> None:
    for alert in alerts:
        answered = answers.get(alert.id)
        if alert.state in LOST:
            one.failed += 1
            one.failed_at = max(filter(None, (one.failed_at, alert.changed_at)))
        elif answered:
            one.texted, one.answered = one.texted + 1, one.answered + 1
            one.minutes.append((answered - (alert.sent_at or alert.created_at)).total_seconds() / 60)
        elif alert.state not in UNSENT and now - alert.created_at > PATIENCE:
            one.texted += 1
