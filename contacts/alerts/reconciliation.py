"""Reconciliation: alerts of unknown fate are looked up at the SMS provider before anything is sent again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, and_, col, or_, select

from contacts.alerts import provider_health
from contacts.alerts.alerts import Alert, AlertState
from contacts.alerts.delivery import RETRY
from contacts.alerts.delivery_reports import settle_early
from contacts.alerts.fates import mark_sent, try_later
from contacts.alerts.provider_health import Switchboard, Word
from contacts.sms.provider import NotSent, Provider
from storage.database import Database

CLAIM_LASTS = timedelta(seconds=60)  # a claim older than this belonged to a worker that died
AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Doubt:
    """A text to look for."""

    alert_id: UUID
    version: int
    to: str
    text: str
    since: datetime
    provider: str  # who was asked last; '' where the worker died before it could say


@dataclass(frozen=True, slots=True)
class ProviderView:
    """What the providers' lists say: (provider, id), oldest first; None when one of them could not be read."""

    doubt: Doubt
    found: list[tuple[str, str]] | None
    words: list[Word]


def reconcile(database: Database, providers: Sequence[Provider], now: datetime) -> int:
    """Looks for texts in doubt and says for how many: found ones are sent, missing ones queued again.

    Where a provider's list cannot be read nothing is sent again; it is looked for later.
    """
    with database.write() as session:
        settle_early(session, now)
        doubts = _take_doubts(session, providers, now)
    looks = [_look(doubt, providers) for doubt in doubts]
    if looks:
        with database.write() as session:
            _settle(session, looks, now)
            _hear(session, [word for look in looks for word in look.words], now)
    return len(looks)


def _take_doubts(session: Session, providers: Sequence[Provider], now: datetime) -> list[Doubt]:
    """Those to be looked for now; none of providers that are ill, but for one now and then."""
    board = Switchboard(session, providers, now)
    shut = board.shut()
    died = and_(Alert.state == AlertState.SENDING, col(Alert.claimed_at) <= now - CLAIM_LASTS)
    unknown = and_(Alert.state == AlertState.UNKNOWN, col(Alert.next_try_at) <= now)
    query = select(Alert).where(or_(died, unknown)).order_by(col(Alert.claimed_at))
    query = query.where(col(Alert.provider).not_in([*shut, ""])) if shut else query
    alerts = session.exec(query.limit(1 if board.any_ill else AT_ONCE).with_for_update(skip_locked=True)).all()
    for alert in alerts:
        # Until then nobody else looks for it.
        alert.move(AlertState.UNKNOWN, now, now + RETRY, alert.error or "worker_died")
    return [Doubt(a.id, a.version, a.to_number, a.text(), a.claimed_at or a.created_at, a.provider) for a in alerts]


def _look(doubt: Doubt, providers: Sequence[Provider]) -> ProviderView:
    found, words = list[tuple[str, str]](), list[Word]()
    for provider in [one for one in providers if one.name == doubt.provider] or providers:
        try:
            recent = provider.find_recent(doubt.to, doubt.text, doubt.since)
        except NotSent as failure:
            return ProviderView(doubt, None, [*words, (provider.name, failure)])
        words.append((provider.name, None))
        found += [(provider.name, sent.id) for sent in reversed(recent)]
    return ProviderView(doubt, found, words)


def _hear(session: Session, words: Sequence[Word], now: datetime) -> None:
    """A list that cannot be read is a failure like others; one that can be read says only that sending may be tried."""
    provider_health.hear(session, [word for word in words if word[1] is not None], now)
    provider_health.try_soon(session, [name for name, failure in words if failure is None], now)


def _settle(session: Session, looks: Sequence[ProviderView], now: datetime) -> None:
    by_id = {look.doubt.alert_id: look for look in looks}
    alerts = session.exec(select(Alert).where(col(Alert.id).in_(by_id)).with_for_update()).all()
    known = _known_ids(session, {alert.to_number for alert in alerts})
    for alert in alerts:
        look = by_id[alert.id]
        if look.found is None or alert.version != look.doubt.version:
            continue
        ours = next((pair for pair in look.found if pair[1] not in known), None)
        if ours is None:
            try_later(alert, alert.error, now, now)
        else:
            mark_sent(alert, *ours, now)
            known.add(ours[1])
    session.flush()
    settle_early(session, now)


def _known_ids(session: Session, numbers: Collection[str]) -> set[str]:
    """Ids that other alerts to these numbers already have: the same words may have gone there twice."""
    query = select(col(Alert.provider_id)).where(col(Alert.to_number).in_(numbers), col(Alert.provider_id).is_not(None))
    return {provider_id for provider_id in session.exec(query) if provider_id}
