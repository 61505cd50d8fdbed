"""A unit's own system that is called, and outcomes to tell it of."""

import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sqlmodel import select

from access.webhooks.webhook_calls import Caller
from broker.letter import Letter
from cases.notices.outcome_notice import OutcomeNotice
from requesters.webhooks.outcome_notices import take_outcomes
from storage.database import Database
from tests.rooms.county import held

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HERE = Caller(loopback=True, seconds=1.0)


class System:
    """A unit's own system: answers what it is told to and keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.connections: list[int] = []
        self.database: Database | None = None
        system = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                system.got.append((dict(self.headers), body))
                if system.database:
                    system.connections.append(held(system.database))
                self.send_response(system.answers.pop(0) if system.answers else 200)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_given: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/outcomes"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def outcome(number: str, unit: str = "bank", move: str = "find", state: str = "answered") -> Letter:
    finding = {"outcome": "confirmed", "source": "record", "words": "吴大是吴一的父亲", "evidence": {}}
    return Letter.post(
        "outcome", f"outcomes.{unit}", number, {"number": number, "state": state, "move": move, "finding": finding}, NOW
    )


def notices(database: Database) -> list[OutcomeNotice]:
    with database.read() as session:
        return list(session.exec(select(OutcomeNotice).order_by(OutcomeNotice.number)))


def take(database: Database, *letters: Letter) -> None:
    with database.write() as session:
        take_outcomes(session, letters, NOW)
