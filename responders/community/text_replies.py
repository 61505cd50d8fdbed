"""Handling an incoming text: statement, unclear reply or nothing, and what is texted back."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, select

from cases.case import Case
from cases.lifecycle import SETTLED, State
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts.alerts.alerts import Alert, Order
from contacts.alerts.reply_matching import Means, Reply, told_before
from contacts.alerts.unclear_replies import keep_words
from contacts.roster import opting_out, roster
from contacts.statements import Statement
from responders.community import reply_recording
from responders.community.reply_recording import take_reply, text_back

EXPLAINED = ("reply_unclear", "reply_which")  # one of these, once: machines that answer by themselves never tire


def take_text(session: Session, reply: Reply, now: datetime, rulebook: Rulebook) -> list[Order]:
    """Records what is to be recorded; the texts that go back, at most one.

    Each kind of text goes once to a telephone about a question: a statement is thanked for, all else is then met with silence.
    """
    alert = session.get_one(Alert, reply.alert.id, with_for_update=True, populate_existing=True)
    match reply.means:
        case Means.ANSWER if alert.reply_open:
            return _take_answer(session, alert, reply, now, rulebook)
        case Means.ANSWER | Means.OVER:
            return _take_more(session, alert, reply, now)
        case Means.UNCLEAR | Means.AUTOMATIC:
            return _take_unclear(session, alert, reply, now)
    return _once(session, alert, "reply_unclear" if reply.means is Means.WRONG else "reply_which", EXPLAINED)


def _take_answer(session: Session, alert: Alert, reply: Reply, now: datetime, rulebook: Rulebook) -> list[Order]:
    on_time = take_reply(session, alert, reply_recording.Reply(reply.answer, reply.words, "sms"), now, rulebook)
    opting_out.resume(session, alert.to_number, now)
    return [text_back(alert, "statement_thanks" if on_time else "statement_late")]


def _take_more(session: Session, alert: Alert, reply: Reply, now: datetime) -> list[Order]:
    """The question is over for this telephone. While the case is open the words may matter; the same again adds nothing."""
    if _settled(session, alert):
        return _once(session, alert, "reply_over")
    said = session.exec(select(Statement.outcome).where(Statement.alert_id == alert.id)).all()
    if reply.answer in said or not _keep(session, alert, reply.text, now):
        return []
    return _once(session, alert, "reply_more")


def _take_unclear(session: Session, alert: Alert, reply: Reply, now: datetime) -> list[Order]:
    _keep(session, alert, reply.text, now)
    if reply.means is Means.AUTOMATIC:
        return []
    return (
        _once(session, alert, "statement_late") if _settled(session, alert) else _once(session, alert, "reply_unclear", EXPLAINED)
    )


def _keep(session: Session, alert: Alert, words: str, now: datetime) -> bool:
    contact = roster.get(session, int(alert.recipient))
    if not keep_words(session, alert, contact.name, words, now):
        return False
    line = TrailLine(now, "unclear_reply", "contact", f"contact:{contact.id}", number=alert.about, details={"channel": "sms"})
    trail.write(session, [line.in_state(session.get_one(Case, alert.about).state)])
    return True


def _settled(session: Session, alert: Alert) -> bool:
    return State(session.get_one(Case, alert.about).state) in SETTLED


def _once(session: Session, alert: Alert, template: str, said: Sequence[str] = ()) -> list[Order]:
    return [] if told_before(session, alert, said or (template,)) else [text_back(alert, template)]
