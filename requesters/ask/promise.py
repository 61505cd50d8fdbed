"""Expected time of an answer, shown before asking: from recent response times and the deadline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from cases.catalogue.item import Item
from cases.question import Source
from cases.rulebook import Rulebook
from cases.statistics import hourly
from cases.statistics.histogram import Histogram

LATELY = (timedelta(days=7), timedelta(days=30))  # the second where the first saw too little
ENOUGH = 20  # answers from which something can be told
FEW = 5  # fewer than these tell no share
OFTEN = 0.05  # a machine that answers less than this is not promised


@dataclass(frozen=True, slots=True)
class Promise:
    """Seconds are medians by the wall clock, shares are 0 to 1; None where nothing was answered in that way lately."""

    due: datetime
    provisional: bool
    day: str  # today, tomorrow, or empty: the day by name
    days: int  # so many days were looked at
    answered: int
    machine_share: float | None
    machine_seconds: float | None
    person_seconds: float | None
    on_time: float | None
    before_records: bool  # the year asked about lies before the electronic records: a person looks

    @property
    def tells(self) -> bool:
        """Whether there were answers enough lately to speak of shares."""
        return self.answered >= FEW

    @property
    def by_machine(self) -> bool:
        """Whether the department's machine is likely to answer."""
        return not self.before_records and (self.machine_share or 0) >= OFTEN


def promise(session: Session, item: Item, urgent: bool, year: int | None, now: datetime, rulebook: Rulebook) -> Promise:
    """What is promised for a question asked now."""
    minutes = item.deadline.urgent_office_minutes if urgent else item.deadline.office_minutes
    due = rulebook.calendar.add_office_minutes(now, minutes)
    span, found = lately(session, item.code, now)
    machine = found.get((Source.RECORD.value,), Histogram())
    people, whole = _sum(found, but=Source.RECORD.value), _sum(found)
    early = year is not None and item.electronic_from is not None and year < item.electronic_from
    return Promise(
        due=due.at, provisional=due.provisional, days=span.days, answered=whole.answered, before_records=early,
        day=_day(rulebook.calendar.day_at(due.at), rulebook.calendar.day_at(now)),
        machine_share=machine.answered / whole.answered if whole.answered else None,
        machine_seconds=machine.median, person_seconds=people.median, on_time=whole.on_time_rate,
    )  # fmt: skip


def lately(session: Session, item: str, now: datetime) -> tuple[timedelta, Mapping[tuple[str, ...], Histogram]]:
    """How far back was looked, and the answers about this item in that time by their source."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    span, found = LATELY[0], dict[tuple[str, ...], Histogram]()
    for span in LATELY:
        # Whole hours are rolled up and cost nothing; the hour that runs is only counted where there is little else to tell.
        for until in (hour, now):
            found = hourly.histograms(session, hour - span, until, ("source",), item=item)
            if sum(spread.answered for spread in found.values()) >= ENOUGH:
                return span, found
    return span, found


def _sum(found: Mapping[tuple[str, ...], Histogram], but: str = "") -> Histogram:
    total = Histogram()
    for (source,), spread in found.items():
        if source != but:
            total.answered += spread.answered
            total.on_time += spread.on_time
            total.buckets.update(spread.buckets)
    return total


def _day(day: date, today: date) -> str:
    return {0: "today", 1: "tomorrow"}.get((day - today).days, "")
