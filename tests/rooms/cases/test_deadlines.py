"""Deadlines: the named days of the calendar, and properties that hold for every moment."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.calendar.deadlines import Calendar, Due, Override
from cases.calendar.public_days import public_days
from tests.counting import calls_of

CHINA = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar()

# (day, working) as the State Council's notices of each year have it; weekends that work and weekdays that do not.
NOTICES = {
    "2018": "+02-11 +02-24 +04-08 +04-28 +09-29 +09-30 +12-29 -02-15 -02-21 -04-30 -06-18 -12-31",
    "2019": "+02-02 +02-03 +04-28 +05-05 +09-29 +10-12 -02-04 -02-08 -05-02 -05-03 -09-13 -10-07",
    "2020": "+01-19 +04-26 +05-09 +06-28 +09-27 +10-10 -01-31 -05-05 -06-26 -10-08",
    "2021": "+02-07 +02-20 +04-25 +05-08 +09-18 +09-26 +10-09 -02-17 -05-05 -09-20 -10-07",
    "2022": "+01-29 +01-30 +04-02 +04-24 +05-07 +10-08 +10-09 -01-03 -02-04 -04-05 -05-04 -09-12",
    "2023": "+01-28 +01-29 +04-23 +05-06 +06-25 +10-07 +10-08 -01-02 -01-27 -05-03 -06-23 -09-29 -10-06",
    "2024": "+02-04 +02-18 +04-07 +04-28 +05-11 +09-14 +09-29 +10-12 -02-12 -02-16 -04-05 -05-03 -06-10 -09-17 -10-07",
    "2025": "+01-26 +02-08 +04-27 +09-28 +10-11 -01-28 -02-04 -05-05 -06-02 -10-08",
    "2026": "+01-04 +02-14 +02-28 +05-09 +09-20 +10-10 -01-01 -01-02 -02-16 -02-20 -02-23 -04-06 -05-05 -06-19 -09-25 -10-07",
}
MAKE_UP_DAYS = {2018: 7, 2019: 6, 2020: 6, 2021: 7, 2022: 7, 2023: 7, 2024: 8, 2025: 5, 2026: 6}


def at(text: str) -> datetime:
    """A moment on the wall clock of the county."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def wall(due: Due | datetime) -> str:
    moment = due.at if isinstance(due, Due) else due
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("day", "working"),
    [(date.fromisoformat(f"{y}-{d[1:]}"), d[0] == "+") for y, row in NOTICES.items() for d in row.split()],
)
def test_days_named_in_the_notices(day: date, working: bool) -> None:
    """Trap 8: make-up weekends work, bridge days do not."""
    assert CALENDAR.is_working(day) == working


