"""The transport for an address."""

from broker.embedded import EmbeddedTransport
from broker.rabbitmq import RabbitTransport
from broker.transport import Transport


def transport_at(url: str) -> Transport:
    """A new connection to the post office there."""
    return EmbeddedTransport(url) if url.startswith("embedded:") else RabbitTransport(url)
