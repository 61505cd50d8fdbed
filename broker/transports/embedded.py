"""The embedded post office: kombu's transport on a file of the house's own, for houses without a broker."""

from broker.crypto.envelope import Envelope
from broker.transports.kombu_transport import PLAIN, KombuTransport


class EmbeddedTransport(KombuTransport):
    """The url is `embedded:///absolute/path`. Opened at once: whether a file can be used is known without asking anybody."""

    def __init__(self, url: str, envelope: Envelope = PLAIN) -> None:
        super().__init__(url, envelope)
        with self._line():
            pass