@pytest.mark.parametrize("year", MAKE_UP_DAYS)
def test_no_weekend_works_but_the_named_ones(year: int) -> None:
    """Trap 8: casual holidays of other calendars never come in; each weekend that works is one of the notice's."""
    days = [date(year, 1, 1) + timedelta(n) for n in range(365)]

    assert sum(1 for day in days if day.weekday() >= 5 and CALENDAR.is_working(day)) == MAKE_UP_DAYS[year]
    assert 246 <= sum(map(CALENDAR.is_working, days)) <= 252


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-20 09:00", 30, "2026-11-20 09:30"),
        ("2026-11-20 11:45", 30, "2026-11-20 14:15"),  # over lunch
        ("2026-11-20 12:30", 30, "2026-11-20 14:30"),  # at lunch
        ("2026-11-20 03:00", 30, "2026-11-20 09:00"),  # before opening
        ("2026-11-20 21:00", 30, "2026-11-23 09:00"),  # a Friday night
        ("2026-11-21 10:00", 30, "2026-11-23 09:00"),  # a Saturday
        ("2026-11-20 08:30", 420, "2026-11-20 17:30"),  # exactly a day ends at closing
        ("2026-11-20 08:30", 840, "2026-11-23 17:30"),
        ("2026-11-20 08:30", 210, "2026-11-20 12:00"),  # exactly the morning ends at noon
        ("2026-11-20 17:30", 1, "2026-11-23 08:31"),
        ("2026-02-13 17:00", 60, "2026-02-14 09:00"),  # into a Saturday that works
        ("2026-02-14 17:00", 60, "2026-02-24 09:00"),  # over the Spring Festival of 2026
        ("2025-01-27 17:00", 60, "2025-02-05 09:00"),  # over the Spring Festival of 2025
        ("2026-01-03 12:00", 1, "2026-01-04 08:31"),  # a Sunday that works
        ("2026-09-30 17:29", 2, "2026-10-08 08:31"),  # over the National Day
    ],
)
def test_office_minutes(start: str, minutes: int, due: str) -> None:
    assert wall(CALENDAR.add_office_minutes(at(start), minutes)) == due


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-20 10:10", "2026-11-20 10:10"),
        ("2026-11-20 12:00", "2026-11-20 14:00"),
        ("2026-11-20 17:30", "2026-11-23 08:30"),
        ("2026-02-15 10:00", "2026-02-24 08:30"),
    ],
)
def test_reminders_wait_for_the_next_opening(moment: str, opening: str) -> None:
    """Trap 8: nobody is reminded at midnight or on a holiday."""
    assert wall(CALENDAR.next_opening(at(moment))) == opening


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (at("2026-11-20 16:59"), 1, "2026-11-23 17:30"),
        (at("2026-11-20 23:59"), 3, "2026-11-25 17:30"),
        (date(2026, 9, 30), 3, "2026-10-10 17:30"),  # the make-up Saturday counts
        (date(2026, 2, 15), 1, "2026-02-24 17:30"),
        (date(2025, 12, 31), 1, "2026-01-04 17:30"),  # into the next year, whose first working day is a Sunday
    ],
)
def test_working_days_start_the_day_after_the_request(start: datetime | date, days: int, due: str) -> None:
    """Trap 8: a working day is a day of the calendar until closing, not 24 business hours."""
    assert wall(CALENDAR.add_working_days(start, days)) == due


def test_a_day_of_the_request_is_taken_where_the_office_is() -> None:
    """A request at 01:00 on a Saturday in China is still Friday in UTC; Monday is its first working day all the same."""
    assert wall(CALENDAR.add_working_days(datetime(2026, 11, 20, 17, 0, tzinfo=UTC), 1)) == "2026-11-23 17:30"


def test_overdue_begins_only_after_the_due_moment() -> None:
    due = CALENDAR.add_working_days(date(2026, 11, 20), 1)

    assert not due.overdue(due.at)
    assert due.overdue(due.at + timedelta(microseconds=1))


def test_waiting_is_measured_on_the_same_calendar_as_the_deadline() -> None:
    """Trap 8: what was waited over a weekend counts only as the office counts it."""
    assert CALENDAR.office_minutes_between(at("2026-11-20 17:00"), at("2026-11-23 09:00")) == 60


def test_a_due_date_in_a_year_without_notice_is_provisional() -> None:
    """Trap 8: a request in the last days of 2026 neither fails nor promises what the notice of 2027 may move."""
    due = CALENDAR.add_office_minutes(at("2026-12-31 17:00"), 60)

    assert (wall(due), due.provisional) == ("2027-01-04 09:00", True)
    assert not CALENDAR.add_office_minutes(at("2026-12-31 16:00"), 60).provisional
    assert CALENDAR.is_provisional(2027)
    assert not any(CALENDAR.is_provisional(year) for year in range(2018, 2027))


def test_a_far_year_gives_a_date_and_no_exception() -> None:
    assert CALENDAR.add_working_days(date(2031, 12, 30), 10).provisional


def test_overrides_are_laid_over_the_library_and_a_noticed_year_is_firm() -> None:
    source = "State Council notice 2026-x"
    known = Calendar([Override(date(2027, 1, 2), True, source), Override(date(2027, 1, 4), False, source)], noticed=[2027])

    assert known.is_working(date(2027, 1, 2))
    assert not known.is_working(date(2027, 1, 4))
    assert known.add_office_minutes(at("2026-12-31 17:00"), 60) == Due(at("2027-01-02 09:00").astimezone(UTC), False)


