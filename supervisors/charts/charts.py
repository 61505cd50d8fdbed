"""Charts: which lines of a series make which picture, labelled in the reader's language."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from storage.json import Json
from storage.problem import N_
from supervisors.board.board_words import SHARES
from supervisors.charts.series import Slot, Span
from web.charts.drawing import Line, Picture

Say = Callable[..., str]  # say(msgid, **params)
TITLES = {
    "volume": N_("Answered, by whom"),
    "speed": N_("Time to answer"),
    "intime": N_("Answered in time"),
}
EVERY = {Span.HOUR: 3, Span.DAY: 3, Span.MONTH: 1}
SPANS = {Span.HOUR: N_("Hour by hour"), Span.DAY: N_("Day by day"), Span.MONTH: N_("Month by month")}
TICKS = (0.01, 0.1, 1, 10, 60, 600, 3600, 6 * 3600, 86400, 5 * 86400)
NO_DATA = N_("No data")


def picture(kind: str, slots: Sequence[Slot], say: Say) -> Picture:
    """The picture of this kind (a key of TITLES) for these slots."""
    made: Picture = {"volume": _volume, "speed": _speed, "intime": _in_time}[kind](slots, say)
    return replace(made, empty=say(NO_DATA))


def _volume(slots: Sequence[Slot], say: Say) -> Picture:
    lines = [Line(say(word), [slot.answered(source) for slot in slots]) for source, word in SHARES.items()]
    return Picture("bars", _labels(slots), lines)


def _speed(slots: Sequence[Slot], say: Say) -> Picture:
    wholes = [slot.whole for slot in slots]
    half = Line(say(N_("Half within")), [whole.median for whole in wholes])
    most = Line(say(N_("Nine of ten within")), [whole.ninety for whole in wholes])
    return Picture("lines", _labels(slots), [half, most], written=lambda seconds: lasting(seconds, say), ticks=TICKS)


def _in_time(slots: Sequence[Slot], say: Say) -> Picture:
    rates = [None if (rate := slot.whole.on_time_rate) is None else round(100 * rate, 1) for slot in slots]
    return Picture("lines", _labels(slots), [Line(say(TITLES["intime"]), rates)], written="{:g} %".format, top=100)


def _labels(slots: Sequence[Slot]) -> list[str]:
    return [slot.short for slot in slots]


def lasting(seconds: float, say: Say) -> str:
    """A time in the unit in which it is easiest read."""
    steps: tuple[tuple[float, float, str], ...] = (
        (90, 1, N_("{n} s")),
        (5400, 60, N_("{n} min")),
        (172800, 3600, N_("{n} h")),
    )
    for below, size, words in steps:
        if seconds < below:
            return say(words, n=f"{seconds / size:.3g}")
    return say(N_("{n} days"), n=f"{seconds / 86400:.3g}")


def rows_of(slots: Sequence[Slot]) -> list[Json]:
    """The table behind the charts, the newest first."""
    return [{"slot": slot, "whole": slot.whole, **{source: slot.answered(source) for source in SHARES}} for slot in reversed(slots)]
