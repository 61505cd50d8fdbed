"""Claiming: which of the waiting texts go out now, and to which provider; the others wait for their time or are dropped."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from contacts.alerts.alerts import Alert, AlertState
from contacts.alerts.fates import drop, fail
from contacts.alerts.provider_health import Route, Switchboard
from contacts.alerts.text_throttle import Attempt, Throttle
from contacts.roster import opting_out
from contacts.sms.provider import STOPPED, Provider
from storage.bulk_rows import on_postgres

CLAIMING = 0x48656368  # the advisory lock under which PostgreSQL's workers take turns; SQLite has one writer anyway

StillWanted = Callable[[Session, Sequence[Alert]], Collection[UUID]]


@dataclass(frozen=True, slots=True)
class Claim:
    """A text that is ours to send now."""

    alert_id: UUID
    version: int
    attempt: int
    to: str
    text: str
    template: str
    route: Route
    made: float  # on the monotonic clock


def claim(
    session: Session, ids: Sequence[UUID], providers: Sequence[Provider], still_wanted: StillWanted, now: datetime
) -> list[Claim]:
    """Those of these texts that are still wanted, that the throttle lets through and that some provider may be offered."""
    if on_postgres(session):
        session.execute(select(func.pg_advisory_xact_lock(CLAIMING)))
    query = select(Alert).where(col(Alert.id).in_(ids), Alert.state == AlertState.QUEUED)
    waiting = session.exec(query.order_by(col(Alert.created_at), col(Alert.id)).with_for_update()).all()
    if not waiting:
        return []
    wanted = still_wanted(session, waiting)
    for alert in waiting:
        if alert.id not in wanted:
            drop(alert, now)
    there = _not_stopped(session, [alert for alert in waiting if alert.id in wanted], now)
    claimed = _let_through(there, Throttle(session, {alert.to_number for alert in there}, now), session, providers, now)
    attempts = [Attempt(alert_id=a.id, to_number=a.to_number, template=a.template, at=now) for a, _ in claimed]
    session.add_all(attempts)
    session.flush()
    return [
        Claim(alert.id, alert.version, attempt.id or 0, alert.to_number, alert.text(), alert.template, route, time.monotonic())
        for (alert, route), attempt in zip(claimed, attempts, strict=True)
    ]


def _not_stopped(session: Session, alerts: Sequence[Alert], now: datetime) -> list[Alert]:
    """Those whose contact did not ask for no more texts since they were ordered; the others fail."""
    stopped = opting_out.stopped_among(session, {alert.to_number for alert in alerts if alert.recipient_kind == "contact"})
    for alert in alerts:
        if alert.recipient_kind == "contact" and alert.to_number in stopped:
            fail(alert, STOPPED, now)
    return [alert for alert in alerts if alert.state == AlertState.QUEUED]


def _let_through(
    alerts: Sequence[Alert], throttle: Throttle, session: Session, providers: Sequence[Provider], now: datetime
) -> list[tuple[Alert, Route]]:
    """Those that the throttle and the state of the providers let through, claimed; the others wait for their time."""
    board = Switchboard(session, providers, now) if alerts else None
    claimed = []
    # Then who was tried less often: one bad number must not be the only one that ever tries an ill provider.
    for alert in sorted(alerts, key=lambda alert: (not alert.urgent, alert.attempts)) if board else ():
        free_at = throttle.free_at(alert.to_number, alert.template, now)
        route = board.route(alert.id.int % 100) if board and free_at <= now else Route()
        if route.places:
            throttle.count(alert.to_number, alert.template, now)
            alert.move(AlertState.SENDING, now)
            alert.attempts, alert.claimed_at, alert.provider = alert.attempts + 1, now, ""
            claimed.append((alert, route))
        elif free_at > now:
            alert.next_try_at, alert.error = free_at, ""
        elif board:
            alert.next_try_at, alert.error = board.opens_at(), board.fault
    return claimed
