"""SMS provider `twilio`: Twilio's API, also under another address; the only file that knows it."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from contacts.sms.provider import (
    STOPPED,
    TIMEOUT,
    AccountRefused,
    DeliveryReport,
    Inbound,
    NotSent,
    PermanentFailure,
    Provider,
    Sent,
    SentState,
    TemporaryFailure,
    Unknown,
)
from storage.late_modules import Late

if TYPE_CHECKING:
    import requests
    import twilio.base.exceptions as twilio_errors
    import twilio.http.http_client as twilio_http
    import twilio.request_validator as twilio_signatures
    import twilio.rest as twilio_rest
    import urllib3.exceptions as urllib3_errors
else:  # for sending alone: who only listens to the provider does without
    requests = Late("requests")
    twilio_errors = Late("twilio.base.exceptions")
    twilio_http = Late("twilio.http.http_client")
    twilio_signatures = Late("twilio.request_validator")
    twilio_rest = Late("twilio.rest")
    urllib3_errors = Late("urllib3.exceptions")

SCHEMES = ("http", "https")
SENT_STOP = 21610
T = TypeVar("T")

# No text will ever reach the number.
BAD_NUMBER = frozenset(
    {
        21211,  # not a telephone number
        21214,  # the number cannot be reached
        21217,  # not a telephone number
        SENT_STOP,
        21612,  # no way from our sender to this number
        21614,  # a landline
        30005,  # the carrier does not know the number
        30006,  # a landline, or the carrier cannot be reached
    }
)
# The text or our sender is refused; the same again would be refused again.
REFUSED = frozenset(
    {
        21408,  # the account may not send to this country
        21602,  # no text
        21603,  # no sender
        21604,  # no recipient
        21606,  # the sender cannot send texts
        21617,  # the text is too long
        21659,  # the sender is not ours
        30004,  # the person or the carrier blocks us
        30007,  # filtered by the carrier
    }
)
# Our own account or token is wrong or suspended: no text is at fault, and an operator will mend it.
ACCOUNT = frozenset({20003, 20005, 20006, 30002})
TEMPORARY = frozenset(
    {
        14107,  # too many texts a second
        20429,  # too many calls
        21611,  # the sender's queue is full
        30001,  # the queue is full
        30003,  # the handset is switched off or out of reach
        30008,  # the carrier does not say why
        30009,  # a part got lost
        30022,  # too many texts for the carrier
    }
)
OUR_FAULT = (403, 408, 425, 429)  # HTTP answers about the account or the pace, not about the text
# Of a text that was sent: nobody of our account, or nobody at all who takes texts, is at this address.
NOT_THERE = (301, 302, 303, 307, 308, 404, 405)
STATES: dict[str, SentState] = {
    "accepted": "queued",
    "scheduled": "queued",
    "queued": "queued",
    "sending": "queued",
    "sent": "sent",
    "read": "delivered",
    "delivered": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}
CLOCKS_APART = timedelta(minutes=1)  # how far the provider's clock and ours may differ
A_DAY_OF_TEXTS = 50  # nobody gets more texts in a day: enough to find a recent one


def open_provider(url: str, account: str, token: str, sender: str, timeout: float = TIMEOUT) -> Provider:
    """A provider at `url`, path prefix included. `sender` is a number or the id of a messaging service ("MG...")."""
    return Twilio(url, account, token, sender, timeout)


class _Elsewhere(PermanentFailure):
    """What was asked for is not there: of a message an answer, of the address itself a fault of ours."""


class Twilio:
    """Sends through the official client. The account id is not checked: providers alike have ids of other forms."""

    name = "twilio"
    share = 0
    nothing_to_say = ("<Response/>", "text/xml")

    def __init__(self, url: str, account: str, token: str, sender: str, timeout: float = TIMEOUT) -> None:
        self._url, self._account, self._token, self._timeout = url, account, token, timeout
        self._from = {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}

    @cached_property
    def _http(self) -> "twilio_http.TwilioHttpClient":
        # The client logs recipients, so it gets a logger of its own that nobody listens to.
        return twilio_http.TwilioHttpClient(timeout=self._timeout, logger=logging.Logger("twilio.unheard", logging.CRITICAL))

    @cached_property
    def _client(self) -> "twilio_rest.Client":
        # An empty environment would make the client read the real one, where TWILIO_EDGE and _REGION change the address.
        client = twilio_rest.Client(
            self._account, self._token, http_client=self._http, environment={"TWILIO_EDGE": "", "TWILIO_REGION": ""}
        )
        client.api.base_url = self._url
        return client

    def send(self, to: str, text: str, callback_url: str = "", template: str = "") -> Sent:
        """Twilio has no idempotency key: a time-out is Unknown, and whoever sends again looks first."""
        callback = {"status_callback": callback_url} if callback_url else {}
        try:
            message = _call(lambda: self._client.messages.create(to=to, body=text, **self._from, **callback))
        except _Elsewhere as failed:
            raise AccountRefused(failed.code) from None
        return Sent(str(message.sid))

    def find_recent(self, to: str, text: str, since: datetime) -> list[Sent]:
        """Looks at the number's last texts. Not filtered by DateSent: what is still queued has none."""
        messages = _call(lambda: self._client.messages.list(to=to, limit=A_DAY_OF_TEXTS, page_size=A_DAY_OF_TEXTS))
        earliest = since - CLOCKS_APART
        return [Sent(str(m.sid)) for m in messages if m.body == text and m.date_created and m.date_created >= earliest]

    def status(self, message_id: str) -> DeliveryReport:
        """Asks for one message."""
        message = _call(lambda: self._client.messages(message_id).fetch())
        return _receipt(message_id, str(message.status), message.error_code)

    def read_receipt(self, form: Mapping[str, str]) -> DeliveryReport | None:
        """MessageSid and MessageStatus; unknown fields are Twilio's to add, unknown statuses are no receipts."""
        if not form.get("MessageSid") or form.get("MessageStatus") not in STATES:
            return None
        return _receipt(form["MessageSid"], form["MessageStatus"], form.get("ErrorCode"))

    def read_inbound(self, form: Mapping[str, str]) -> Inbound | None:
        """From, Body and MessageSid."""
        return Inbound(form["From"], form["Body"], form.get("MessageSid", "")) if form.get("From") and "Body" in form else None

    def valid_signature(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> bool:
        """X-Twilio-Signature over the public URL and the whole form."""
        signature = headers.get("x-twilio-signature", "")
        return bool(signature) and bool(twilio_signatures.RequestValidator(self._token).validate(url, form, signature))

    def close(self) -> None:
        """Closes the pooled connections."""
        if "_http" in vars(self) and self._http.session is not None:
            self._http.session.close()


def _receipt(message_id: str, status: str, error: str | int | None) -> DeliveryReport:
    code = int(error) if error and str(error).isdigit() else 0
    return DeliveryReport(
        message_id, STATES.get(status, "queued"), STOPPED if code == SENT_STOP else str(code or ""), code in BAD_NUMBER
    )


def _call(ask: Callable[[], T]) -> T:
    """What the client answers, its errors in the house's words; the original stays out, it holds the number."""
    try:
        return ask()
    except twilio_errors.TwilioRestException as error:
        raise _refused(error.status, error.code or 0) from None
    except twilio_errors.TwilioException:
        raise Unknown("unreadable_answer") from None
    except requests.ConnectTimeout:
        raise TemporaryFailure("unreachable") from None
    except requests.ConnectionError as error:
        raise (TemporaryFailure("unreachable") if _never_connected(error) else Unknown("cut_off")) from None
    except requests.Timeout:
        raise Unknown("timeout") from None
    except (requests.RequestException, ValueError):
        raise Unknown("unreadable_answer") from None


def _refused(status: int, code: int) -> NotSent:
    word = STOPPED if code == SENT_STOP else str(code or f"http_{status}")
    if code in BAD_NUMBER or code in REFUSED:
        return PermanentFailure(word, bad_number=code in BAD_NUMBER)
    if code in ACCOUNT or status == HTTPStatus.UNAUTHORIZED:
        return AccountRefused(word)
    if status in NOT_THERE:
        return _Elsewhere(word)
    passing = code in TEMPORARY or status in OUR_FAULT or status >= 500
    return TemporaryFailure(word) if passing else PermanentFailure(word)


def _never_connected(error: "requests.ConnectionError") -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(cause, urllib3_errors.MaxRetryError) and isinstance(cause.reason, urllib3_errors.NewConnectionError)
