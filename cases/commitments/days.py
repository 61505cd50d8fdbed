"""The days of a commitment: until when a paper may follow, when people are reminded, when the clock looks. Pure."""

from datetime import date, datetime, time, timedelta

from cases.calendar.deadlines import Calendar
from cases.commitments.commitment import Commitment, PaperState

REMIND_BEFORE = 3  # working days before the day
REMIND, DUE, MISSED, EXPIRE = "remind", "due", "missed", "expire"  # what the clock looks for


def working_day(calendar: Calendar, day: date) -> date:
    """The day itself where the offices are open, else the next on which they are (Civil Code, article 203)."""
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day


def latest_day(calendar: Calendar, today: date, working_days: int) -> date:
    """The last of so many working days; today is day zero."""
    return calendar.day_at(calendar.add_working_days(today, working_days).at)


def opening(calendar: Calendar, day: date) -> datetime:
    """When the offices open on this day, or on the next on which they do."""
    return calendar.next_opening(datetime.combine(day, time(), calendar.zone))


def closing(calendar: Calendar, day: date) -> datetime:
    """When the offices close on this working day."""
    return calendar.add_working_days(day - timedelta(days=1), 1).at


def end_of(calendar: Calendar, day: date) -> datetime:
    """The first moment of the day after."""
    return datetime.combine(day + timedelta(days=1), time(), calendar.zone)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last day of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for there in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, there)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def next_look(commitment: Commitment, calendar: Calendar, now: datetime) -> tuple[datetime | None, str]:
    """When the clock looks at a signed commitment next, and for what."""
    if commitment.paper == PaperState.AWAITED and commitment.due_on:
        looks = [
            (opening(calendar, days_before(calendar, commitment.due_on, REMIND_BEFORE)), REMIND),
            (opening(calendar, commitment.due_on), DUE),
            (closing(calendar, commitment.due_on), MISSED),
        ]
        # Whoever signs so late that the first reminder's time is over is reminded on the day.
        return next(((at, what) for at, what in looks if at > now), looks[-1])
    return (end_of(calendar, commitment.counts_until), EXPIRE) if commitment.counts_until else (None, "")


def days_before(calendar: Calendar, day: date, working_days: int) -> date:
    """The working day that lies so many before this one."""
    while working_days:
        day -= timedelta(days=1)
        working_days -= calendar.is_working(day)
    return day
