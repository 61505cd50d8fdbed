"""The transport for an address."""

from broker.crypto.envelope import Envelope, Plain
from broker.transports.embedded import EmbeddedTransport
from broker.transports.kombu_transport import KombuTransport
from broker.transports.rabbitmq import RabbitTransport
from broker.transports.transport import Transport

PLAIN = Plain()


def transport_at(url: str, envelope: Envelope = PLAIN) -> Transport:
    """A new connection to the post office there; letters as they are, unless an envelope is given."""
    if url.startswith("embedded:"):
        return EmbeddedTransport(url, envelope)
    return KombuTransport(url, envelope) if url.startswith(("redis:", "kombu+")) else RabbitTransport(url, envelope)
