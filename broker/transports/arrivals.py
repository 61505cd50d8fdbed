"""What arrived over RabbitMQ, as a reader is given it: opened, and what is wrong with it; a unit speaks for itself alone."""

from broker.crypto.envelope import Envelope, contents
from broker.letter import Letter
from broker.transports.consumer import Arrival, Consumer
from broker.transports.transport import DEAD, Delivery

UNITS = "unit."  # the exchange of a unit's own account: `unit.police`
MOST_REASON = 200


def delivery_of(envelope: Envelope, queue: str, arrival: Arrival, consumer: Consumer) -> Delivery:
    """What a reader is given of a letter that arrived on this queue."""
    buried, source = _burial(arrival) if queue == DEAD else ("", "")
    letter, fault, sender, mark, body = contents(envelope, queue, arrival.wire, buried)
    if letter and queue != DEAD and _signed_falsely(letter, arrival.exchange):
        letter, fault = None, "NotAllowed"
    attempt = max(arrival.headers.get("x-delivery-count", 0), int(arrival.again)) + 1
    handle = (consumer, arrival.tag)
    return Delivery(queue, arrival.wire, letter, attempt, fault, source, handle, sender, mark, body)


def _burial(arrival: Arrival) -> tuple[str, str]:
    """Why it was buried, and where it came from. A unit can bury only what came to it, whatever else it says."""
    headers, exchange = arrival.headers, arrival.exchange
    death = (headers.get("x-death") or [{}])[0]
    source = str(headers.get("x-source") or death.get("queue", ""))
    if exchange.startswith(UNITS):
        source = f"questions.{exchange.removeprefix(UNITS)}"
    return str(headers.get("x-reason") or death.get("reason", ""))[:MOST_REASON], source


def _signed_falsely(letter: Letter, exchange: str) -> bool:
    """Whether a letter names another unit than the one to whose account alone this exchange is open."""
    return exchange.startswith(UNITS) and letter.body.get("unit") != exchange.removeprefix(UNITS)
