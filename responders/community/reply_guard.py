"""Whoever guesses the code of a text is held up where they come from, and nobody locks the telephone's owner out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from access.sign_in_throttle import FailedSignIn, lock_counters
from storage.vault import vault_of

REST = timedelta(days=1)
FROM_ONE_PLACE = 5  # wrong codes for a telephone; then nothing more is looked at from there
FROM_ANYWHERE = 10  # then the text is to be quoted further: a code has four digits, and a week is long


@dataclass(frozen=True, slots=True)
class ReplyGuard:
    """The counters of a telephone and of the place somebody comes from, both for this telephone alone."""

    place: FailedSignIn
    telephone: FailedSignIn
    now: datetime

    @property
    def rests(self) -> bool:
        """Whether nothing from this place is looked at."""
        return _stands(self.place, self.now)

    @property
    def wary(self) -> bool:
        """Whether the end of the case's number, which stands in the text too, must be given beside the code."""
        return _stands(self.telephone, self.now)

    def note(self, good: bool) -> None:
        """Counts what was given. A good code clears its place's counter; that of the telephone only time does."""
        if good:
            self.place.failures = 0
            return
        for counter, most in ((self.place, FROM_ONE_PLACE), (self.telephone, FROM_ANYWHERE)):
            lately = counter.last_at is not None and counter.last_at > self.now - REST
            counter.failures, counter.last_at = (counter.failures if lately else 0) + 1, self.now
            if counter.failures >= most:
                counter.blocked_until = self.now + REST


def _stands(counter: FailedSignIn, now: datetime) -> bool:
    return counter.blocked_until is not None and counter.blocked_until > now


def reply_guard(session: Session, number: str, source: str, now: datetime) -> ReplyGuard:
    """The guard of this telephone for somebody from this address; its counters are locked, and forgotten after two days."""
    vault = vault_of(session)
    place, telephone = (vault.index(f"reply|{whom}", "attempts") for whom in (f"place|{number}|{source}", f"telephone|{number}"))
    kept = lock_counters(session, [place, telephone])
    return ReplyGuard(kept[place], kept[telephone], now)
