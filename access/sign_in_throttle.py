"""Sign-in throttle: the table of failed passwords and codes, and how long a guesser has to wait.

Each kind of counter is a leaky bucket (RULES). A browser in which a person has signed in before has a counter of its own that no
stranger can fill; an address from which they signed in lately comes next; everybody else shares those of the name, of their address
and of the house. After OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Field, Session, SQLModel, col, delete, or_, select

from storage.bulk_rows import upsert_rows
from storage.vault import vault_of

KEPT = timedelta(days=2)


class FailedSignIn(SQLModel, table=True):
    """How often something went wrong under one key, and until when nothing more is looked at."""

    __tablename__ = "sign_in_attempt"

    key: str = Field(primary_key=True, max_length=64)
    failures: int = 0
    blocked_until: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """How many failures are free, how fast they are forgotten, and the first and the longest pause after more of them."""

    free: int
    leak: timedelta
    first: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(minutes=15)

    def left(self, attempt: FailedSignIn, now: datetime) -> int:
        """The failures that still count."""
        gone = int((now - attempt.last_at) / self.leak) if attempt.last_at else 0
        return max(attempt.failures - gone, 0)

    def pause(self, failures: int) -> timedelta:
        """How long nothing is looked at after so many: twice as long each time."""
        return min(self.first * (1 << min(failures - self.free, 10)), self.longest)


OWN = Rule(5, timedelta(minutes=15))
RULES = {
    "device": OWN,  # this person in this browser
    "pair": OWN,  # this name from this address
    "name": Rule(30, timedelta(minutes=2)),  # this name from anywhere unknown
    "source": Rule(40, timedelta(seconds=15)),  # any name from this address
    "house": Rule(600, timedelta(seconds=0.2), longest=timedelta(minutes=1)),  # anything from anywhere unknown
}


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who somebody says they are, and where they come from. `device` is set only where it is known for this name."""

    username: str
    source: str = ""
    device: str = ""
    familiar: bool = False  # signed in from this address lately
    what: str = "password"  # what is tried: codes are counted apart
    era: str = ""  # changes with the password: with a new one everything begins anew

    def buckets(self) -> dict[str, str]:
        """The counters that count for this one, each by what it counts."""
        name = f"{self.username}|{self.era}"
        if self.device:
            return {"device": f"{name}|{self.device}"}
        pair = {"pair": f"{name}|{self.source}"}
        if self.familiar:
            return pair
        return {**pair, "name": name, "source": self.source, "house": ""}


def blocked_until(session: Session, claimant: Claimant, now: datetime) -> datetime | None:
    """Until when nothing from this one is looked at; None where it is. The same for a name that does not exist."""
    keys = list(_keys(session, claimant).values())
    found = session.exec(select(FailedSignIn.blocked_until).where(col(FailedSignIn.key).in_(keys))).all()
    return max((one for one in found if one and one > now), default=None)


def record_outcome(session: Session, claimant: Claimant, good: bool, now: datetime) -> bool:
    """Whether this one may go on: what they gave was good, and nothing stops them. Counts it where it was not.

    A good one clears the counters of their own; those shared with strangers only leak.
    """
    kept = lock_counters(session, list(_keys(session, claimant).values()))
    attempts = {kind: kept[key] for kind, key in _keys(session, claimant).items()}
    if any(one.blocked_until and one.blocked_until > now for one in attempts.values()):
        return False
    for kind, attempt in attempts.items():
        if good:
            _clear(attempt, kind)
        else:
            _count(attempt, RULES[kind], now)
    return good


def _clear(attempt: FailedSignIn, kind: str) -> None:
    if kind in ("device", "pair"):
        attempt.failures, attempt.blocked_until = 0, None


def _count(attempt: FailedSignIn, rule: Rule, now: datetime) -> None:
    attempt.failures, attempt.last_at = rule.left(attempt, now) + 1, now
    attempt.blocked_until = now + rule.pause(attempt.failures) if attempt.failures >= rule.free else None


def _keys(session: Session, claimant: Claimant) -> dict[str, str]:
    # Keyed hashes: into the field for the name people also type passwords.
    vault = vault_of(session)
    return {kind: vault.index(f"{claimant.what}|{kind}|{whom}", "attempts") for kind, whom in claimant.buckets().items()}


def lock_counters(session: Session, keys: Sequence[str]) -> dict[str, FailedSignIn]:
    """The counters under these keys, locked until the commit."""
    # Made first and locked in one order, so that guesses side by side are all counted and wait for each other.
    upsert_rows(session, SQLModel.metadata.tables["sign_in_attempt"], [{"key": key, "failures": 0} for key in sorted(keys)])
    found = select(FailedSignIn).where(col(FailedSignIn.key).in_(keys)).order_by(col(FailedSignIn.key)).with_for_update()
    return {one.key: one for one in session.exec(found)}


def any_old(session: Session, now: datetime) -> bool:
    """Whether there is anything to forget."""
    return session.exec(select(FailedSignIn.key).where(_idle(now)).limit(1)).first() is not None


def forget(session: Session, now: datetime) -> None:
    """Forgets counters that nobody moved for days."""
    session.connection().execute(delete(FailedSignIn).where(_idle(now)))


def _idle(now: datetime) -> ColumnElement[bool]:
    # A counter in which nothing was ever counted has no time: it was made for somebody whose first try was good.
    return or_(col(FailedSignIn.last_at) < now - KEPT, col(FailedSignIn.last_at).is_(None))
