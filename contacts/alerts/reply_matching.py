"""Which alert a text reply belongs to, what it answers, and what is done with it."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from contacts.alerts.alerts import CODES_REST, Alert, Purpose
from contacts.alerts.reply_texts import Reading, read_reply
from contacts.phone_numbers import normalise
from contacts.roster import roster
from storage.problem import RosterProblem

QUESTION_LASTS = timedelta(days=7)

StillAsked = Callable[[Session, Sequence[Alert]], Collection[UUID]]


class Means(StrEnum):
    """What is to become of a reply."""

    ANSWER = "answer"  # the question is known and open, and the answer is clear
    UNCLEAR = "unclear"  # the question is known and open; a person must read the words
    OVER = "over"  # its code is that of a question which this telephone need not answer any more
    WRONG = "wrong"  # no code of this telephone's, or several: nothing of it is kept anywhere
    WHICH = "which"  # the same, or no code at all, while several questions are open
    AUTOMATIC = "automatic"  # nobody wrote it; the words are kept, and never answered


class Reply(NamedTuple):
    """`answer` is confirmed, contradicted, cannot_say, or '' when it is not clear; `words` go with it, `text` is all of it.

    With WRONG and WHICH, `alert` is only the newest question that is open on this telephone.
    """

    alert: Alert
    answer: str
    words: str
    means: Means
    text: str
    coded: bool  # it names its question by the code


def everything(_session: Session, alerts: Sequence[Alert]) -> set[UUID]:
    """For those who do not know which questions are over."""
    return {alert.id for alert in alerts}


def match_reply(session: Session, from_number: str, text: str, now: datetime, still_asked: StillAsked = everything) -> Reply | None:
    """What this text is about and says; None for strangers, and where no question is open on that telephone.

    A number that could be a code decides: with a right one the reply is about that question even after it is over, so
    that a late word is not lost; with a wrong one it is about none. Without any it means the only one `still_asked`.
    """
    sent = _sent(session, from_number, Purpose.CONSULT, now - CODES_REST)
    reading = read_reply(text, {alert.reply_code for alert in sent}) if sent else None
    if reading is None:
        return None
    off = roster.gone(session, {int(alert.recipient) for alert in sent}, now)
    waiting = [alert for alert in sent if alert.reply_open and alert.created_at > now - QUESTION_LASTS]
    waiting = [alert for alert in waiting if int(alert.recipient) not in off]
    if len(reading.codes) == 1:
        named = [alert for alert in sent if alert.reply_code in reading.codes]
        named.sort(key=lambda alert: (alert in waiting, alert.created_at))
        means = _means(reading) if named[-1] in waiting else Means.OVER
        return Reply(named[-1], reading.answer, reading.words, means, text.strip(), True)
    asked_ids = still_asked(session, waiting)
    asked = [alert for alert in waiting if alert.id in asked_ids]
    if not asked:
        return None
    means = Means.WRONG if reading.codes or reading.stray else _means(reading)
    means = means if len(asked) == 1 else Means.WHICH
    return Reply(asked[-1], reading.answer, reading.words, means, text.strip(), False)


def _means(reading: Reading) -> Means:
    if reading.automatic:
        return Means.AUTOMATIC
    return Means.ANSWER if reading.answer else Means.UNCLEAR


def open_question(session: Session, number: str, code: str, now: datetime) -> Alert | None:
    """The question that this code opens on this telephone, for a week and until it is answered."""
    found = open_alerts_on(session, number, Purpose.CONSULT, now - QUESTION_LASTS)
    matching = [alert for alert in found if alert.reply_code == code]
    return matching[0] if len(matching) == 1 else None


def open_alerts_on(session: Session, number: str, purpose: Purpose, since: datetime) -> list[Alert]:
    """The texts of this purpose to this number since then that wait for a reply, oldest first."""
    return [alert for alert in _sent(session, number, purpose, since) if alert.reply_open]


def _sent(session: Session, number: str, purpose: Purpose, since: datetime) -> list[Alert]:
    try:
        number = normalise(number)
    except RosterProblem:
        return []
    there = Alert.to_number == number, Alert.purpose == purpose, col(Alert.reply_code) != "", col(Alert.created_at) > since
    return list(session.exec(select(Alert).where(*there).order_by(col(Alert.created_at))))


def told_before(session: Session, alert: Alert, templates: Collection[str]) -> bool:
    """Whether this telephone got one of these texts about this question already: it is said once, then we are silent."""
    back = Alert.to_number == alert.to_number, Alert.about == alert.about, Alert.purpose == Purpose.REPLY
    found = session.exec(select(Alert.params).where(*back, col(Alert.template).in_(templates)))
    return any(params.get("code") == alert.reply_code for params in found)
