"""A letter leaves with the change it announces, or not at all."""

import pytest
from sqlalchemy import text

from broker import outbox
from storage.database import Database
from tests.rooms.broker.clerk import letters


def test_letters_come_out_as_they_went_in_and_in_order(database: Database) -> None:
    posted = letters("findings", 30, name="欧阳𬀩", deep={"list": [1, None, "二"]})
    with database.write() as session:
        outbox.post(session, posted[:10])
        outbox.post(session, [])
        outbox.post(session, posted[10:])

    with database.read() as session:
        got = outbox.oldest(session, 20, lock=False)

        assert list(got.values()) == posted[:20]
        assert outbox.piled_up(session) == 30


def test_a_change_that_is_rolled_back_takes_its_letters_along(database: Database) -> None:
    """BROKERS "connections dropped mid-run": the outbox row stands or falls with the change."""
    with database.write() as session:
        outbox.post(session, letters("findings", 3))
        session.rollback()

    with database.read() as session:
        assert outbox.piled_up(session) == 0


def test_numbers_are_never_given_twice(database: Database) -> None:
    with database.write() as session:
        outbox.post(session, letters("findings", 3))
    with database.write() as session:
        old = list(outbox.oldest(session, 3, lock=False))
        outbox.remove(session, old)
    with database.write() as session:
        outbox.post(session, letters("findings", 3))

    with database.read() as session:
        assert min(outbox.oldest(session, 3, lock=False)) > max(old)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_second_relay_passes_over_what_the_first_has_locked(database: Database) -> None:
    with database.write() as session:
        outbox.post(session, letters("findings", 10))
    with database.write() as first, database.write() as second:
        mine, yours = outbox.oldest(first, 6, lock=True), outbox.oldest(second, 6, lock=True)

    assert [letter.about for letter in [*mine.values(), *yours.values()]] == [str(i) for i in range(10)]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_plans_are_made_for_the_parameters_they_get(database: Database) -> None:
    """BROKERS "psycopg prepared statements": generic plans scanned the grown table, 36 ms instead of 0.9."""
    with database.read() as session:
        assert session.execute(text("SHOW plan_cache_mode")).scalar_one() == "force_custom_plan"
