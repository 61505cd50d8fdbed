"""The post office of the settings: one file on this machine, or RabbitMQ."""

from broker.embedded import EmbeddedTransport
from broker.envelope import Envelope
from broker.rabbitmq import RabbitTransport
from broker.transport import Transport
from deploy.settings import Settings


def open_transport(settings: Settings, envelope: Envelope) -> Transport:
    """A connection of one's own for each thread."""
    if settings.broker.startswith("embedded"):
        return EmbeddedTransport(settings.broker, envelope)
    return RabbitTransport(settings.broker, envelope, settings.broker_ca)
