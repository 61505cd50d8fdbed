"""`python -m tests.bench.peer.asking celery|dramatiq|pika COUNT`: accepts so many questions as fast as it goes; prints JSON."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from tests.bench.peer.checks import SHARED, Check, engine
from tests.town import questions


def _sender(peer: str) -> Callable[[str, Any], Any]:
    if peer == "celery":
        from tests.bench.peer.celery_peer import look_up

        return look_up.delay
    from tests.bench.peer.dramatiq_peer import look_up as actor

    return actor.send


def one_by_one(peer: str, count: int) -> Callable[[], None]:
    """Commits 250 rows at once, then sends a task for each, which waits for its confirm."""
    send, asked = _sender(peer), questions(count)
    with Session(engine()) as opened:  # the connection is open before the clock starts
        opened.connection()

    def ask() -> None:
        for start in range(0, count, SHARED):
            with Session(engine(), expire_on_commit=False) as opened:
                rows = [Check.model_validate(one) for one in asked[start : start + SHARED]]
                opened.add_all(rows)
                opened.commit()
            for row in rows:
                send(str(row.id), row.subjects)

    return ask


def pipelined(count: int) -> Callable[[], None]:
    """Commits 250 rows at once and publishes them without waiting for a single one."""
    from tests.bench.peer.pika_peer import Asking

    asked = [{**question, "id": str(uuid4())} for question in questions(count)]
    return Asking(asked[start : start + SHARED] for start in range(0, count, SHARED)).run


def main(peer: str, count: int) -> None:
    """Asks, and prints when it began and ended (monotonic) and what it took of the processor."""
    ask = pipelined(count) if peer == "pika" else one_by_one(peer, count)
    own, began = time.process_time(), time.monotonic()
    ask()
    print(json.dumps({"began": began, "accepted": time.monotonic(), "cpu": time.process_time() - own}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
