"""A change broadcaster at work, for the tests of what it tells."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from requesters.own_cases.unread import UnreadReader
from responders.desk.presence import PresenceReader
from storage.database import Database
from tests.rooms.broker.clerk import until
from web.broadcaster import ChangeBroadcaster


def hub_of(database: Database) -> ChangeBroadcaster:
    """One that tells what the house's own tells, not yet at work."""
    return ChangeBroadcaster(database, [PresenceReader(), UnreadReader()])


@contextmanager
def running_hub(database: Database) -> Iterator[ChangeBroadcaster]:
    """A change broadcaster in a thread of its own that has looked once: from then on it hears every change."""
    broadcaster, stop = hub_of(database), threading.Event()
    thread = threading.Thread(target=broadcaster.run, args=(stop,))
    thread.start()
    try:
        until(lambda: broadcaster._marks)
        yield broadcaster
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()
