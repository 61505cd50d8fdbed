"""Connects alerts with the cases they are about, the SMS providers, and the clock."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, or_
from sqlmodel import Session, col, select

from access.accounts import Account
from broker.letter import Letter
from cases.case import Case
from cases.duty.departures import is_away, is_off
from cases.lifecycle import AT_DESK, OPEN, WITH_CONTACT
from contacts.alerts.alerts import Alert, Purpose, retry_due
from contacts.alerts.delivery import deliver
from contacts.alerts.reconciliation import reconcile
from contacts.sms.provider import Provider
from storage.database import Database

COLLEAGUES = frozenset({"clerk", "supervisor", "asker"})  # recipients with an account
# Of a delivered answer: as long as this of the case says that something waits.
AFTERWARDS: Mapping[str, str] = {Purpose.AMENDED: "unseen", Purpose.PROPOSED: "proposed_at", Purpose.LATE_DISPUTE: "decide_by"}


class Texting:
    """Sends what was ordered, once it is still wanted."""

    def __init__(self, database: Database, providers: Sequence[Provider], now: Callable[[], datetime], public_url: str) -> None:
        self.providers = list(providers)
        self._database, self._now = database, now
        self._callback = f"{public_url}/sms/status"

    def deliver(self, letters: Sequence[Letter]) -> None:
        """Sends the alerts these letters name; called after the letters' own commit."""
        ids = [UUID(str(letter.body["alert"])) for letter in letters if "alert" in letter.body]
        now = self._now()
        deliver(self._database, ids, self.providers, partial(still_wanted, now=now), now, self._callback)

    def chores(self, now: datetime) -> None:
        """What the clock does for texts: letters for those whose time has come, and a look at those in doubt."""
        if self._due(now):
            with self._database.write() as session:
                retry_due(session, now)
        if self._doubtful():
            reconcile(self._database, self.providers, now)

    def _due(self, now: datetime) -> bool:
        waiting = select(Alert.id).where(Alert.state == "queued", col(Alert.next_try_at) <= now).limit(1)
        return self._any(waiting)

    def _doubtful(self) -> bool:
        return self._any(select(Alert.id).where(col(Alert.state).in_(["sending", "unknown"])).limit(1))

    def _any(self, query: Executable) -> bool:
        with self._database.read() as session:
            return session.execute(query).first() is not None


def still_wanted(session: Session, alerts: Sequence[Alert], now: datetime) -> set[UUID]:
    """Those that a person should still get: none after the answer, none about a case that somebody took or
    that left the desk, none to contacts any more, and none to a colleague who is not there any more."""
    numbers = {alert.about for alert in alerts if alert.about}
    columns: Any = (Case.number, Case.state, Case.taken_by, Case.unseen, Case.proposed_at, Case.decide_by)
    found = session.execute(select(*columns).where(col(Case.number).in_(numbers)))
    facts = {case.number: case for case in found}
    wanted = [alert for alert in alerts if alert.about not in facts or _wanted(alert, facts[alert.about])]
    gone = _not_there(session, [alert for alert in wanted if alert.recipient_kind in COLLEAGUES], now)
    return {alert.id for alert in wanted} - gone


def _not_there(session: Session, alerts: Sequence[Alert], now: datetime) -> set[UUID]:
    """Those to people who were switched off or frozen, or are away since it was ordered. One query, none for no text."""
    if not alerts:
        return set()
    found = select(Alert.id).join(Account, col(Account.username) == col(Alert.recipient))
    gone = or_(is_off(), is_away(col(Alert.recipient), col(Alert.created_at), now))
    return set(session.exec(found.where(col(Alert.id).in_([alert.id for alert in alerts]), gone)))


def _wanted(alert: Alert, case: Any) -> bool:
    if alert.purpose in AFTERWARDS:
        return bool(getattr(case, AFTERWARDS[alert.purpose]))
    state, taken_by = str(case.state), str(case.taken_by)
    if alert.purpose == Purpose.CONSULT:
        return state == WITH_CONTACT
    if alert.purpose == Purpose.URGE:
        return state in OPEN and taken_by in ("", alert.recipient)
    if alert.purpose == Purpose.DESK:
        return state == AT_DESK and taken_by in ("", alert.recipient)
    return alert.purpose != Purpose.SUPERVISOR or state in OPEN
