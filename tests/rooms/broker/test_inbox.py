"""A letter has its effect once, however often it comes."""

from datetime import timedelta
from threading import Barrier, Thread

from broker import inbox
from storage.database import Database
from tests.rooms.broker.clerk import NOW, letters


def test_each_letter_is_fresh_once_for_each_queue(database: Database) -> None:
    posted = letters("findings", 5)
    with database.write() as session:
        assert inbox.fresh(session, "findings", posted[:3], NOW) == posted[:3]
    with database.write() as session:
        assert inbox.fresh(session, "findings", posted, NOW) == posted[3:]
        assert inbox.fresh(session, "findings", [], NOW) == []
        assert inbox.fresh(session, "outcomes.police", posted[:1], NOW) == posted[:1]


def test_a_letter_twice_in_one_batch_counts_once(database: Database) -> None:
    posted = letters("findings", 2)
    with database.write() as session:
        assert inbox.fresh(session, "findings", [posted[1], posted[0], posted[1]], NOW) == [posted[1], posted[0]]


def test_work_that_was_rolled_back_is_fresh_again(database: Database) -> None:
    posted = letters("findings", 2)
    with database.write() as session:
        inbox.fresh(session, "findings", posted, NOW)
        session.rollback()

    with database.write() as session:
        assert inbox.fresh(session, "findings", posted, NOW) == posted


def test_two_readers_of_the_same_letters_do_not_both_get_them(database: Database) -> None:
    """BROKERS "connections dropped mid-run": redelivered letters meet the first delivery; neither deadlocks nor doubles."""
    posted = letters("findings", 200)
    got, both = [], Barrier(2)

    def read(batch: list) -> None:
        both.wait()
        with database.write() as session:
            got.extend(inbox.fresh(session, "findings", batch, NOW))

    threads = [Thread(target=read, args=(batch,)) for batch in (posted, posted[::-1])]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(letter.id for letter in got) == sorted(letter.id for letter in posted)


def test_old_ids_are_forgotten_in_portions(database: Database) -> None:
    old, new = letters("findings", 5), letters("findings", 2)
    with database.write() as session:
        inbox.fresh(session, "findings", old, NOW - timedelta(days=90))
        inbox.fresh(session, "findings", new, NOW)
    removed = []
    for _ in range(3):
        with database.write() as session:
            removed.append(inbox.forget(session, NOW - timedelta(days=30), at_most=3))

    assert removed == [3, 2, 0]
    with database.write() as session:
        assert inbox.fresh(session, "findings", old + new, NOW) == old
