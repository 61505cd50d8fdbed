"""Presence: the table of clerks who have a case open or are writing on it, shown to colleagues."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col, select

from storage.bulk_rows import upsert_rows

BEAT_SECONDS = 25  # an open page says so this often
FRESH = timedelta(seconds=70)  # two beats may be lost on the way
WRITING = timedelta(seconds=60)  # so long after the last key
WINDOW = timedelta(minutes=5)
LONG_AGO = timedelta(hours=1)

Marks = Mapping[tuple[str, str], "Presence"]


class Presence(SQLModel, table=True):
    """One clerk at one case. A page that is open says so again and again; a line that has grown old no longer counts."""

    number: str = Field(primary_key=True, max_length=32)
    username: str = Field(primary_key=True, foreign_key="account.username", max_length=64)
    unit: str = Field(max_length=32)
    seen_at: datetime = Field(index=True)
    writing_at: datetime | None = None

    def writes(self, now: datetime) -> bool:
        """Whether this clerk has typed something just now."""
        return self.writing_at is not None and now - self.writing_at < WRITING


def note(session: Session, one: Presence) -> None:
    """This clerk has the case open now; without `writing_at` what is known of their writing stays. One statement."""
    news = ["unit", "seen_at", *(["writing_at"] if one.writing_at else [])]
    upsert_rows(session, SQLModel.metadata.tables["presence"], [one.model_dump()], news)


def leave(session: Session, number: str, username: str, now: datetime) -> None:
    """This clerk has closed the case. The line stays, old: rows that are taken away signal nothing."""
    found = session.get(Presence, (number, username))
    if found is not None:
        found.seen_at, found.writing_at = min(found.seen_at, now - FRESH), None
        session.add(found)


def present(session: Session, numbers: Iterable[str], now: datetime) -> dict[str, list[Presence]]:
    """Who has these cases open, by case; those who write first."""
    found = select(Presence).where(col(Presence.number).in_(list(numbers)), col(Presence.seen_at) > now - FRESH)
    people: dict[str, list[Presence]] = {}
    for one in sorted(session.exec(found), key=lambda one: (not one.writes(now), one.username)):
        people.setdefault(one.number, []).append(one)
    return people


def marks(session: Session, before: Marks) -> dict[tuple[str, str], Presence]:
    """The lines of the last minutes before the newest one in `before`, the marks of the last look; without any, all."""
    newest = max((line.seen_at for line in before.values()), default=None)
    found = select(Presence).where(col(Presence.seen_at) > newest - WINDOW) if newest else select(Presence)
    lines = session.exec(found).all()
    for line in lines:
        session.expunge(line)
    return {(line.number, line.username): line for line in lines}


def news(before: Marks, after: Marks) -> set[str]:
    """The keys (`presence:<case number>`, `presence:<unit>`) of those who see something else now; a mere beat is no news."""
    fresh = [line for key, line in after.items() if _differs(before.get(key), line)]
    return {f"presence:{name}" for line in fresh for name in (line.number, line.unit)}


def _differs(old: Presence | None, new: Presence) -> bool:
    if old is None:
        return True
    moved = new.seen_at - old.seen_at
    if moved < timedelta(0) or moved >= FRESH:  # gone, or back again
        return True
    return new.writing_at != old.writing_at and (
        old.writing_at is None or new.writing_at is None or new.writing_at - old.writing_at > WRITING / 2
    )


class PresenceReader:
    """Tells a change broadcaster which clerks came to a case, write on it or left it since it was last asked."""

    table = "presence"

    def __init__(self) -> None:
        self._before: Marks = {}

    def news(self, session: Session) -> set[str]:
        """The keys of those who see another colleague now."""
        before, self._before = self._before, marks(session, self._before)
        return news(before, self._before)


def any_old(session: Session, now: datetime) -> bool:
    """Whether there is anything to forget: looking takes no lock."""
    return session.exec(select(Presence.number).where(col(Presence.seen_at) < now - LONG_AGO).limit(1)).first() is not None


def forget(session: Session, now: datetime) -> None:
    """Throws away lines that say nothing any more."""
    session.connection().execute(delete(Presence).where(col(Presence.seen_at) < now - LONG_AGO))
