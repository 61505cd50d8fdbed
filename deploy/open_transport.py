"""Opens the transport of the settings: over kombu or over pika, by the address of the post office."""

from broker.crypto.envelope import Envelope
from broker.transports.transport import Transport
from deploy.settings import Settings


def open_transport(settings: Settings, envelope: Envelope) -> Transport:
    """A connection of one's own for each thread. Only the libraries of this post office are loaded: they take memory and time."""
    url = settings.broker
    if url.startswith("embedded"):
        from broker.transports.embedded import EmbeddedTransport

        return EmbeddedTransport(url, envelope)
    if url.startswith(("redis", "kombu+")):
        from broker.transports.kombu_transport import KombuTransport

        return KombuTransport(url, envelope, settings.broker_ca)
    from broker.transports.rabbitmq import RabbitTransport

    return RabbitTransport(url, envelope, settings.broker_ca)
