"""Any process, the broker, the database or every connection goes away while questions are on their way."""

import time

from tests.faults.asking import Asker, answered_at_once, asking, by_database, by_http
from tests.faults.conftest import Works


def test_every_part_is_killed_once_and_nothing_is_lost_or_answered_twice(works: Works) -> None:
    """kill -9 of serve, relay, work, clock and both agents in turn, each started again at once."""
    askers = Asker(by_http(works.town), 200, 8), Asker(by_database(works.town), 1800, 8)
    with asking(works.town, works.parts, *askers):
        for part in works.parts:
            time.sleep(1.2)
            part.kill()
            part.start()
    answered_at_once(works.town)


def test_rabbitmq_is_killed_and_comes_back_after_ten_seconds(works: Works) -> None:
    """kill -9 of the broker: what was confirmed is there again, what was not stands in the outbox."""
    works.rabbit.flush()
    with asking(works.town, works.parts, Asker(by_database(works.town), 2000, 8)):
        time.sleep(2)
        works.rabbit.kill()
        time.sleep(10)
        works.rabbit.start()
    answered_at_once(works.town)


def test_postgresql_is_killed_and_comes_back(works: Works) -> None:
    """kill -9 of the database server and its children: every process finds it again."""
    with asking(works.town, works.parts, Asker(by_database(works.town), 2000, 8)):
        time.sleep(2)
        works.postgres.kill()
        time.sleep(1)
        works.postgres.start()
    answered_at_once(works.town)


def test_all_connections_are_closed_again_and_again(works: Works) -> None:
    """The broker drops every connection while 3,000 questions are on their way: letters come again, their effects do not.

    Other engines lose up to 26 of 3,000 letters here, or do 100 twice.
    """
    with asking(works.town, works.parts, Asker(by_database(works.town), 3000, 10)):
        for _ in range(4):
            works.rabbit.rabbitmqctl("close_all_connections", "a test of dropped connections")
