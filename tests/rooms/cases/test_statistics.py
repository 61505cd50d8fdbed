"""How fast and how well it goes: rolled up by the hour, with the hours under way counted live."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from cases.statistics.histogram import Histogram, bucket_of, seconds_of
from cases.statistics.hourly import ASKED, FOLDED, HourlyStatistics, fold, folded_until, histogram, histograms, thin, waiting
from tests.rooms.county import CLERK, GIVEN, MACHINE, MONDAY, PAPER, County


def _a_morning(county: County) -> None:
    """Three answered by machine after 2 seconds; one by a clerk after three hours; one still open."""
    quick, (slow,) = county.ask(3), county.ask()
    county.ask()
    county.later(seconds=2)
    for number in quick:
        county.move(number, "find", MACHINE)
    county.move(slow, "hand_over", MACHINE, finding=PAPER)
    county.later(hours=3)
    county.move(slow, "answer", CLERK, **GIVEN["answer"])


def _all(county: County, **only: str) -> Histogram:
    with county.database.read() as session:
        return histogram(session, MONDAY - timedelta(days=1), county.now + timedelta(hours=1), **only)


def _roll_up(county: County) -> None:
    with county.database.write() as session:
        while fold(session, county.now) or thin(session, county.now):
            pass


def test_what_is_rolled_up_is_what_was_counted_live(county: County):
    """The same figures before and after, and never twice."""
    _a_morning(county)
    live = _all(county)
    assert (live.asked, live.answered, live.on_time) == (5, 4, 4)

    county.later(hours=2)
    _roll_up(county)
    _roll_up(county)

    assert _all(county) == live
    assert _all(county, source="record").answered == 3
    assert _all(county, item="marriage") == Histogram()


def test_the_hour_under_way_is_counted_with_the_rolled_up_ones(county: County):
    county.ask(2)
    county.later(hours=1)
    _roll_up(county)
    county.ask(3)

    assert _all(county).asked == 5
    with county.database.read() as session:
        hours = histograms(session, MONDAY, county.now + timedelta(minutes=1), ("hour", "holder"))
    assert {key: one.asked for key, one in hours.items()} == {
        (MONDAY, "police"): 2,
        (MONDAY + timedelta(hours=1), "police"): 3,
    }


def test_an_hour_is_rolled_up_when_it_has_ended_and_by_one_clock_alone(county: County):
    county.ask()
    noon = MONDAY + timedelta(hours=1)
    with county.database.write() as session:
        assert not fold(session, noon - timedelta(seconds=1))
        assert fold(session, noon)
        assert folded_until(session) == noon
        assert not waiting(session, noon + timedelta(minutes=59))
        assert waiting(session, noon + timedelta(minutes=60))
        assert not fold(session, noon + timedelta(minutes=59))
    with county.database.read() as session:
        assert sorted(row.what for row in session.exec(select(HourlyStatistics))) == [ASKED, FOLDED]


def test_a_house_without_cases_has_nothing_to_roll_up(county: County):
    """Else the clock would look for ever and do nothing else."""
    with county.database.write() as session:
        assert not waiting(session, MONDAY)
        assert not fold(session, MONDAY)
    county.ask()
    with county.database.read() as session:
        assert not waiting(session, MONDAY + timedelta(minutes=30))


def test_old_hours_are_put_together_to_days_and_say_the_same(county: County):
    """After three days one line a day is left of what was a line an hour."""
    _a_morning(county)
    county.ask()
    county.later(hours=2)
    _roll_up(county)
    before, lines = _all(county), _lines(county)

    county.later(days=2)
    _roll_up(county)
    assert _lines(county) == lines
    county.later(days=2)
    _roll_up(county)

    assert _all(county) == before
    assert _lines(county) < lines
    assert set(_hours(county)) == {MONDAY.replace(hour=16) - timedelta(days=1)}
    with county.database.write() as session:
        assert not thin(session, county.now)


def _hours(county: County) -> list[datetime]:
    with county.database.read() as session:
        return list(session.exec(select(HourlyStatistics.hour).where(col(HourlyStatistics.what).in_((ASKED, "answered")))))


def _lines(county: County) -> int:
    return len(_hours(county))


def test_medians_are_near_the_truth(county: County):
    """Within the width of a bucket: 12 %."""
    _a_morning(county)
    figures = _all(county)
    assert figures.median == pytest.approx(2, rel=0.12)
    assert figures.ninety == pytest.approx(3 * 3600 + 2, rel=0.12)
    assert figures.on_time_rate == 1.0
    assert (Histogram().median, Histogram().on_time_rate) == (None, None)


@pytest.mark.parametrize("seconds", [0.0, 0.1, 1.0, 59.0, 3600.0, 864000.0])
def test_a_bucket_holds_the_time_it_is_made_for(seconds: float):
    assert seconds_of(bucket_of(seconds)) == pytest.approx(max(seconds, 0.1), rel=0.12)
