"""What every decision about a case is made by: the catalogue, the calendar, the pledge, and how watchful the house is."""

from dataclasses import dataclass

from cases.catalogue import Catalogue
from cases.deadlines import Calendar
from cases.pledges import Pledge
from cases.vigilance import DEFAULT, Vigilance


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The city's rules, loaded once at start."""

    catalogue: Catalogue
    calendar: Calendar
    vigilance: Vigilance = DEFAULT
    pledge: Pledge | None = None  # what everybody signs before the first question
