"""Charts: slots of the office's clock, the same from the roll-up as from the cases, and pictures that run nothing."""

import base64
import hashlib
import re
from datetime import date, timedelta
from functools import partial
from html import unescape
from xml.etree import ElementTree

import pytest

from cases.lifecycle import State
from cases.statistics.hourly import fold
from supervisors.charts.charts import TITLES, lasting, picture
from supervisors.charts.series import Slot, Span, days_of_month, series
from tests.kinds import once
from tests.rooms.county import CLERK, CLOCK, MONDAY, County, counted
from tests.routes import RULEBOOK
from web.charts.drawing import between, draw, policy_of, whole_steps
from web.languages import say

CALENDAR = RULEBOOK.calendar


def read(county: County, span: Span, **only: str) -> list[Slot]:
    with county.database.read() as session:
        return series(session, span, county.now, CALENDAR, only)


def fold_all(county: County) -> None:
    with county.database.write() as session:
        while fold(session, county.now):
            pass


@pytest.fixture
def lived(county: County) -> County:
    """Three answers on Monday, one late from the archive on Tuesday."""
    county.asked_into(State.ANSWERED, 3)
    (late,) = county.ask()
    county.now = county.case(late).due_at + timedelta(minutes=30)
    county.move(late, "hand_over", CLOCK)
    county.move(late, "answer", CLERK)
    county.later(minutes=1)
    return county


def test_slots_are_hours_days_and_months_of_the_office(county: County):
    hours, days, months = (read(county, span) for span in Span)

    assert [(slot.stamp, slot.short) for slot in hours][-2:] == [("2026-03-02T08", "08:00"), ("2026-03-02T09", "09:00")]
    assert [(slot.stamp, slot.short) for slot in days][-1] == ("2026-03-02", "03-02")
    assert [slot.stamp for slot in months] == [f"2025-{n:02}" for n in range(4, 13)] + ["2026-01", "2026-02", "2026-03"]
    assert (len(hours), len(days)) == (24, 30)
    assert (months[-2].last, days[-1].last) == (date(2026, 2, 28), date(2026, 3, 2))


@pytest.mark.parametrize("span", Span)
def test_the_roll_up_tells_the_same_as_the_cases(lived: County, span: Span):
    fresh = read(lived, span)
    lived.later(hours=1)
    fold_all(lived)
    lived.now -= timedelta(hours=1)

    assert [(slot.stamp, slot.by_source) for slot in read(lived, span)] == [(slot.stamp, slot.by_source) for slot in fresh]
    assert sum(slot.whole.answered for slot in fresh) == (4 if span != Span.HOUR else 1)


def test_half_rolled_up_half_fresh_counts_each_once(lived: County):
    fold_all(lived)
    lived.asked_into(State.ANSWERED, 2)
    lived.later(seconds=1)
    monday, tuesday = read(lived, Span.DAY)[-2:]

    assert (monday.whole.asked, monday.answered("record"), monday.whole.on_time_rate) == (4, 3, 1.0)
    assert (tuesday.answered("archive"), tuesday.answered("record"), tuesday.whole.on_time) == (1, 2, 2)


def test_a_unit_and_an_item_are_narrowed_to(lived: County):
    assert read(lived, Span.DAY, holder="police", item="kinship")[-1].whole.answered == 1
    assert read(lived, Span.DAY, holder="civil")[-1].whole.answered == 0
    fold_all(lived)
    assert read(lived, Span.DAY, holder="civil")[-2].whole.asked == 0


def test_a_month_is_its_days_up_to_today(lived: County):
    with lived.database.read() as session:
        days = days_of_month(session, date(2026, 3, 1), lived.now, CALENDAR, {})
        before = days_of_month(session, date(2026, 2, 1), lived.now, CALENDAR, {})

    assert [(slot.stamp, slot.whole.answered) for slot in days] == [("2026-03-01", 0), ("2026-03-02", 3), ("2026-03-03", 1)]
    assert (len(before), sum(slot.whole.asked for slot in before)) == (28, 0)


@pytest.mark.parametrize("count", [1, 50])
def test_a_series_costs_as_many_queries_for_any_number(county: County, count: int):
    county.asked_into(State.ANSWERED, count)
    county.later(minutes=1)
    with county.database.read() as session, counted(county.database) as statements:
        series(session, Span.DAY, county.now, CALENDAR, {})

    assert len(statements) <= 6


@once
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("kind", TITLES)
def test_a_picture_runs_nothing_and_its_policy_lets_its_own_style_alone(lived: County, kind: str, locale: str, theme: str):
    svg = draw(picture(kind, read(lived, Span.DAY), partial(say, locale)), theme)
    ElementTree.fromstring(svg)
    (style,) = re.findall(r"<style[^>]*>(.*?)</style>", svg, re.DOTALL)
    allowed = base64.b64encode(hashlib.sha256(unescape(style).encode()).digest()).decode()

    assert not re.search(r'<script|\sstyle="|\son\w+="|href=|url\(|@import', svg)
    assert policy_of(svg) == f"default-src 'none'; style-src 'sha256-{allowed}'"
    assert "03-02" in svg


def test_a_picture_of_nothing_says_so(county: County):
    empty = [Slot("2026-03-02", MONDAY)]

    assert "暂无数据" in draw(picture("speed", empty, partial(say, "zh")))


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0.4 s"), (60, "60 s"), (600, "10 min"), (3600, "60 min"), (7200, "2 h"), (259200, "3 days")]
)
def test_times_are_written_as_they_are_easiest_read(seconds: float, words: str):
    assert lasting(seconds, partial(say, "en")) == words


def test_counts_stand_at_whole_figures() -> None:
    assert [whole_steps(most) for most in (0, 1, 3, 7)] == [[0, 1], [0, 1], [0, 1, 2, 3], [0, 2, 4, 6, 8]]
    assert whole_steps(12345) == [0, 5000, 10000, 15000]


def test_times_stand_between_two_ticks() -> None:
    ticks = (1, 10, 60, 600)
    assert [between(ticks, *pair) for pair in ((2, 3), (0.1, 9), (70, 9000), (10, 10))] == [[1, 10], [1, 10], [60, 600], [10]]
