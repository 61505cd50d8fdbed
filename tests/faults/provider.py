"""The simulated phones as a process that can be told to be slow, to talk nonsense, or to refuse: `... HOST PORT FOLDER CALLBACK`.

The word in the file `mood` counts from the next call on; what was taken is noted with the real time in `taken`.
"""

import json
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from anyio import sleep
from fastapi import Request, Response

from deploy.settings import Settings
from deploy.wall_clock import clock_of
from sample.phones.company import Company
from sample.phones.server import make_phones, serve

HANG = 12.0  # seconds: longer than a sender waits


def main(host: str, port: str, folder: str) -> None:
    """Runs until SIGTERM."""
    settings, home = Settings(), Path(folder)
    company = Company(
        settings.sms_account, settings.sms_token, f"{settings.public}/sms/inbound", 0.2, clock=clock_of(settings.clock_file)
    )
    app = make_phones(home / "phones.sqlite", company)

    @app.middleware("http")
    async def moody(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        mood = (home / "mood").read_text() if (home / "mood").exists() else ""
        if mood == "down":
            return Response(status_code=503)
        came = time.time()
        response = await answer(request)
        if request.method == "POST" and response.status_code == 201:
            response = await _note(response, home / "taken", came)
        if mood == "slow":
            await sleep(HANG)
        return Response("<html>?", 200) if mood == "wrong" else response

    phones = serve(app, host, int(port))
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    stopped.wait()
    phones.stop()


async def _note(response: Response, file: Path, came: float) -> Response:
    body = b"".join([part async for part in response.body_iterator])  # type: ignore[attr-defined]
    taken = json.loads(body)
    with file.open("a") as notes:
        notes.write(json.dumps({"sid": taken["sid"], "to": taken["to"], "body": taken["body"], "at": came}) + "\n")
    return Response(body, response.status_code, media_type="application/json")


if __name__ == "__main__":
    main(*sys.argv[1:])
