"""`python -m tests.bench.peer.asking celery|dramatiq COUNT`: accepts so many questions as fast as that peer does; prints JSON."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from sqlmodel import Session

from tests.bench.peer.checks import SHARED, Check, engine
from tests.town import questions


def _send(peer: str) -> Callable[[str, Any], Any]:
    if peer == "celery":
        from tests.bench.peer.celery_peer import look_up

        return look_up.delay
    from tests.bench.peer.dramatiq_peer import look_up as actor

    return actor.send


def main(peer: str, count: int) -> None:
    """Commits 250 rows at once, then sends a task for each, which waits for its confirm."""
    send, asked = _send(peer), questions(count)
    with Session(engine()) as opened:  # the connection is open before the clock starts
        opened.connection()
    own, began = time.process_time(), time.monotonic()
    for start in range(0, count, SHARED):
        with Session(engine(), expire_on_commit=False) as opened:
            rows = [Check.model_validate(one) for one in asked[start : start + SHARED]]
            opened.add_all(rows)
            opened.commit()
        for row in rows:
            send(str(row.id), row.subjects)
    print(json.dumps({"began": began, "accepted": time.monotonic(), "cpu": time.process_time() - own}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
