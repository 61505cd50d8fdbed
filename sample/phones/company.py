"""The simulated phone company: its account, its pace, and how each number behaves."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

E164 = re.compile(r"\+[1-9]\d{6,14}")
CHINESE_LANDLINE = re.compile(r"\+86(?!1)\d+")
DEAF = "0001"
OUT_OF_REACH = "0002"
BUSY = "0003"
SLOW = "0004"
BROKEN = "0005"
FAILING = "0006"
BUSY_TIMES = 2
PACE = 0.3  # seconds between queued, sent and delivered
# Of which the company itself takes notice, before we see them.
STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "退订", "TD", "T"})
START_WORDS = frozenset({"START", "UNSTOP", "订阅", "开始"})

MESSAGES = {
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    21211: "The 'To' number is not a valid phone number.",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
}


class Refused(Exception):
    """The company does not take the text: an HTTP status and Twilio's code."""

    def __init__(self, status: int, code: int) -> None:
        self.status = status
        self.code = code
        super().__init__(MESSAGES[code])

    def body(self) -> dict[str, object]:
        """As Twilio writes it."""
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": MESSAGES[self.code], "more_info": more, "status": self.status}


def read_clock() -> datetime:
    """The real time, UTC."""
    return datetime.now(UTC)


@dataclass
class Company:
    """`pace`: seconds between queued, sent and delivered. `hang`: how long the slow number keeps its caller waiting.

    `ill`: while it is set, the company takes no text from anybody. `calls`: how often somebody wanted to send one.
    """

    account: str
    token: str
    inbound_url: str = ""  # where replies are posted to
    pace: float = PACE
    hang: float = 15.0
    clock: Callable[[], datetime] = read_clock
    ill: bool = False
    calls: int = 0


def check_number(number: str) -> None:
    """Raises Refused when no text can go there."""
    if not number:
        raise Refused(400, 21604)
    if not E164.fullmatch(number):
        raise Refused(400, 21211)
    if number.endswith(DEAF) or CHINESE_LANDLINE.fullmatch(number):
        raise Refused(400, 21614)
    if number.endswith(BROKEN):
        raise Refused(500, 20500)


def life_of(number: str) -> list[tuple[str, int]]:
    """The statuses that a text to this number goes through, each with its error code or 0."""
    if number.endswith(OUT_OF_REACH):
        return [("queued", 0), ("sent", 0), ("undelivered", 30003)]
    if number.endswith(FAILING):
        return [("queued", 0), ("failed", 30006)]
    return [("queued", 0), ("sent", 0), ("delivered", 0)]
