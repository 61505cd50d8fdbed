"""Connects alerts with the cases they are about, the SMS providers, the clock and the office hours."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import Executable
from sqlmodel import col, select

from broker.letter import Letter
from contacts.alerts.alerts import Alert, hold_until, retry_due
from contacts.alerts.delivery import deliver
from contacts.alerts.reconciliation import reconcile
from contacts.alerts.still_wanted import still_wanted
from contacts.sms.provider import Provider
from storage.database import Database


class Texting:
    """Sends what was ordered, once it is still wanted. What comes late waits for the next `opening` of the offices."""

    def __init__(
        self,
        database: Database,
        providers: Sequence[Provider],
        now: Callable[[], datetime],
        public_url: str,
        opening: Callable[[datetime], datetime] = lambda now: now,
    ) -> None:
        self.providers = list(providers)
        self._database, self._now, self._opening = database, now, opening
        self._callback = f"{public_url}/sms/status"

    def deliver(self, letters: Sequence[Letter]) -> None:
        """Sends the alerts these letters name; called after the letters' own commit."""
        ids = [UUID(str(letter.body["alert"])) for letter in letters if "alert" in letter.body]
        now = self._now()
        if (opening := self._opening(now)) > now:
            ids = self._tonight(ids, opening)
        deliver(self._database, ids, self.providers, partial(still_wanted, now=now), now, self._callback)

    def _tonight(self, ids: Sequence[UUID], opening: datetime) -> list[UUID]:
        """Those of the alerts that may be sent at night; the others wait until the offices open.

        They were ordered by day, but their letter lay over closing time: the broker or whoever sends was away.
        """
        with self._database.write() as session:
            return hold_until(session, ids, opening)

    def chores(self, now: datetime) -> None:
        """What the clock does for texts: letters for those whose time has come, and a look at those in doubt."""
        if self._due(now):
            with self._database.write() as session:
                retry_due(session, now, self._opening(now))
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
