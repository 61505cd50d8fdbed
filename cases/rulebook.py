"""What every decision about a case is made by: the catalogue and the calendar."""

from dataclasses import dataclass

from cases.catalogue import Catalogue
from cases.deadlines import Calendar


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The city's rules, loaded once at start."""

    catalogue: Catalogue
    calendar: Calendar