def test_a_single_closed_day_does_not_make_a_year_firm() -> None:
    """A typhoon day is entered long before the notice is out."""
    assert Calendar([Override(date(2027, 7, 1), False, "typhoon")]).is_provisional(2027)


def test_other_office_hours() -> None:
    calendar = Calendar(hours=[(9, 0, 17, 0)])

    assert wall(calendar.add_office_minutes(at("2026-11-20 11:30"), 120)) == "2026-11-20 13:30"


@pytest.mark.parametrize("hours", [[], [(14, 0, 17, 30), (8, 30, 12, 0)], [(8, 30, 12, 0), (11, 0, 17, 0)], [(12, 0, 8, 0)]])
def test_office_hours_that_make_no_sense_are_refused(hours: list[tuple[int, int, int, int]]) -> None:
    with pytest.raises(ValueError, match="office hours"):
        Calendar(hours=hours)


def test_a_moment_without_a_zone_and_time_that_runs_backwards_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.add_office_minutes(datetime(2026, 11, 20, 9, 0), 30)  # noqa: DTZ001
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_office_minutes(at("2026-11-20 09:00"), -1)
    with pytest.raises(ValueError, match="1 or more"):
        CALENDAR.add_working_days(date(2026, 11, 20), 0)


moments = st.datetimes(datetime(2018, 1, 1), datetime(2027, 6, 30), timezones=st.just(CHINA))  # noqa: DTZ001
minutes = st.integers(0, 5000)


@given(moments, minutes, minutes)
def test_more_minutes_are_never_due_earlier(start: datetime, some: int, more: int) -> None:
    first, second = sorted([some, more])

    assert CALENDAR.add_office_minutes(start, first).at <= CALENDAR.add_office_minutes(start, second).at


@given(moments, moments, minutes)
def test_a_later_start_is_never_due_earlier(one: datetime, other: datetime, span: int) -> None:
    first, second = sorted([one, other])

    assert CALENDAR.add_office_minutes(first, span).at <= CALENDAR.add_office_minutes(second, span).at


@given(moments, minutes)
def test_what_is_added_lies_between(start: datetime, span: int) -> None:
    assert CALENDAR.office_minutes_between(start, CALENDAR.add_office_minutes(start, span).at) == span


@given(moments, moments, moments)
def test_spans_add_up(one: datetime, two: datetime, three: datetime) -> None:
    between = CALENDAR.office_minutes_between

    assert between(one, two) + between(two, three) == pytest.approx(between(one, three), abs=1e-6)


@given(moments, minutes)
def test_a_due_moment_lies_within_office_hours(start: datetime, span: int) -> None:
    due = CALENDAR.add_office_minutes(start, span).at.astimezone(CHINA)
    clock = due.hour + due.minute / 60 + due.second / 3600 + due.microsecond / 3.6e9

    assert CALENDAR.is_working(due.date())
    assert 8.5 <= clock <= 12 or 14 <= clock <= 17.5


@settings(max_examples=50)
@given(moments, st.integers(1, 700))
def test_minutes_agree_with_a_count_of_every_minute(start: datetime, span: int) -> None:
    """The slow and plain way: walk minute by minute and count those in which the office is open."""
    start = start.replace(second=0, microsecond=0)
    moment, left = start, span
    while left:
        clock = moment.hour * 60 + moment.minute
        if CALENDAR.is_working(moment.date()) and (510 <= clock < 720 or 840 <= clock < 1050):
            left -= 1
        moment += timedelta(minutes=1)

    assert CALENDAR.add_office_minutes(start, span).at == moment


def test_a_deadline_takes_few_steps() -> None:
    """It runs once for every question."""
    start = at("2026-11-20 16:01")
    CALENDAR.add_office_minutes(start, 120)  # what a year's days are is worked out once

    assert calls_of(lambda: CALENDAR.add_office_minutes(start, 120)) < 60


@pytest.mark.parametrize("year", [1999, 2007, 2020, 2026, 2031])
def test_the_country_that_is_loaded_alone_knows_the_same_days(year: int) -> None:
    whole, alone = country_holidays("CN", years=year), public_days(year)

    assert (dict(alone), alone.weekend_workdays) == (dict(whole), whole.weekend_workdays)
    assert len(alone) > 3
