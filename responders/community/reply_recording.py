"""A contact's reply becomes a statement, and the case goes back to its clerk."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session

from cases.lifecycle import Actor
from cases.moves import Move, Mover, Refusal, make_move
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts import statements
from contacts.alerts.alerts import Alert, Order, Purpose
from contacts.statements import KnownBy, Said


@dataclass(frozen=True, slots=True)
class Reply:
    """What a contact said: an outcome, the exact words, over which channel (sms or page), and how they know."""

    outcome: str
    words: str
    channel: str
    known_by: str = KnownBy.NOT_SAID.value


def take_reply(session: Session, alert: Alert, reply: Reply, now: datetime, rulebook: Rulebook) -> bool:
    """Records the statement and gives the case back to its clerk; False when the case was settled before.

    A late statement is kept all the same: it stands on the trail and beside the answer.
    """
    contact = int(alert.recipient)
    plain = {"about": alert.about, "contact_id": contact, "alert_id": alert.id}
    said = statements.record(session, Said.model_validate({**plain, **asdict(reply)}), now)
    alert.reply_open = False
    details = {"channel": reply.channel, "contact": contact, "statement": said.id}
    who = f"contact:{contact}"
    move = Move(alert.about, "state", Mover(Actor.CONTACT, who), given={"details": details})
    result = make_move(session, move, now, rulebook)
    if isinstance(result, Refusal):
        line = TrailLine(now, "late_statement", "contact", who, number=alert.about, details=details)
        trail.write(session, [line.in_state(result.state)])
    return not isinstance(result, Refusal)


def text_back(alert: Alert, template: str) -> Order:
    """A text to the contact, about the question that this alert asked."""
    same = alert.model_dump(include={"about", "recipient_kind", "recipient", "to_number", "locale"})
    params = {**alert.params, "code": alert.reply_code}
    return Order.model_validate({**same, "purpose": Purpose.REPLY.value, "template": template, "params": params})
