"""Opens the transport of the settings: RabbitMQ or the embedded broker; only the one that is opened is loaded."""

from importlib import import_module

from broker.crypto.envelope import Envelope
from broker.transports.transport import Transport
from deploy.agent.settings import AgentSettings


def open_transport(settings: AgentSettings, envelope: Envelope) -> Transport:
    """A connection of one's own for each thread."""
    if settings.broker.startswith("embedded"):
        embedded: Transport = import_module("broker.transports.embedded").EmbeddedTransport(settings.broker, envelope)
        return embedded
    rabbit: Transport = import_module("broker.transports.rabbitmq").RabbitTransport(settings.broker, envelope, settings.broker_ca)
    return rabbit
