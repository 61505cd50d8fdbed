"""The system clock, and a movable one for stories and tests."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path


def real_now() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.now(UTC)


def clock_of(file: Path | None) -> Callable[[], datetime]:
    """The wall clock; with a file, the wall clock moved by the seconds written in it, for all processes that read it."""
    if file is None:
        return real_now

    def moved() -> datetime:
        text = file.read_text().strip() if file.exists() else ""
        return real_now() + timedelta(seconds=float(text or 0))

    return moved
