"""Sending texts: claims due alerts, calls the SMS provider without a transaction open, records the result."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from contacts.alerts import provider_health
from contacts.alerts.alerts import Alert, AlertState, release
from contacts.alerts.claims import Claim, StillWanted, claim
from contacts.alerts.dead_numbers import go_on
from contacts.alerts.delivery_reports import settle_early
from contacts.alerts.fates import drop, fail, mark_sent, try_later
from contacts.alerts.provider_health import Word
from contacts.alerts.text_throttle import Attempt
from contacts.roster import roster
from contacts.sms.provider import AccountRefused, NotSent, PermanentFailure, Provider, TemporaryFailure, Unknown
from storage.database import Database

AT_ONCE = 8  # calls side by side; what is claimed together is sent together, so that no claim grows old
TRIES = 2  # a temporary failure is tried again at once, once
RETRY = timedelta(minutes=5)  # and then after this long: GOV.UK Notify's figure
LOOK_AFTER = timedelta(seconds=30)  # an unknown text gets this long to appear in the provider's list
FRESH = 1.0  # seconds after its claim a text is sent without looking again whether it is still wanted

Wanted = Callable[[Claim], bool]


class NotWanted(NotSent):
    """Nobody wants the text any more: it was answered while we waited for the provider, or stood still."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a claim: the provider's id, or why there is none."""

    claim: Claim
    provider: str
    sent_id: str = ""
    failure: NotSent | None = None
    words: tuple[Word, ...] = ()  # what each provider said that was asked

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
    Providers are tried in order, those that are ill only now and then. Safe to repeat: what somebody else has claimed or sent is
    left alone.
    """
    start, taken = time.monotonic(), 0
    for first in range(0, len(alert_ids), AT_ONCE):
        with database.write() as session:
            claims = claim(session, alert_ids[first : first + AT_ONCE], providers, still_wanted, _later(now, start))
        outcomes = _call_all(claims, providers, callback_url, lambda claim: _wanted_yet(claim, database, still_wanted))
        if outcomes:
            with database.write() as session:
                _record(session, outcomes, _later(now, start))
        taken += sum(outcome.failure is None for outcome in outcomes)
    return taken


def _later(now: datetime, start: float) -> datetime:
    """A slow provider makes `now` old: the whole seconds that have passed are added."""
    return now + timedelta(seconds=int(time.monotonic() - start))


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
    worst, words = Outcome(claim, "", failure=TemporaryFailure("no_provider")), list[Word]()
    for place in claim.route.places:
        outcome = _try(claim, providers[place], 1 if place == claim.route.probe else TRIES, callback_url, wanted)
        failure = outcome.failure
        words.append((outcome.provider, failure))
        if (
            failure is None
            or isinstance(failure, (Unknown, NotWanted))
            or (isinstance(failure, PermanentFailure) and failure.bad_number)
        ):
            return replace(outcome, words=tuple(words))
        # One that may work later outweighs one that never will.
        if not worst.provider or isinstance(failure, TemporaryFailure):
            worst = outcome
    return replace(worst, words=tuple(words))


def _try(claim: Claim, provider: Provider, tries: int, callback_url: str, wanted: Wanted) -> Outcome:
    failure: NotSent = TemporaryFailure("not_tried")
    for _ in range(tries):
        if not wanted(claim):
            return Outcome(claim, provider.name, failure=NotWanted("not_wanted"))
        try:
            return Outcome(claim, provider.name, provider.send(claim.to, claim.text, callback_url, claim.template).id)
        except TemporaryFailure as failed:
            failure = failed
            if isinstance(failed, AccountRefused):
                break  # the same a moment later would be refused again
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
    go_on(session, [o.claim.alert_id for o in outcomes if isinstance(o.failure, PermanentFailure)], now)
    settle_early(session, now)
    if provider_health.hear(session, [word for outcome in outcomes for word in outcome.words], now):
        release(session, now)


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
