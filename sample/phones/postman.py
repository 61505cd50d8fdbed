"""Simulated delivery: moves each text through its states and reports by signed HTTP calls, as Twilio does."""

import base64
import hashlib
import hmac
import html
import http.client
import re
import threading
import time
from urllib.parse import urlencode, urlsplit

import structlog

from sample.phones.company import START_WORDS, STOP_WORDS, Company, life_of
from sample.phones.store import Message, Store

CALL_SECONDS = 5.0
REPLY = re.compile(r"<Message[^>]*>(.*?)</Message>", re.DOTALL)

log = structlog.get_logger()


def sign(token: str, url: str, form: dict[str, str]) -> str:
    """X-Twilio-Signature: HMAC-SHA1 over the URL and every field with its value, by name."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def call(token: str, url: str, form: dict[str, str]) -> tuple[int, str]:
    """Posts the signed form; the HTTP status and the body, or 0 when nobody answers."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=CALL_SECONDS)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": sign(token, url, form)}
    try:
        connection.request("POST", f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}", urlencode(form), headers)
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        log.warning("phones_call_failed", reason=type(error).__name__)
        return 0, ""
    finally:
        connection.close()


class Postman:
    """Started and stopped with the app; what was under way when it stopped goes on when it starts again."""

    def __init__(self, company: Company, store: Store) -> None:
        self.company = company
        self.store = store
        self.stopped = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="phones-postman", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the call that is under way."""
        self.stopped.set()
        self._wake.set()
        self._thread.join()

    def wake(self) -> None:
        """There is something new to carry."""
        self._wake.set()

    def _run(self) -> None:
        while not self.stopped.is_set():
            self._wake.clear()
            for message in self.store.due(time.time()):
                if not self.stopped.is_set():
                    self._step(message)
            due = self.store.next_due()
            self._wake.wait(None if due is None else max(0.0, due - time.time()))

    def _step(self, message: Message) -> None:
        life = life_of(message.phone)
        message.status, message.error = life[message.step]
        message.step += 1
        message.due = time.time() + self.company.pace if message.step < len(life) else None
        if message.status == "sent":
            message.sent_at = self.company.clock().isoformat()
        self.store.save(message)
        if message.callback:
            call(self.company.token, message.callback, self._receipt(message))

    def _receipt(self, message: Message) -> dict[str, str]:
        form = {"AccountSid": self.company.account, "ApiVersion": "2010-04-01", "From": message.ours, "To": message.phone}
        form |= {"MessageSid": message.sid, "SmsSid": message.sid, "MessageStatus": message.status, "SmsStatus": message.status}
        return form | ({"ErrorCode": str(message.error)} if message.error else {})

    def reply(self, phone: str, text: str) -> int:
        """Somebody typed a reply on this phone: kept, and posted to the inbound webhook, whose HTTP status comes back (0: none)."""
        ours = next((m.ours for m in self.store.messages(phone)), "")
        word, now = text.strip().upper(), self.company.clock().isoformat()
        sid = self.store.exchange(phone, ours, "inbound", text, now).sid
        if word in STOP_WORDS | START_WORDS:
            self.store.stop(phone, word in STOP_WORDS)
        if not self.company.inbound_url:
            return 0
        form = {"AccountSid": self.company.account, "ApiVersion": "2010-04-01", "From": phone, "To": ours}
        form |= {"MessageSid": sid, "SmsSid": sid, "SmsStatus": "received", "Body": text, "NumMedia": "0", "NumSegments": "1"}
        status, answer = call(self.company.token, self.company.inbound_url, form)
        for words in REPLY.findall(answer):
            self.store.exchange(phone, ours, "outbound-reply", html.unescape(words), now)
        return status
