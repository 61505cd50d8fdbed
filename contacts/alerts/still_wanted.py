"""Whether a text is still true, and still this unit's and this person's to know: looked at before it is sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, not_, or_
from sqlmodel import Session, col, select

from access.accounts import Account
from cases.case import DESK, IS_RUNNING, Case
from cases.commitments.commitment import Commitment, CommitmentState, PaperState
from cases.duty.departures import is_away, is_off
from cases.lifecycle import AT_DESK, OPEN, RETURNED, RUNNING, WITH_CONTACT
from contacts.alerts.alerts import Alert, Purpose
from contacts.roster import roster

COLLEAGUES = frozenset({"clerk", "supervisor", "asker", "inspector", "monitor"})  # recipients with an account
# As long as this of the case says that something waits.
AFTERWARDS: Mapping[str, str] = {
    Purpose.AMENDED: "unseen", Purpose.PROPOSED: "proposed_at", Purpose.LATE_DISPUTE: "decide_by", Purpose.DECISION: "arbitrate_by",
}  # fmt: skip
# Of what one side said: as long as this says that the other has not looked or replied.
TALK: Mapping[str, str] = {"asker_asked_back": "paused_until", "asker_offered": "offered_due", "desk_message": "desk_unread"}
# Whoever waits for these looks at their telephone now; later they puzzle.
LASTS: Mapping[str, timedelta] = {Purpose.VERIFY: timedelta(minutes=10), Purpose.REPLY: timedelta(hours=1)}
ABOVE = ("leader_alert", "leader_instead")
HANDED, LEFT, OVERDUE = ("desk_handed",), ("desk_deputy", "desk_left"), ("supervisor_overdue_many",)  # texts that count cases


def still_wanted(session: Session, alerts: Sequence[Alert], now: datetime) -> set[UUID]:
    """Those that a person should still get. Two queries, whatever the number of texts; one more for those that only count cases,
    and one for those to contacts.

    None after the answer, none about a case that somebody took, that left the desk or went to another unit, none to contacts any
    more or to one who is off the roster, none to a colleague who is not there any more, none that came too late to be of use.
    """
    numbers = {alert.about for alert in alerts if alert.about}
    waits: Any = [getattr(Case, name) for name in {*AFTERWARDS.values(), *TALK.values()}]
    columns: Any = (Case.number, Case.state, Case.taken_by, Case.due_at, *waits)
    found = session.execute(select(*columns).where(col(Case.number).in_(numbers)))
    facts = {case.number: case for case in found}
    fresh = [alert for alert in alerts if now - alert.created_at <= LASTS.get(alert.purpose, timedelta.max)]
    wanted = [alert for alert in fresh if alert.about not in facts or _wanted(alert, facts[alert.about], now)]
    gone = _not_theirs(session, [alert for alert in wanted if alert.recipient_kind in COLLEAGUES], now)
    nothing = _count_nothing(session, [alert for alert in wanted if alert.template in (*HANDED, *LEFT, *OVERDUE)], now)
    return {alert.id for alert in wanted} - gone - nothing - _to_nobody(session, wanted, now) - _handed_in(session, wanted)


def _handed_in(session: Session, alerts: Sequence[Alert]) -> set[UUID]:
    """Those that remind of a paper which is here, or not awaited any more. One query, none without such texts."""
    reminders = [alert for alert in alerts if alert.purpose == Purpose.PAPER]
    if not reminders:
        return set()
    awaits = (col(Commitment.paper) == PaperState.AWAITED.value, col(Commitment.state) == CommitmentState.SIGNED.value)
    found = select(Commitment.number).where(col(Commitment.number).in_([alert.about for alert in reminders]), *awaits)
    awaited = set(session.exec(found))
    return {alert.id for alert in reminders if alert.about not in awaited}


def _to_nobody(session: Session, alerts: Sequence[Alert], now: datetime) -> set[UUID]:
    """Those to contacts who are off the roster; what is texted back to somebody who wrote is theirs all the same."""
    asking = [alert for alert in alerts if alert.recipient_kind == "contact" and alert.purpose != Purpose.REPLY]
    off = roster.gone(session, {int(alert.recipient) for alert in asking}, now) if asking else set()
    return {alert.id for alert in asking if int(alert.recipient) in off}


def _wanted(alert: Alert, case: Any, now: datetime) -> bool:
    if waits := AFTERWARDS.get(alert.purpose) or TALK.get(alert.template):
        return bool(getattr(case, waits))
    state, mine = str(case.state), str(case.taken_by) in ("", alert.recipient)
    if alert.purpose == Purpose.CONSULT:
        return state == WITH_CONTACT
    if alert.purpose == Purpose.URGE:
        return state == RETURNED if alert.recipient_kind == "asker" else state in RUNNING and mine
    if alert.purpose == Purpose.DESK:
        return state == AT_DESK and mine
    if alert.template == "supervisor_overdue":
        return state in RUNNING and case.due_at < now
    return alert.purpose != Purpose.SUPERVISOR or state in OPEN


def _not_theirs(session: Session, alerts: Sequence[Alert], now: datetime) -> set[UUID]:
    """Those to people who were switched off or frozen, are away since then, or whose unit the case has left. One query."""
    if not alerts:
        return set()
    found = select(Alert.id).join(Account, col(Account.username) == col(Alert.recipient))
    found = found.join(Case, col(Case.number) == col(Alert.about), isouter=True)
    # Of a station's case the unit's leader may be told, where nobody leads the station; and its clerks of an amendment to confirm.
    above = or_(col(Alert.template).in_(ABOVE), col(Alert.purpose).in_(list(AFTERWARDS))) & (col(Account.unit) == col(Case.holder))
    left = or_(_elsewhere("clerk", DESK) & ~above, _elsewhere("asker", Case.unit))
    gone = or_(is_off(), is_away(col(Alert.recipient), col(Alert.created_at), now), left)
    return set(session.exec(found.where(col(Alert.id).in_([alert.id for alert in alerts]), gone)))


def _elsewhere(kind: str, unit: Any) -> ColumnElement[bool]:
    return and_(col(Alert.recipient_kind) == kind, col(Case.number).is_not(None), col(Account.unit) != unit)


def _count_nothing(session: Session, alerts: Sequence[Alert], now: datetime) -> set[UUID]:
    """Of texts that say how many cases wait those where none waits any more. One query, none without such texts."""
    if not alerts:
        return set()
    here = col(Case.state).in_([AT_DESK.value, WITH_CONTACT.value])
    theirs = exists().where(here, col(Case.taken_by) == col(Alert.recipient)).correlate(Alert)
    anybodys = or_(col(Case.taken_by) == "", col(Case.taken_by) == col(Alert.recipient))
    at_desk = exists().where(here, anybodys, col(Account.unit) == DESK).correlate(Alert, Account)
    late = exists().where(IS_RUNNING, col(Case.due_at) < now)
    true = or_(
        and_(col(Alert.template).in_(HANDED), theirs),
        and_(col(Alert.template).in_(LEFT), at_desk),
        and_(col(Alert.template).in_(OVERDUE), late),
    )
    found = select(Alert.id).join(Account, col(Account.username) == col(Alert.recipient))
    return set(session.exec(found.where(col(Alert.id).in_([alert.id for alert in alerts]), not_(true))))
