"""SMS provider `console`: sends nothing and writes to the log, for trying out."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

import structlog

from contacts.phone_numbers import masked, takes_sms
from contacts.sms.provider import TIMEOUT, DeliveryReport, Inbound, PermanentFailure, Provider, Sent, TemporaryFailure

SCHEMES = ("console",)
KEPT = 1000

log = structlog.get_logger()


def open_provider(url: str, account: str, token: str, sender: str, timeout: float = TIMEOUT) -> Provider:
    """The console needs none of these."""
    return Console()


class Console:
    """Takes every text to a mobile number and remembers the last ones of this process."""

    name = "console"
    share = 0
    nothing_to_say = ("", "text/plain")

    def __init__(self) -> None:
        self._sent: deque[tuple[str, str, str]] = deque(maxlen=KEPT)

    def send(self, to: str, text: str, callback_url: str = "", template: str = "") -> Sent:
        """One log line with the template and four digits of the number; the words stay out, a code may be among them."""
        if not takes_sms(to):
            raise PermanentFailure("not_mobile", bad_number=True)
        sent = Sent(f"console-{uuid4().hex}")
        self._sent.appendleft((to, text, sent.id))
        log.info("sms_on_console", id=sent.id, template=template, to=masked(to), characters=len(text))
        return sent

    def find_recent(self, to: str, text: str, since: datetime) -> list[Sent]:
        """All that this process remembers: it keeps no times, and older ones already belong to other alerts."""
        return [Sent(id_) for number, words, id_ in list(self._sent) if (number, words) == (to, text)]

    def status(self, message_id: str) -> DeliveryReport:
        """Written is as far as it goes."""
        if message_id not in {id_ for _, _, id_ in list(self._sent)}:
            raise TemporaryFailure("not_found")
        return DeliveryReport(message_id, "sent")

    def read_receipt(self, form: Mapping[str, str]) -> DeliveryReport | None:
        """A console sends no receipts."""
        return None

    def read_inbound(self, form: Mapping[str, str]) -> Inbound | None:
        """A console takes no replies."""
        return None

    def valid_signature(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> bool:
        """Nobody can speak for a console."""
        return False

    def close(self) -> None:
        """There is nothing to give back."""
