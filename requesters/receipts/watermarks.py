"""Watermarks: unit, person and time on a shown or printed answer."""

from dataclasses import dataclass
from datetime import datetime

from access.principal import Principal
from access.units import Unit
from web.reader_mark import reader_mark

WIDE_FROM = 0x2E7F  # from here on letters are as wide as they are high


@dataclass(frozen=True, slots=True)
class Mark:
    """Unit, person and time, drawn again and again over an answer."""

    text: str

    @property
    def width(self) -> int:
        """Of one repetition, in pixels of its own drawing."""
        return 56 + sum(15 if ord(letter) > WIDE_FROM else 8 for letter in self.text)


def mark_for(principal: Principal, units: dict[str, Unit], now: datetime) -> Mark:
    """The mark of this reader at this moment."""
    return Mark(reader_mark(principal, units, now))
