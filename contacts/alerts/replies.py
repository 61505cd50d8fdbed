"""Replies by text: which alert they answer, and what they say."""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from contacts.alerts.alerts import Alert, Purpose
from contacts.phone_numbers import normalise
from storage.problem import RosterProblem

# An answer is a word of its own: "是" answers, "是不是弄错了" asks back and is nobody's evidence.
ANSWERS = {
    "confirmed": ("1", "属实", "是", "是的", "对", "yes", "true"),
    "contradicted": ("2", "不属实", "不是", "否", "不对", "no", "false"),
    "cannot_say": ("3", "不清楚", "不知道", "说不清", "unknown"),
}
WORDS = {word: answer for answer, words in ANSWERS.items() for word in words}
GAP = r"[\s,，.。:：;；、!！\-+加]*"
END = r"(?=$|[\s,，.。:：;；、!！])"
ANSWER = "|".join(sorted(map(re.escape, WORDS), key=len, reverse=True))
CODE = rf"(?P<code>[0-9]{{4}}(?=$|[^0-9]|[123]{END}))"
REPLY = re.compile(rf"{GAP}{CODE}?{GAP}(?:(?P<answer>{ANSWER}){END}{GAP})?(?P<rest>.*)", re.DOTALL | re.IGNORECASE)
FULL_WIDTH = str.maketrans({0xFF10 + digit: str(digit) for digit in range(10)})
QUESTION_LASTS = timedelta(days=7)

StillAsked = Callable[[Session, Sequence[Alert]], Collection[UUID]]


class Reply(NamedTuple):
    """`answer` is confirmed, contradicted, cannot_say, or '' when it could not be understood; `words` exactly as written."""

    alert: Alert
    answer: str
    words: str


def everything(_session: Session, alerts: Sequence[Alert]) -> set[UUID]:
    """For those who do not know which questions are over."""
    return {alert.id for alert in alerts}


def match_reply(session: Session, from_number: str, text: str, now: datetime, still_asked: StillAsked = everything) -> Reply | None:
    """The question that this text answers. Without a code it is the only one on that phone that is `still_asked`.

    With its code a question can be answered after it is over, so that a late word is not lost. None for strangers, and
    when it cannot be told which question is meant: nobody is answered then.
    """
    code, answer, words = read_reply(text)
    questions = open_alerts_on(session, from_number, Purpose.CONSULT, now - QUESTION_LASTS)
    meant = {alert.id for alert in questions if alert.reply_code == code} if code else still_asked(session, questions)
    matching = [alert for alert in questions if alert.id in meant]
    return Reply(matching[0], answer, words) if len(matching) == 1 else None


def read_reply(text: str) -> tuple[str, str, str]:
    """The code or '', the answer or '', and the remaining words (the whole text when nothing remains)."""
    # Digit for digit, so that places in the normalised text are places in the original.
    match = REPLY.match(text.translate(FULL_WIDTH))
    if match is None:
        return "", "", text
    rest = text[match.start("rest") :].strip()
    return match["code"] or "", WORDS.get((match["answer"] or "").lower(), ""), rest or text.strip()


def open_alerts_on(session: Session, number: str, purpose: Purpose, since: datetime) -> list[Alert]:
    try:
        number = normalise(number)
    except RosterProblem:
        return []
    there = Alert.to_number == number, Alert.purpose == purpose, Alert.reply_open, col(Alert.created_at) > since
    return list(session.exec(select(Alert).where(*there).order_by(col(Alert.created_at))))
