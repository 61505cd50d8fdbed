"""What is dear to read is read once, and again when it is too old."""

import contextlib
import time

from web.timed_cache import MOST, TimedCache


def test_what_was_read_lately_is_not_read_again() -> None:
    """Each thing for itself."""
    memory, reads = TimedCache(60), list[str]()
    for key in ("month", "month", "day", "month"):
        assert memory.get(key, lambda key=key: reads.append(key) or key.upper()) == key.upper()  # type: ignore[misc]  # append gives nothing
    assert reads == ["month", "day"]


def test_what_is_too_old_is_read_again() -> None:
    """After its seconds."""
    memory, reads = TimedCache(0.05), list[int]()
    assert memory.get("month", lambda: reads.append(1) or 1) == 1  # type: ignore[func-returns-value]
    time.sleep(0.06)
    assert memory.get("month", lambda: 2) == 2


def test_it_does_not_grow_for_ever() -> None:
    """The oldest goes first, however many different months are looked at."""
    memory = TimedCache(60)
    for n in range(MOST + 5):
        memory.get(n, lambda n=n: n)  # type: ignore[misc]
    assert memory.get(MOST + 4, lambda: "again") == MOST + 4
    assert memory.get(0, lambda: "again") == "again"


def test_what_could_not_be_read_is_not_kept() -> None:
    """The next one tries again."""
    memory = TimedCache(60)
    with contextlib.suppress(ZeroDivisionError):
        memory.get("month", lambda: 1 / 0)
    assert memory.get("month", lambda: 3) == 3
