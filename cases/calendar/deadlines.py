"""When an answer is due: office hours and working days; whether a year's holidays are announced yet."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cases.calendar.public_days import public_days

Span = tuple[int, int, int, int]  # from hour, minute, to hour, minute
HOURS: tuple[Span, ...] = ((8, 30, 12, 0), (14, 0, 17, 30))
MINUTE = 60_000_000  # the unit below is the microsecond: whole numbers, so that adding and taking away agree exactly


@dataclass(frozen=True, slots=True)
class Due:
    """A moment (UTC) until which something is in time. `provisional`: it rests on a year whose holiday notice is not out."""

    at: datetime
    provisional: bool = False

    def overdue(self, now: datetime) -> bool:
        """True only after the moment: at the moment itself the answer is still in time."""
        return now > self.at


@dataclass(frozen=True, slots=True)
class Override:
    """A day that differs from what the library knows, and the document that says so."""

    day: date
    working: bool
    source: str


@dataclass(frozen=True, slots=True)
class Year:
    """The working days of one year as ordinals, in order. `noticed`: the State Council's notice for it is known."""

    days: tuple[int, ...]
    noticed: bool


class Calendar:
    """Office time in one place. Years are worked out when first met and kept; safe to share between threads.

    `overrides` are laid over the library. `noticed` names years whose notice stands in the overrides as a whole; the years
    for which the library knows make-up weekends count as noticed by themselves.
    """

    def __init__(
        self,
        overrides: Iterable[Override] = (),
        hours: Collection[Span] = HOURS,
        zone: str = "Asia/Shanghai",
        noticed: Collection[int] = (),
    ) -> None:
        """Raises ValueError for hours that overlap, run backwards or are not there at all."""
        self.zone = ZoneInfo(zone)
        self._overrides = {override.day: override.working for override in overrides}
        self._noticed = frozenset(noticed)
        self._spans = read_hours(hours)
        self._day_length = sum(end - start for start, end in self._spans)
        self._years: dict[int, Year] = {}

    def day_at(self, moment: datetime) -> date:
        """The day that it is then at the offices."""
        return moment.astimezone(self.zone).date()

    def is_working(self, day: date) -> bool:
        """Whether offices are open on this day."""
        days, ordinal = self._year(day.year).days, day.toordinal()
        at = bisect_left(days, ordinal)
        return at < len(days) and days[at] == ordinal

    def is_provisional(self, year: int) -> bool:
        """Whether the holiday notice of this year is still to come, so that what is due in it may move."""
        return not self._year(year).noticed

    def add_office_minutes(self, start: datetime, minutes: int) -> Due:
        """The moment after so many office minutes; minutes that fill a day end at its closing. None give the next opening.

        Raises ValueError for a negative number and for a `start` without a time zone.
        """
        if minutes <= 0:
            if minutes < 0:
                raise ValueError("minutes must not be negative")
            return self._opening(start)
        year, index, spent = self._position(start)
        days, rest = divmod(spent + minutes * MINUTE, self._day_length)
        if rest:
            return self._due(year, index + days, self._ending(rest))
        return self._due(year, index + days - 1, self._spans[-1][1])

    def next_opening(self, at: datetime) -> datetime:
        """The same moment within office hours, else the next opening (UTC). The closing moment itself is outside."""
        return self._opening(at).at

    def add_working_days(self, start: datetime | date, days: int) -> Due:
        """The closing time of the last of so many working days; the day of the request is day zero.

        Where there are business hours, the last day ends when they end (Civil Code, article 203). Raises ValueError below 1.
        """
        if days < 1:
            raise ValueError("days must be 1 or more")
        first = self._local(start).date() if isinstance(start, datetime) else start
        index = bisect_right(self._year(first.year).days, first.toordinal())
        return self._due(first.year, index + days - 1, self._spans[-1][1])

    def office_minutes_between(self, start: datetime, end: datetime) -> float:
        """Office minutes from one moment to another; negative where `end` is the earlier."""
        if end < start:
            return -self.office_minutes_between(end, start)
        year, first, spent = self._position(start)
        last_year, last, spent_last = self._position(end)
        days = sum(len(self._year(each).days) for each in range(year, last_year)) + last - first
        return (days * self._day_length + spent_last - spent) / MINUTE

    def _position(self, moment: datetime) -> tuple[int, int, int]:
        """The year, the index in it of this working day (or of the next one), and the office time already spent of that day."""
        local = self._local(moment)
        days, ordinal = self._year(local.year).days, local.toordinal()
        index = bisect_left(days, ordinal)
        if index == len(days) or days[index] != ordinal:
            return local.year, index, 0
        clock = since_midnight(local)
        return local.year, index, sum(min(clock, end) - begin for begin, end in self._spans if clock > begin)

    def _opening(self, moment: datetime) -> Due:
        year, index, spent = self._position(moment)
        for begin, end in self._spans:
            if spent < end - begin:
                return self._due(year, index, begin + spent)
            spent -= end - begin
        return self._due(year, index + 1, self._spans[0][0])

    def _ending(self, spent: int) -> int:
        """The time of day at which so much office time of a day is spent; at the end of a span, not at the start of the next."""
        for begin, end in self._spans:
            if spent <= end - begin:
                return begin + spent
            spent -= end - begin
        raise AssertionError("more than a day")

    def _due(self, year: int, index: int, clock: int) -> Due:
        """The moment on the working day with this index, counted from the first of `year` and on into the years after it."""
        table = self._year(year)
        noticed = table.noticed
        while index >= len(table.days):
            index -= len(table.days)
            year += 1
            table = self._year(year)
            noticed = noticed and table.noticed
        midnight = datetime.combine(date.fromordinal(table.days[index]), time(), self.zone)
        return Due((midnight + timedelta(microseconds=clock)).astimezone(UTC), not noticed)

    def _local(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return moment.astimezone(self.zone)

    def _year(self, year: int) -> Year:
        if (known := self._years.get(year)) is None:
            known = self._years[year] = self._read_year(year)
        return known

    def _read_year(self, year: int) -> Year:
        library = public_days(year)
        days = (date(year, 1, 1) + timedelta(n) for n in range(date(year, 12, 31).timetuple().tm_yday))
        working = tuple(day.toordinal() for day in days if self._overrides.get(day, library.is_working_day(day)))
        # The library's set always holds a few days of other years, also for years that it knows nothing about.
        noticed = year in self._noticed or any(day.year == year for day in library.weekend_workdays)
        return Year(working, noticed)


def read_hours(hours: Collection[Span]) -> tuple[tuple[int, int], ...]:
    """Spans of the day in microseconds after midnight. Raises ValueError where they overlap, run backwards or are none."""
    spans = tuple((since_midnight(time(a, b)), since_midnight(time(c, d))) for a, b, c, d in hours)
    edges = [edge for span in spans for edge in span]
    if not edges or edges != sorted(set(edges)):
        raise ValueError("office hours must be spans (from hour, minute, to hour, minute) that follow each other in the day")
    return spans


def since_midnight(clock: datetime | time) -> int:
    """Microseconds of the day."""
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond
