"""Who uses the house while it is in trouble: those who ask through the API and in batches, and a clerk who answers."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

import httpx2
from sqlalchemy.exc import SQLAlchemyError

from sample.load import SHEET
from tests.faults.deployment import Deployment
from tests.town import questions

CHUNK = 25
PAPER_YEAR = 1979  # before the registers became electronic: such a question goes to a clerk
THINKS = 1.5  # seconds a clerk looks into the archive
MAY_RETRY = (httpx2.HTTPError, SQLAlchemyError)


class Balancer:
    """Sends each request to the next front, and to the other one where nobody listens."""

    def __init__(self, fronts: Sequence[str], key: str) -> None:
        self.out: set[int] = set()  # fronts that said they are not ready
        bearer = {"Authorization": f"Bearer {key}"}
        self._clients = [httpx2.Client(base_url=front, headers=bearer, timeout=httpx2.Timeout(8, connect=1)) for front in fronts]
        self._turn = count()

    def once(self, method: str, path: str, **given: Any) -> httpx2.Response:
        """The answer of the first front that listens; raises HTTPError for anything else."""
        for tries_left in reversed(range(2 * len(self._clients))):
            turns = [next(self._turn) % len(self._clients) for _ in self._clients]
            client = self._clients[next((turn for turn in turns if turn not in self.out), turns[0])]
            try:
                answer = client.request(method, path, **given)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if not tries_left:
                    raise
                continue
            if answer.status_code >= 500:
                answer.raise_for_status()
            return answer
        raise AssertionError

    def check(self) -> None:
        """Asks each front whether it is ready, as balancers do every so often."""
        for place, client in enumerate(self._clients):
            try:
                ready = client.get("/readyz").status_code == 200
            except httpx2.HTTPError:
                ready = False
            self.out = self.out - {place} if ready else self.out | {place}

    def close(self) -> None:
        """Gives the connections back."""
        for client in self._clients:
            client.close()


@dataclass
class Asked:
    """What was accepted: case number and the question, by their numbers."""

    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    again: int = 0
    paper: int = 0

    def add(self, number: str, question: dict[str, Any]) -> None:
        """A question was accepted under this case number."""
        self.cases[number] = question
        self.paper += "year" in question


class Crowd:
    """Asks `amount` questions over `seconds`; a few one by one over HTTP, a few about paper times, the others in chunks."""

    def __init__(self, place: Deployment, asked: Asked, amount: int, seconds: float, first: int) -> None:
        self._place, self._asked, self._seconds = place, asked, seconds
        self.last_fault = ""
        self._stop, self._balancer = threading.Event(), Balancer(place.fronts(), place.town.key())
        everything = [{**plain, "reference": f"HC-{first + n}"} for n, plain in enumerate(questions(first + amount)[first:])]
        papers, single = max(3, amount // 100), max(10, amount // 20)
        paper = [{**plain, "year": PAPER_YEAR} for plain in everything[:papers]]
        by_http, by_chunk = everything[papers : papers + single], everything[papers + single :]
        work = (self._one_by_one, paper + by_http, 1), (self._in_chunks, by_chunk, min(CHUNK, max(3, amount // 40)))
        self._threads = [threading.Thread(target=self._run, args=given, daemon=True) for given in work]

    def _run(
        self, send: Callable[[Sequence[dict[str, Any]], Sequence[str]], Sequence[str]], work: Sequence[Any], chunk: int
    ) -> None:
        began = time.monotonic()
        for start in range(0, len(work), chunk):
            part = work[start : start + chunk]
            keys = [uuid4().hex for _ in part]
            while (numbers := self._tried(send, part, keys)) is None and not self._stop.wait(0.3):
                self._asked.again += 1
            for number, question in zip(numbers or (), part, strict=False):
                self._asked.add(number, question)
            self._stop.wait(max(0.0, began + self._seconds * (start + chunk) / len(work) - time.monotonic()))

    def _tried(self, send: Any, part: Sequence[Any], keys: Sequence[str]) -> Sequence[str] | None:
        try:
            return list(send(part, keys))
        except MAY_RETRY as fault:
            self.last_fault = repr(fault)[:300]
            return None

    def _one_by_one(self, part: Sequence[dict[str, Any]], keys: Sequence[str]) -> Sequence[str]:
        answer = self._balancer.once("POST", "/api/v1/cases", json=part[0], headers={"Idempotency-Key": keys[0]})
        assert answer.status_code == 201, answer.text
        return [answer.json()["number"]]

    def _in_chunks(self, part: Sequence[dict[str, Any]], keys: Sequence[str]) -> Sequence[str]:
        return self._place.town.ask(part, keys)

    def start(self) -> None:
        """Begins to ask."""
        for thread in self._threads:
            thread.start()

    def end(self, patience: float) -> bool:
        """Waits until all are asked, but not for ever; whether all were."""
        for thread in self._threads:
            thread.join(patience)
        done = not any(thread.is_alive() for thread in self._threads)
        self._stop.set()
        if done:
            self._balancer.close()
        return done


class Clerk:
    """Answers what lies on the police window's desk, some time after it came, whatever the house is going through."""

    def __init__(self, place: Deployment) -> None:
        sheet = json.loads((place.home / SHEET).read_text(encoding="utf-8"))
        self.answered: set[str] = set()
        self._balancer = Balancer(place.fronts(), sheet["accounts"]["police1"]["key"])
        self._stop, self._seen = threading.Event(), dict[str, float]()
        self._thread = threading.Thread(target=self._work, name="clerk", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while not self._stop.wait(0.5):
            try:
                desk = self._balancer.once("GET", "/api/v1/desk", params={"limit": 50}).json()
                for row in [*desk.get("new", ()), *desk.get("mine", ())]:
                    self._look_at(row["number"])
            except (httpx2.HTTPError, ValueError):
                continue

    def _look_at(self, number: str) -> None:
        since = self._seen.setdefault(number, time.monotonic())
        if time.monotonic() - since < THINKS or self._stop.is_set():
            return
        answer = {"outcome": "cannot_say", "words": "档案无法核实"}
        told = self._balancer.once("POST", f"/api/v1/cases/{number}/answer", json=answer)
        if told.status_code == 200:
            self.answered.add(number)

    def end(self) -> None:
        """Goes home."""
        self._stop.set()
        self._thread.join(20)
        self._balancer.close()


class Strict:
    """Asks and looks without a pause, tries another front only where nobody listens, and keeps every failure."""

    def __init__(self, place: Deployment, asked: Asked, first: int) -> None:
        self.failures, self.served = list[str](), 0
        self._place, self._asked, self._first = place, asked, first
        self._balancer, self._stop = Balancer(place.fronts(), place.town.key()), threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._ask, self._look, self._check)]

    def start(self) -> None:
        """Begins."""
        for thread in self._threads:
            thread.start()

    def _ask(self) -> None:
        for n in count(self._first):
            question = {**questions(n + 1)[n], "reference": f"HC-{n}"}
            told = self._request("POST", "/api/v1/cases", json=question, headers={"Idempotency-Key": uuid4().hex})
            if told is not None and told.status_code == 201:
                self._asked.add(told.json()["number"], question)
            if self._stop.wait(0.1):
                return

    def _look(self) -> None:
        while not self._stop.wait(0.05):
            self._request("GET", "/api/v1/cases", params={"limit": 5})

    def _check(self) -> None:
        while not self._stop.wait(0.4):
            self._balancer.check()

    def _request(self, method: str, path: str, **given: Any) -> httpx2.Response | None:
        try:
            told = self._balancer.once(method, path, **given)
        except httpx2.HTTPError as fault:
            self.failures.append(f"{method} {path}: {type(fault).__name__} {str(fault)[:80]}")
            return None
        self.served += 1
        if told.status_code >= 400:
            self.failures.append(f"{method} {path}: {told.status_code}")
        return told

    def end(self) -> None:
        """Stops, once the requests under way are done."""
        self._stop.set()
        for thread in self._threads:
            thread.join(30)
        self._balancer.close()
