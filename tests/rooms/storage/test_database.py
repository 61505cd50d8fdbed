"""The database: two doors, a bell, and moments that come back as they went."""

import os
import threading
import time
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from access.accounts import Account
from access.units import Unit
from cases.trail.trail import Trail
from deploy.serving import allow_many_files
from storage.database import ChangeSignal, Database
from storage.engine import WriteInLook
from tests.nodes import PostgresNode
from tests.rooms.county import MONDAY, County, at_once

LINE = {"action": "look", "actor": "person", "who": "clerk", "seq": 1, "mac": b"mark"}


def names(database: Database) -> list[str]:
    with database.read() as session:
        return [unit.code for unit in session.exec(select(Unit).order_by(Unit.code))]


def unit(code: str) -> Unit:
    return Unit(code=code, name_zh=code, name_en=code)


def test_writing_commits_when_it_ends_well(database: Database):
    with database.write() as session:
        session.add(unit("a1"))

    assert names(database) == ["a1"]


def test_writing_keeps_nothing_when_it_fails(database: Database):
    def fails() -> None:
        with database.write() as session:
            session.add(unit("a1"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert names(database) == []


def test_looking_keeps_nothing(database: Database):
    with database.read() as session:
        session.add(unit("a1"))

    assert names(database) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_writing_while_looking_is_refused_where_it_would_stay(database: Database):
    """Looking has no transaction on PostgreSQL: two round trips less, and nothing that would take a write back."""
    with database.read() as session:
        session.add(unit("a1"))
        with pytest.raises(WriteInLook):
            session.flush()

    assert names(database) == []


def test_what_was_written_can_be_used_after_the_commit(database: Database):
    with database.write() as session:
        one = unit("a1")
        session.add(one)

    assert one.name_zh == "a1"


@pytest.mark.parametrize("zone", [0, 8, -5])
def test_moments_come_back_aware_and_equal(database: Database, zone: int):
    at = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=timezone(timedelta(hours=zone)))
    with database.write() as session:
        session.add(Trail(at=at, **LINE))
    with database.read() as session:
        kept = session.exec(select(Trail)).one().at

    assert kept == at
    assert kept.utcoffset() is not None


def test_no_update_is_lost_between_threads(database: Database):
    """Read, think, write, in eight threads at once: SQLite's deferred transactions lost two of three of these."""
    with database.write() as session:
        session.add(unit("a1"))

    def count() -> None:
        for _ in range(10):
            with database.write() as session:
                one = session.exec(select(Unit).with_for_update()).one()
                one.window_phone = str(int(one.window_phone or 0) + 1)

    assert at_once(*[count] * 8) == [None] * 8
    with database.read() as session:
        assert session.exec(select(Unit)).one().window_phone == "80"


def test_looking_does_not_wait_for_who_writes(database: Database):
    with database.write() as session:
        session.add(unit("a1"))
        session.flush()
        start = time.monotonic()
        assert names(database) == []
        assert time.monotonic() - start < 10


def test_an_error_never_prints_what_was_to_be_stored(database: Database):
    """An IntegrityError of SQLAlchemy usually shows the row that it choked on."""
    secret = "330725196205140015"

    def twice() -> None:
        with database.write() as session:
            session.add(unit(secret))
        with database.write() as session:
            session.add(Unit(code=secret, name_zh="吴一", name_en="x"))

    with pytest.raises(IntegrityError) as caught:
        twice()
    assert "吴一" not in str(caught.value)
    assert "hide_parameters" in str(caught.value)


def test_json_keeps_chinese_as_it_is_written(county: County):
    with county.database.write() as session:
        session.get_one(Account, "asker").roles = ["吴一"]
    with county.database.read() as session:
        raw = session.execute(text("SELECT CAST(roles AS TEXT) FROM account WHERE username = 'asker'")).scalar_one()

    assert "吴一" in raw


# The bell


def settled(database: Database) -> ChangeSignal:
    bell = database.signal()
    while bell.wait(0.2):
        pass
    return bell


def test_the_bell_rings_for_a_write_and_stays_silent_otherwise(database: Database):
    bell = settled(database)
    assert not bell.wait(0.1)
    with database.write() as session:
        session.add(unit("a1"))
    assert bell.wait(10)
    with database.read() as session:
        session.exec(select(Unit)).all()
    with database.write(quiet=True) as session:
        session.add(unit("a2"))
    assert not bell.wait(0.2)
    with database.read() as session:
        assert session.get(Unit, "a2")
    bell.close()


def test_a_write_of_nothing_and_one_that_is_taken_back_ring_nothing(database: Database):
    """A clock that rang the bell by finding nothing to do would wake itself for ever."""
    bell = settled(database)
    with database.write() as session:
        session.execute(text("UPDATE unit SET name_en = 'x' WHERE code = 'nobody'"))
    with database.write() as session:
        session.add(unit("a1"))
        session.flush()
        session.rollback()

    assert not bell.wait(0.3)
    bell.close()


def test_it_wakes_who_is_waiting_and_every_bell_rings(database: Database):
    bells, heard = [settled(database) for _ in range(3)], list[float]()
    start = time.monotonic()

    def wait(bell: ChangeSignal) -> None:
        assert bell.wait(20)
        heard.append(time.monotonic() - start)

    threads = [threading.Thread(target=wait, args=(bell,)) for bell in bells]
    for thread in threads:
        thread.start()
    with database.write() as session:
        session.add(Trail(at=MONDAY, **LINE))
    for thread in threads:
        thread.join(30)

    assert len(heard) == 3
    assert max(heard) < 15
    for bell in bells:
        bell.close()


def test_another_process_is_heard_too(database_url: str):
    """Two engines on one database stand for two processes."""
    first, second = Database(database_url), Database(database_url)
    bell = settled(first)
    with second.write() as session:
        session.add(unit("a1"))

    assert bell.wait(10)
    bell.close()
    first.close()
    second.close()


def test_after_the_server_closed_its_line_the_bell_comes_back(database: Database):
    """Only PostgreSQL has a line that can be cut; a file does not go away."""
    bell = settled(database)
    if not database.sqlite:
        with database.write() as session:
            ours = "FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            assert session.execute(text(f"SELECT pg_terminate_backend(pid) {ours}")).scalars().all()
        assert bell.wait(5)
        while bell.wait(0.5):
            pass
    with database.write() as session:
        session.add(unit("a1"))

    assert bell.wait(10)
    bell.close()


def test_a_connection_with_a_high_file_number_is_looked_at_like_any_other(postgres: PostgresNode):
    """Beside a thousand open live pages the pool's connections have numbers that select() refuses."""
    allow_many_files()
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    database = Database(postgres.fresh_database("many_files"))
    try:
        for _ in range(2):  # the second takes the connection out of the pool, where it is looked at
            with database.read() as session:
                assert session.execute(text("SELECT 1")).scalar_one() == 1
    finally:
        database.close()
        for file in held:
            os.close(file)
