"""A worker that is killed just before or just after the commit of its batch, holding the letters unacked."""

import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from broker.letter import Letter
from broker.worker import Worker
from storage.database import Database
from tests.rooms.broker.clerk import now, write_down
from tests.transports import transport_at
from tests.vaults import VAULT


def die() -> None:
    """kill -9 of ourselves."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(database_url: str, broker_url: str, queue: str, moment: str) -> None:
    """Never returns."""

    def handle(session: Session, batch: Sequence[Letter], at: datetime) -> None:
        write_down(session, batch, at)
        seen.extend(batch)
        if moment == "before" and len(seen) >= 1:
            session.flush()
            die()

    def after(batch: Sequence[Letter]) -> None:
        if len(seen) == 30:
            die()
        print(*(letter.about for letter in batch), flush=True)  # these are told, and acked next: they do not come again

    seen: list[Letter] = []
    database = Database(database_url, VAULT)
    Worker(queue, handle, database, lambda: transport_at(broker_url), now, after).run(threading.Event())


if __name__ == "__main__":
    main(*sys.argv[1:])
