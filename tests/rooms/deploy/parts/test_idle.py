"""What an idle house in one process costs, beside a bare Python that does nothing but wake up, at the same time."""

import sys
import time
from pathlib import Path

from tests.parts import Part, await_port, free_port, running
from tests.phones import until

AS_OFTEN = 1500  # times a second, which is some two percent of a core; the house took twice as much before its look-outs were told
SECONDS = 8.0
SMALL = 256 * 1024  # bytes of a write-ahead log
WAKING = f"import threading\nbell = threading.Event()\nwhile True:\n    bell.wait({1 / AS_OFTEN})"


def test_an_idle_house_costs_little_and_its_logs_are_short(tmp_path: Path) -> None:
    http, phones = f"127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"
    settings = {"HECHA_HOME": str(tmp_path), "HECHA_HTTP": http, "HECHA_SMS_URL": phones}
    house = Part(["up"], settings, tmp_path)
    bare = Part(["-c", WAKING], {}, tmp_path, program=[sys.executable])
    with running([house, bare]):
        await_port(http, house)
        until(lambda: all(log.stat().st_size < SMALL for log in tmp_path.glob("*.sqlite-wal")), 60)  # it has settled
        before, start = (house.cpu(), bare.cpu()), time.monotonic()
        time.sleep(SECONDS)
        ours, theirs = house.cpu() - before[0], bare.cpu() - before[1]
        share = 100 * ours / (time.monotonic() - start)
        print(f"idle: {share:.2f} % of a core, {ours / theirs:.2f} of a process that wakes {AS_OFTEN} times a second")
        house.end()
        left = [path.name for path in tmp_path.glob("*.sqlite-wal") if path.stat().st_size]

    assert ours < theirs
    assert left == []
