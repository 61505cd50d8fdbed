"""When commitments are checked later, how many are drawn by lot, and how long those who decide may take: the city's settings."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from storage.problem import N_

if TYPE_CHECKING:
    from cases.calendar.deadlines import Calendar, Span  # it holds the holidays of the world, which a command's settings need not

RULE = N_("the text of the commitment that was signed")


@dataclass(frozen=True, slots=True)
class RecheckRules:
    """`hours` is the calm window of a working day in which checks are asked, `at_once` how many a minute.

    `objection_rule` is where the days of an objection stand, as an English msgid or in a city's words: shown beside them. The days
    themselves are those that the person was told at the signing. All other days are working days.
    """

    hours: "Span" = (14, 30, 16, 30)
    at_once: int = 5
    tell_days: int = 5  # to hand over the letter to whom it is about
    decide_days: int = 10  # to decide, after the objection or the end of the time for one
    objection_rule: str = RULE
    lot_share: float = 0.05
    lot_least: int = 3
    lot_most: int = 200
    lot_days: int = 15  # to inspect what was drawn

    def is_calm(self, now: datetime, calendar: "Calendar") -> bool:
        """Whether checks are asked at this moment."""
        local = now.astimezone(calendar.zone)
        begin, end = self.hours[:2], self.hours[2:]
        return calendar.is_working(local.date()) and begin <= (local.hour, local.minute) < end


def today_began(now: datetime, calendar: "Calendar") -> datetime:
    """Midnight at the offices: who was urged since then was urged today."""
    return datetime.combine(calendar.day_at(now), time(), calendar.zone)


USUAL_RECHECKS = RecheckRules()
