"""A relay that is killed after the post office has the letters and before the outbox forgets them."""

import os
import signal
import sys
from collections.abc import Sequence

from broker.letter import Letter
from broker.relay import relay_once
from storage.database import Database
from tests.rooms.broker.clerk import NOW
from tests.transports import transport_at
from tests.vaults import VAULT


def main(database_url: str, broker_url: str) -> None:
    """Never returns."""
    transport = transport_at(broker_url)
    publish = transport.publish

    def publish_and_die(letters: Sequence[Letter]) -> None:
        publish(letters)
        os.kill(os.getpid(), signal.SIGKILL)

    transport.publish = publish_and_die  # type: ignore[method-assign]
    relay_once(Database(database_url, VAULT), transport, NOW)


if __name__ == "__main__":
    main(*sys.argv[1:])
