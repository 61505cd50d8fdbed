"""Sending texts: claims due alerts, calls the SMS provider without a transaction open, records the result."""

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from contacts.alerts.alerts import Alert, AlertState
from contacts.alerts.delivery_reports import settle_early
from contacts.alerts.text_throttle import Attempt, Throttle
from contacts.roster import opting_out, roster
from contacts.sms.provider import STOPPED, NotSent, PermanentFailure, Provider, TemporaryFailure, Unknown
from storage.bulk_rows import on_postgres
from storage.database import Database

AT_ONCE = 8  # calls side by side; what is claimed together is sent together, so that no claim grows old
TRIES = 2  # a temporary failure is tried again at once, once
RETRY = timedelta(minutes=5)  # and then after this long,
MOST_ATTEMPTS = 48  # at most this often: GOV.UK Notify's figures
LOOK_AFTER = timedelta(seconds=30)  # an unknown text gets this long to appear in the provider's list
FRESH = 1.0  # seconds after its claim a text is sent without looking again whether it is still wanted
CLAIMING = 0x48656368  # the advisory lock under which PostgreSQL's workers take turns; SQLite has one writer anyway

Wanted = Callable[["Claim"], bool]
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
    made: float  # on the monotonic clock


class NotWanted(NotSent):
    """Nobody wants the text any more: it was answered while we waited for the provider, or stood still."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a claim: the provider's id, or why there is none."""

    claim: Claim
    provider: str
    sent_id: str = ""
    failure: NotSent | None = None

    @property
    def word(self) -> str:
        """For the trail of attempts."""
        return self.failure.code if self.failure else "sent"


def deliver(
    database: Database,
    alert_ids: Sequence[UUID],
    providers: Sequence[Provider],
    still_wanted: StillWanted,
    now: datetime,
    callback_url: str = "",
) -> int:
    """Sends those of the alerts that wait and are still wanted; says how many the providers took.

    `still_wanted` gets the caller's session and answers with the ids to send: an answered case sends no more texts.
    Providers are tried in order. Safe to repeat: what somebody else has claimed or sent is left alone.
    """
    start, taken = time.monotonic(), 0
    for first in range(0, len(alert_ids), AT_ONCE):
        with database.write() as session:
            claims = _claim(session, alert_ids[first : first + AT_ONCE], still_wanted, _later(now, start))
        outcomes = _call_all(claims, providers, callback_url, lambda claim: _wanted_yet(claim, database, still_wanted))
        if outcomes:
            with database.write() as session:
                _record(session, outcomes, _later(now, start))
        taken += sum(outcome.failure is None for outcome in outcomes)
    return taken


def _later(now: datetime, start: float) -> datetime:
    """A slow provider makes `now` old: the whole seconds that have passed are added."""
    return now + timedelta(seconds=int(time.monotonic() - start))


def _claim(session: Session, ids: Sequence[UUID], still_wanted: StillWanted, now: datetime) -> list[Claim]:
    if on_postgres(session):
        session.execute(select(func.pg_advisory_xact_lock(CLAIMING)))
    query = select(Alert).where(col(Alert.id).in_(ids), Alert.state == AlertState.QUEUED)
    waiting = session.exec(query.order_by(col(Alert.created_at), col(Alert.id)).with_for_update()).all()
    wanted = still_wanted(session, waiting) if waiting else ()
    for alert in waiting:
        if alert.id not in wanted:
            drop(alert, now)
    claimed = _let_through(session, _not_stopped(session, [alert for alert in waiting if alert.id in wanted], now), now)
    attempts = [Attempt(alert_id=a.id, to_number=a.to_number, template=a.template, at=now) for a in claimed]
    session.add_all(attempts)
    session.flush()
    return [
        Claim(alert.id, alert.version, attempt.id or 0, alert.to_number, alert.text(), alert.template, time.monotonic())
        for alert, attempt in zip(claimed, attempts, strict=True)
    ]


def _not_stopped(session: Session, alerts: Sequence[Alert], now: datetime) -> list[Alert]:
    """Those whose contact did not ask for no more texts since they were ordered; the others fail."""
    stopped = opting_out.stopped_among(session, {alert.to_number for alert in alerts if alert.recipient_kind == "contact"})
    for alert in alerts:
        if alert.recipient_kind == "contact" and alert.to_number in stopped:
            fail(alert, STOPPED, now)
    return [alert for alert in alerts if alert.state == AlertState.QUEUED]


def _let_through(session: Session, alerts: Sequence[Alert], now: datetime) -> list[Alert]:
    """Those that the throttle lets through, claimed; the others wait for their time."""
    throttle = Throttle(session, {alert.to_number for alert in alerts}, now)
    claimed = []
    for alert in alerts:
        free_at = throttle.free_at(alert.to_number, alert.template, now)
        if free_at > now:
            alert.next_try_at = free_at
            continue
        throttle.count(alert.to_number, alert.template, now)
        alert.move(AlertState.SENDING, now)
        alert.attempts, alert.claimed_at = alert.attempts + 1, now
        claimed.append(alert)
    return claimed


