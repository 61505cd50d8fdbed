"""How our queues are made at RabbitMQ, whichever library speaks to it: quorum queues that bury what kills its readers."""

from broker.transports.transport import ATTEMPTS, DEAD
from storage.json import Json

MINIMUM = 20  # letters a reader may have before it acknowledges any, however few it asks for
DURABLE: Json = {"x-queue-type": "quorum"}
MORTAL: Json = DURABLE | {
    "x-delivery-limit": ATTEMPTS,  # for readers that die; what is given back is buried by us, with its reason
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": DEAD,
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",  # without it RabbitMQ 3.10 quietly falls back to at-most-once dead lettering
}


def arguments_of(queue: str) -> Json:
    """With which arguments a queue of this name is declared; what is buried may stay for ever."""
    return DURABLE if queue == DEAD else MORTAL
