"""Questions one by one through the HTTP API: how many a second, and how long a lone one takes."""

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

from tests.bench.ground import Ground
from tests.town import questions


class Client:
    """One connection with one key; http.client, because a heavier client would be measured too."""

    def __init__(self, address: str, key: str) -> None:
        self._connection = HTTPConnection(address, timeout=60)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def post(self, question: dict[str, Any]) -> str:
        """Asks, and gives back where the case stands."""
        body = json.dumps(question, ensure_ascii=False).encode()
        response, _ = self._send("POST", "/api/v1/cases", body, {"Idempotency-Key": uuid4().hex})
        return str(response.headers["Location"])

    def answer(self, location: str) -> str:
        """Waits for the answer and gives back its outcome."""
        return str(self._send("GET", f"{location}?wait=30", None, {})[1]["outcome"])

    def _send(self, verb: str, path: str, body: bytes | None, more: dict[str, str]) -> tuple[Any, Any]:
        self._connection.request(verb, path, body, {**self._headers, **more})
        response = self._connection.getresponse()
        told = json.loads(response.read())
        assert response.status in (200, 201), told
        return response, told

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


def accepted_a_second(ground: Ground, clients: int, count: int) -> float:
    """How many questions a second are accepted from so many clients at once."""
    asked, key = questions(count), ground.town.key()

    def ask(mine: Sequence[dict[str, Any]]) -> None:
        client = Client(ground.town.http, key)
        for question in mine:
            client.post(question)
        client.close()

    threads = [threading.Thread(target=ask, args=(asked[n::clients],)) for n in range(clients)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return count / (time.monotonic() - began)


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from the question sent to its answer received."""

    p50: float
    p99: float
    worst: float


def lone_questions(ground: Ground, seconds: float, pace: float = 20.0) -> Latency:
    """Asks at this pace, each question only after the one before is answered, so that every one is alone."""
    client, took = Client(ground.town.http, ground.town.key()), list[float]()
    began = time.monotonic()
    for n, question in enumerate(questions(int(seconds * pace))):
        time.sleep(max(0.0, began + n / pace - time.monotonic()))
        sent = time.monotonic()
        outcome = client.answer(client.post(question))
        took.append((time.monotonic() - sent) * 1000)
        assert outcome in ("confirmed", "contradicted"), outcome
    client.close()
    took.sort()
    return Latency(took[len(took) // 2], took[int(len(took) * 0.99)], took[-1])
