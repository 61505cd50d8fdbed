"""Opens the transport of the settings: over kombu or over pika, by the address; only the one that is opened is loaded."""

from importlib import import_module

from broker.crypto.envelope import Envelope
from broker.transports.transport import Transport
from deploy.agent.settings import AgentSettings


def open_transport(settings: AgentSettings, envelope: Envelope) -> Transport:
    """A connection of one's own for each thread."""
    if settings.broker.startswith("embedded"):
        embedded: Transport = import_module("broker.transports.embedded").EmbeddedTransport(settings.broker, envelope)
        return embedded
    kombu = settings.broker.startswith(("redis", "kombu+"))
    module, name = ("kombu_transport", "KombuTransport") if kombu else ("rabbitmq", "RabbitTransport")
    opened: Transport = getattr(import_module(f"broker.transports.{module}"), name)(settings.broker, envelope, settings.broker_ca)
    return opened
