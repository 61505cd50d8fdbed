"""How many of a source's answers say "none": where that share leaps, the register is believed no more until it was looked after."""

import time
from collections import deque
from collections.abc import Sequence
from typing import NoReturn

from cases.question import Finding, Outcome
from responders.sources.fault_words import away

LATELY, BEFORE = 100, 200  # answers: those that are compared, with at least so many before them
LEAP = 0.5  # by which the share may not grow
REST = 900.0  # seconds for which nothing is answered, where no canary says that the source is well
SAYING = frozenset({Outcome.CONFIRMED, Outcome.CONTRADICTED, Outcome.NO_RECORD})


class NoneShare:
    """The share of one source, for as long as its agent runs."""

    def __init__(self) -> None:
        self._lately: deque[bool] = deque()
        self._asked = self._none = 0  # before those
        self._until: float | None = None

    def check(self) -> None:
        """Raises RecordsAway while the source rests."""
        if self._until is not None and time.monotonic() < self._until:
            raise away("many_none", lately=LATELY)
        self._until = None

    def leaps(self, found: Sequence[Finding]) -> bool:
        """Counts these answers; whether the share has leapt with them."""
        for one in found:
            if one.outcome in SAYING:
                self._lately.append(one.outcome == Outcome.NO_RECORD)
            if len(self._lately) > LATELY:
                self._asked, self._none = self._asked + 1, self._none + self._lately.popleft()
        if len(self._lately) < LATELY or self._asked < BEFORE:
            return False
        return sum(self._lately) / LATELY - self._none / self._asked > LEAP

    def believe(self) -> None:
        """A canary was found: so it is, and counts from now on."""
        self._asked, self._none = self._asked + len(self._lately), self._none + sum(self._lately)
        self._lately.clear()

    def rest(self) -> NoReturn:
        """Nothing is answered for a while. Raises RecordsAway."""
        self._lately.clear()
        self._until = time.monotonic() + REST
        raise away("many_none", lately=LATELY)
