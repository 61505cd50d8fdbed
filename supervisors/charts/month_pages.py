"""The month as a report: a page to read, and to print or keep as PDF."""

from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from access.authentication import Door
from access.principal import Visitor
from access.units import all_units
from storage.problem import FieldFault, Problem
from supervisors.board import board_words
from supervisors.charts.chart_pages import NO_CHART, THEMES, svg_response
from supervisors.charts.charts import TITLES, picture, rows_of
from supervisors.charts.drawing import draw
from supervisors.charts.month import DECISIONS, Month, first_of, month_after, month_before, read_month
from web.context import House, house_of

router = APIRouter(include_in_schema=False)
Watcher = Annotated[Visitor, Depends(Door("supervisor", "admin"))]
EVERY = 3  # each third day is written under a chart
WORDS = {"words_of": board_words, "titles": TITLES, "decisions": DECISIONS}


@router.get("/month")
def show_month(request: Request, visitor: Watcher, month: str = "") -> Response:
    """The report of a month (YYYY-MM); of this month without one."""
    house = house_of(request)
    return house.page(request, "supervisors/month.html", visitor=visitor, **_values(house, month))


def _values(house: House, text: str) -> dict[str, Any]:
    now, book = house.now(), house.rulebook
    first = first_of(text, now, book.calendar)
    month = _month(house, first)
    with house.database.read() as session:
        units = all_units(session)
    after = month_after(first)
    turns = {"before": month_before(first), "after": after if after <= book.calendar.day_at(now) else None}
    return {"month": month, "units": units, "catalogue": book.catalogue, "rows": rows_of(month.days), **turns, **WORDS}


def _month(house: House, first: date) -> Month:
    """Read once for the page and its pictures, so that they agree."""

    def read() -> Month:
        with house.database.read() as session:
            return read_month(session, first, house.now(), house.rulebook.calendar)

    return house.reports.get(("month", first), read)


@router.get("/month/{kind}.svg")
def show_chart(request: Request, visitor: Watcher, kind: str, month: str = "", theme: str = "light") -> Response:
    """One chart of the month, day by day."""
    house, now = house_of(request), house_of(request).now()
    if kind not in TITLES or theme not in THEMES:
        raise Problem([FieldFault("kind", "no_chart", NO_CHART)], 404)
    days = _month(house, first_of(month, now, house.rulebook.calendar)).days
    return svg_response(draw(picture(kind, days, partial(house.say, house.locale(request, visitor))), theme, EVERY))
