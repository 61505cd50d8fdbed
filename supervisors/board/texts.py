"""Text messages on the board: counts by ladder step and by delivery state."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, text
from sqlalchemy import case as when
from sqlmodel import Session, col, func, select

from contacts.alerts.alerts import LETTER_GRACE, Alert, AlertState
from contacts.alerts.texting_status import waits_again
from contacts.sms.reasons import reason_words
from storage.problem import N_

# Each step of the ladders has its wording; in the order in which a case climbs.
STEPS = {
    "desk_new": N_("Clerk on duty"),
    "desk_next": N_("Next clerk, or reminded"),
    "desk_instead": N_("Who stands in for a clerk"),
    "leader_alert": N_("Leader of the unit"),
    "desk_bounced": N_("Leader, of what desks passed to and fro"),
    "leader_instead": N_("Who stands in for the leader"),
    "supervisor_alert": N_("Supervisor"),
    "consult_contact": N_("Community contact"),
    "desk_urged": N_("Urged"),
}
FATES = {
    "delivered": ("delivered",),
    "failed": ("failed", "undelivered"),
    "waiting": (),  # of those that are queued the ones that went wrong before
    "unknown": ("unknown",),
    "under_way": ("queued", "sending", "sent"),
}
FATE_WORDS = {
    "delivered": N_("Delivered"),
    "failed": N_("Failed"),
    "waiting": N_("Waits for another try"),
    "unknown": N_("Unknown"),
    "under_way": N_("On the way"),
}
WENT = (AlertState.SENT, AlertState.DELIVERED)  # with a provider that tells no more, sent is as much as can be known


@dataclass(frozen=True, slots=True)
class Texts:
    """`fates`: how many texts by what became of them; `cases`: about how many cases these were.

    `steps`: of how many cases somebody was told at a step of their ladder: a text went, and nothing says that it did not arrive.
    """

    fates: Mapping[str, int]
    cases: Mapping[str, int]
    steps: Mapping[str, int]


def read_texts(session: Session, since: datetime, until: datetime | None = None) -> Texts:
    """The texts ordered since then. Two queries, whatever the number of texts."""
    span = [col(Alert.created_at) >= since, *([col(Alert.created_at) < until] if until else [])]
    fate = when(*((has_fate(name), name) for name in ("waiting", *FATES)), else_="").label("fate")
    about = func.count(func.distinct(func.nullif(col(Alert.about), "")))
    found = session.exec(select(fate, func.count(), about).where(*span).group_by(text("fate"))).all()
    fates, cases = Counter({name: n for name, n, _ in found}), Counter({name: n for name, _, n in found})
    reached = select(Alert.template, func.count(func.distinct(Alert.about))).where(
        *span, col(Alert.template).in_(STEPS), col(Alert.state).in_(WENT)
    )
    steps = dict(session.exec(reached.group_by(Alert.template)).all())
    return Texts(
        {name: fates[name] for name in FATES}, {name: cases[name] for name in FATES}, {step: steps.get(step, 0) for step in STEPS}
    )


def has_fate(name: str) -> ColumnElement[bool]:
    """The condition that this became of a text; of "under_way" it is for those that do not wait for another try."""
    if name == "waiting":
        return waits_again()
    there = col(Alert.state).in_(FATES.get(name, ()))
    return and_(there, ~waits_again()) if name == "under_way" else there


def goes_out(text: Alert, now: datetime) -> datetime | None:
    """When a text goes out that waits for its time, as for the offices to open; None for one that does not wait."""
    # A text under way has its next try within the letter's grace.
    at = text.next_try_at if text.state == AlertState.QUEUED and not text.error else None
    return at if at and at > now + LETTER_GRACE else None


def fate_of(text: Alert) -> str:
    """What became of a text; "" for one that was not wanted any more."""
    if text.state == AlertState.QUEUED and text.error:
        return "waiting"
    return next((fate for fate, states in FATES.items() if text.state in states), "")


def reason_of(text: Alert) -> str:
    """Why it did not go or arrive, as an English msgid that may name {code}; "" where nothing is known to be wrong."""
    return reason_words(text.error) if text.error and fate_of(text) in ("failed", "waiting", "unknown") else ""
