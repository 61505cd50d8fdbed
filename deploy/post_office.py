"""The house's side of the broker: database, letter keys and transport; all that the relay needs, and what the assembly adds to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from access import units
from broker.crypto.envelope import Envelope
from broker.crypto.letter_keys import writers
from broker.relay import Relay
from broker.transports.transport import QueuesDiffer, Transport
from deploy.open_transport import open_transport
from deploy.operations import letter_keys
from deploy.operations.open_database import open_database
from deploy.operations.secret_keys import open_vault
from deploy.settings import Settings
from deploy.wall_clock import clock_of
from storage.database import Database
from storage.private_files import private_folder

log = structlog.get_logger()


@dataclass
class PostOffice:
    """The database and the way to the broker."""

    settings: Settings
    database: Database
    now: Callable[[], datetime]
    envelope: Envelope

    def transport(self) -> Transport:
        """A connection of one's own to the post office."""
        return open_transport(self.settings, self.envelope)

    def declare(self) -> list[str]:
        """Makes every queue and every key exist that the units of the database need; says which queues."""
        with self.database.read() as session:
            known, writing = list(units.all_units(session).values()), writers(session)
        letter_keys.settle_keys(self.settings, self.database, [unit.code for unit in known if unit.holds], self.now())
        queues = units.queues(known, writing)
        transport = self.transport()
        try:
            transport.declare(queues)
        except QueuesDiffer as differ:  # who reads such a queue waits; all the others go on
            log.error("queues_differ", queues=differ.queues, what=str(differ))
        finally:
            transport.close()
        return queues

    def relay(self) -> Relay:
        """Outbox to transport."""
        return Relay(self.database, self.transport, self.now)


def open_post_office(settings: Settings) -> PostOffice:
    """That of these settings. Opens the database; everything else when it is asked for. Raises WrongKeyFile."""
    private_folder(settings.home)
    database, now = open_database(settings, open_vault(settings)), clock_of(settings.clock_file)
    return PostOffice(settings, database, now, letter_keys.house_envelope(settings, database, now))
