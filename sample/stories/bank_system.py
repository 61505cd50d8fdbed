"""The bank's own system in the stories: a webhook receiver that keeps what it was told."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from storage.json import Json

UNIT = "bank-binjiang"
NETWORK = "127.0.0.0/8"  # where it stands: the house calls private networks only where it is told that it may


class BankSystem:
    """Listens at `url` until it is stopped."""

    def __init__(self) -> None:
        self.heard: list[Json] = []
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_given: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/outcomes"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def told_of(self, number: str, move: str) -> Json | None:
        """What it was told of this case when this was done with its answer."""
        return next((one for one in self.heard if one.get("number") == number and one.get("move") == move), None)

    def stop(self) -> None:
        """Listens no longer."""
        self._server.shutdown()
        self._server.server_close()
