"""A hub at work, for the tests of what it tells."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from requesters.own_cases.unread import UnreadReader
from responders.desk.presence import PresenceReader
from storage.database import Database
from tests.rooms.broker.clerk import until
from web.broadcaster import Hub


def hub_of(database: Database) -> Hub:
    """One that tells what the house's own tells, not yet at work."""
    return Hub(database, [PresenceReader(), UnreadReader()])


@contextmanager
def running_hub(database: Database) -> Iterator[Hub]:
    """A hub in a thread of its own that has looked once: from then on it hears every change."""
    hub, stop = hub_of(database), threading.Event()
    thread = threading.Thread(target=hub.run, args=(stop,))
    thread.start()
    try:
        until(lambda: hub._marks)
        yield hub
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()
