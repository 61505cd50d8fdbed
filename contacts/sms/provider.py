"""The interface of SMS providers, and the three errors of sending."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

SentState = Literal["queued", "sent", "delivered", "undelivered", "failed"]
STOPPED = "stop"  # the code, with every provider, of a failure because the person wants no texts
TIMEOUT = 10.0  # seconds; GOV.UK Notify's figure


class NotSent(Exception):
    """The text did not go out, or nobody knows. `code` is the provider's own; the number is never in it."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class PermanentFailure(NotSent):
    """It will never go: do not try again. `bad_number`: no text will ever reach this number."""

    def __init__(self, code: str, bad_number: bool = False) -> None:
        super().__init__(code)
        self.bad_number = bad_number


class TemporaryFailure(NotSent):
    """It certainly did not go now, and may go later or elsewhere."""


class AccountRefused(TemporaryFailure):
    """Our account, token or address is wrong: nothing goes there until somebody mends it. No text is at fault."""


class Unknown(NotSent):
    """No answer came: it may or may not have been sent. Look with `find_recent` before sending again."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took the text under this id. That is not yet "delivered", and never "read"."""

    id: str


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a text: `error` is the provider's code, '' when there is none."""

    id: str
    state: SentState
    error: str = ""
    bad_number: bool = False


@dataclass(frozen=True, slots=True)
class Inbound:
    """A text that somebody sent to us; `id` is the provider's, '' where it gives none."""

    from_number: str
    text: str
    id: str = ""


class Provider(Protocol):
    """One company that sends texts. May be used by several threads at once."""

    name: str
    share: int  # of a hundred texts so many are offered here first, where this is the second provider
    nothing_to_say: tuple[str, str]  # how a call about a message to us is answered: body and media type

    def send(self, to: str, text: str, callback_url: str = "", template: str = "") -> Sent:
        """Sends `text` to the E.164 number `to`; receipts go to `callback_url`. Raises a NotSent."""

    def find_recent(self, to: str, text: str, since: datetime) -> list[Sent]:
        """What was sent with these very words to this number since then, newest first. Raises a NotSent when it cannot be told."""

    def status(self, message_id: str) -> DeliveryReport:
        """What became of the text. Raises a NotSent when it cannot be told."""

    def read_receipt(self, form: Mapping[str, str]) -> DeliveryReport | None:
        """The receipt in a call to `callback_url`; None when there is none in it."""

    def read_inbound(self, form: Mapping[str, str]) -> Inbound | None:
        """The text in a call about a message to us; None when there is none in it."""

    def valid_signature(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> bool:
        """Whether this call came from the provider: to the public `url`, as it called it, with `headers` in small letters."""

    def close(self) -> None:
        """Gives back its connections."""
