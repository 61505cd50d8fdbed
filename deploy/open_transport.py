"""Opens the transport of the settings: RabbitMQ or the embedded broker."""

from broker.crypto.envelope import Envelope
from broker.transports.embedded import EmbeddedTransport
from broker.transports.rabbitmq import RabbitTransport
from broker.transports.transport import Transport
from deploy.settings import Settings


def open_transport(settings: Settings, envelope: Envelope) -> Transport:
    """A connection of one's own for each thread."""
    if settings.broker.startswith("embedded"):
        return EmbeddedTransport(settings.broker, envelope)
    return RabbitTransport(settings.broker, envelope, settings.broker_ca)
