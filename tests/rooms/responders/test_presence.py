"""Presence: colleagues see who has a case open and who writes on it; a mere beat wakes nobody; what is old no longer counts."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from responders.desk import presence
from responders.desk.presence import Presence, forget, leave, marks, news, note, present
from storage.database import Database
from tests.broadcasters import running_hub
from tests.routes import open_doors
from tests.vaults import VAULT
from web.broadcaster import ChangeBroadcaster

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CASE = "20260302-AAAAAAAA"


@pytest.fixture
def desk(database: Database) -> Database:
    """A database with the clerks `clerk` and `second` of the police in it."""
    open_doors(database, NOW, [])
    return database


def come(desk: Database, who: str = "clerk", after: float = 0, writing: bool = False, number: str = CASE) -> None:
    """This clerk has the case open so many seconds later."""
    at = NOW + timedelta(seconds=after)
    with desk.write() as session:
        note(session, Presence(number=number, username=who, unit="police", seen_at=at, writing_at=at if writing else None))


def seen(desk: Database, after: float) -> list[tuple[str, bool]]:
    """Who is at the case so many seconds later, and whether they write."""
    now = NOW + timedelta(seconds=after)
    with desk.read() as session:
        return [(one.username, one.writes(now)) for one in present(session, [CASE, "OTHER"], now).get(CASE, [])]


def test_who_writes_stands_first_and_what_is_old_no_longer_counts(desk: Database) -> None:
    come(desk, "clerk")
    come(desk, "second", 5, writing=True)

    assert seen(desk, 10) == [("second", True), ("clerk", False)]
    come(desk, "second", 50)
    assert seen(desk, 66) == [("clerk", False), ("second", False)]
    assert seen(desk, 71) == [("second", False)]
    assert seen(desk, 121) == []


def test_a_closed_page_is_gone_at_once_and_its_line_is_thrown_away_later(desk: Database) -> None:
    come(desk)
    with desk.write() as session:
        leave(session, CASE, "clerk", NOW + timedelta(seconds=9))
        leave(session, CASE, "nobody", NOW)

    assert seen(desk, 9) == []
    with desk.write() as session:
        forget(session, NOW + timedelta(minutes=50))
        assert len(marks(session, {})) == 1
        forget(session, NOW + timedelta(minutes=62))
        assert marks(session, {}) == {}


def test_coming_writing_and_leaving_are_news_and_a_beat_is_none(desk: Database) -> None:
    known: presence.Marks = {}
    told = []
    for act in (
        lambda: come(desk),
        lambda: come(desk, after=25),
        lambda: come(desk, after=30, writing=True),
        lambda: come(desk, after=33, writing=True),
        lambda: come(desk, after=50),
        lambda: come(desk, after=140),
        lambda: _leave(desk, 150),
    ):
        act()
        with desk.read() as session:
            before, known = known, marks(session, known)
        told.append(sorted(news(before, known)))

    both = [f"presence:{CASE}", "presence:police"]
    assert told == [both, [], both, [], [], both, both]


def _leave(desk: Database, after: float) -> None:
    with desk.write() as session:
        leave(session, CASE, "clerk", NOW + timedelta(seconds=after))


@pytest.fixture
def broadcaster(desk: Database) -> Iterator[ChangeBroadcaster]:
    with running_hub(desk) as broadcaster:
        yield broadcaster


def test_a_colleague_in_another_process_is_heard_of_and_others_are_not(desk: Database, broadcaster: ChangeBroadcaster) -> None:
    """The broadcaster knows the change from the database alone, so it does not matter who wrote it."""
    other = Database(desk.url, VAULT)

    async def listen() -> set[str]:
        with broadcaster.listener([f"presence:{CASE}"]) as mine, broadcaster.listener(["presence:court"]) as theirs:
            await asyncio.sleep(0.3)
            await asyncio.to_thread(come, other)
            heard: set[str] = await mine.listen(20.0)
            return heard | await theirs.listen(0.3)

    try:
        assert asyncio.run(listen()) == {f"presence:{CASE}"}
    finally:
        other.close()