def _wanted_yet(claim: Claim, database: Database, still_wanted: StillWanted) -> bool:
    """A process may be stopped for minutes between claim and call, and a provider may take its time to refuse."""
    if time.monotonic() - claim.made < FRESH:
        return True
    with database.read() as session:
        alert = session.get(Alert, claim.alert_id)
        return alert is not None and claim.alert_id in still_wanted(session, [alert])


def _call_all(claims: Sequence[Claim], providers: Sequence[Provider], callback_url: str, wanted: Wanted) -> list[Outcome]:
    if not claims:
        return []
    with ThreadPoolExecutor(min(AT_ONCE, len(claims))) as pool:
        return list(pool.map(lambda claim: _call(claim, providers, callback_url, wanted), claims))


def _call(claim: Claim, providers: Sequence[Provider], callback_url: str, wanted: Wanted) -> Outcome:
    """Down the list of providers until one takes it, the number is bad, or nobody knows whether it went."""
    worst = Outcome(claim, "", failure=TemporaryFailure("no_provider"))
    for provider in providers:
        outcome = _try(claim, provider, callback_url, wanted)
        failure = outcome.failure
        if (
            failure is None
            or isinstance(failure, (Unknown, NotWanted))
            or (isinstance(failure, PermanentFailure) and failure.bad_number)
        ):
            return outcome
        # One that may work later outweighs one that never will.
        if not worst.provider or isinstance(failure, TemporaryFailure):
            worst = outcome
    return worst


def _try(claim: Claim, provider: Provider, callback_url: str, wanted: Wanted) -> Outcome:
    failure: NotSent = TemporaryFailure("not_tried")
    for _ in range(TRIES):
        if not wanted(claim):
            return Outcome(claim, provider.name, failure=NotWanted("not_wanted"))
        try:
            return Outcome(claim, provider.name, provider.send(claim.to, claim.text, callback_url, claim.template).id)
        except TemporaryFailure as failed:
            failure = failed
        except NotSent as failed:
            return Outcome(claim, provider.name, failure=failed)
    return Outcome(claim, provider.name, failure=failure)


def _record(session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
    by_id = {outcome.claim.alert_id: outcome for outcome in outcomes}
    for alert in session.exec(select(Alert).where(col(Alert.id).in_(by_id)).with_for_update()):
        _apply(alert, by_id[alert.id], now)
    tries = [{"id": o.claim.attempt, "provider": o.provider, "outcome": o.word, "counted": _counts(o)} for o in outcomes]
    session.execute(update(Attempt), tries)
    session.flush()
    roster.mark_unusable(session, {o.claim.to: o.word for o in outcomes if getattr(o.failure, "bad_number", False)})
    settle_early(session, now)


def _counts(outcome: Outcome) -> bool:
    """The phone cannot have got what the provider refused for now."""
    return not isinstance(outcome.failure, (TemporaryFailure, NotWanted))


def _apply(alert: Alert, outcome: Outcome, now: datetime) -> None:
    failure = outcome.failure
    if failure is None:
        mark_sent(alert, outcome.provider, outcome.sent_id, now)
    elif alert.version != outcome.claim.version:
        return  # somebody else has looked after it meanwhile
    elif isinstance(failure, NotWanted):
        drop(alert, now)
    elif isinstance(failure, Unknown):
        alert.move(AlertState.UNKNOWN, now, now + LOOK_AFTER, failure.code)
    elif isinstance(failure, PermanentFailure):
        fail(alert, failure.code, now)
    else:
        try_later(alert, failure.code, now, now + RETRY)
    alert.provider = outcome.provider


def mark_sent(alert: Alert, provider: str, sent_id: str, now: datetime) -> None:
    """The provider has it. True even if somebody gave it up meanwhile; a receipt may already have moved it further."""
    alert.move(AlertState.SENT, now)
    alert.provider, alert.provider_id, alert.sent_at = provider, sent_id, now


def try_later(alert: Alert, code: str, now: datetime, at: datetime) -> None:
    """Queued again, until it has been tried MOST_ATTEMPTS times."""
    if alert.attempts >= MOST_ATTEMPTS:
        fail(alert, code, now)
    else:
        alert.move(AlertState.QUEUED, now, at, code)


def drop(alert: Alert, now: datetime) -> None:
    """It is not wanted any more."""
    alert.move(AlertState.DROPPED, now)
    alert.reply_open = False


def fail(alert: Alert, code: str, now: datetime) -> None:
    """It will not be tried again."""
    alert.move(AlertState.FAILED, now, error=code)
    alert.reply_open = False
