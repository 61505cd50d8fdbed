"""Rounds: the house and its peers measured in turns on one machine, never at the same time, and the median of their ratios."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

Measured = TypeVar("Measured")


def in_turns(rounds: int, measures: Mapping[str, Callable[[], Measured]]) -> dict[str, list[Measured]]:
    """Each is measured once a round; every second round begins at the other end, so that who goes first changes."""
    found: dict[str, list[Measured]] = {name: [] for name in measures}
    for n in range(rounds):
        for name in list(measures)[:: -1 if n % 2 else 1]:
            found[name].append(measures[name]())
    return found


def ratio(house: Sequence[float], peer: Sequence[float]) -> float:
    """The median of the rounds' ratios: what disturbed one round disturbed both in it."""
    return statistics.median(ours / theirs for ours, theirs in zip(house, peer, strict=True))


def spread(values: Sequence[float], unit: str, digits: int = 0) -> str:
    """The median, and the lowest and highest."""
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:,.{digits}f} {unit} ({low:,.{digits}f}–{high:,.{digits}f})"
