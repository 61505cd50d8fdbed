"""Attempts: wrong passwords and codes, counted so that guessing slows down, without shutting out whom it is not meant for."""

from datetime import datetime, timedelta

from sqlalchemy import Column, String
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel

from cases.accounts import Account


class Attempt(SQLModel, table=True):
    """How often in a row something went wrong under one key, and until when nothing more is looked at."""

    __tablename__ = "sign_in_attempt"

    key: str = Field(sa_column=Column("username", String(64), primary_key=True))  # the name it has in older versions
    failures: int = 0
    blocked_until: datetime | None = None
    last_at: datetime | None = None


def judge_sign_in(session: Session, username: str, good: bool, now: datetime) -> Account | None:
    """The account, if the password was good and the name is not blocked. Five failures block a name for a minute."""
    attempt, account = _attempt(session, username), session.get(Account, username)
    if attempt.blocked_until is not None and attempt.blocked_until > now:
        return None
    if good and account and account.active:
        attempt.failures, attempt.blocked_until = 0, None
        return account
    attempt.failures += 1
    attempt.blocked_until = now + timedelta(minutes=1) if attempt.failures % 5 == 0 else None
    return None


def _attempt(session: Session, username: str) -> Attempt:
    # Made first and locked, so that guesses side by side are all counted and wait for each other.
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(Attempt).values(username=username, failures=0)
    session.execute(fresh.on_conflict_do_nothing())
    return session.get_one(Attempt, username, with_for_update=True)
