"""/month: the monthly report, to read, print or save as PDF."""

from datetime import date
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from storage.json import Json
from storage.problem import FieldFault, Problem
from supervisors.board import board_words
from supervisors.charts.chart_pages import NO_CHART
from supervisors.charts.charts import TITLES, picture, rows_of
from supervisors.charts.month import DECISIONS, Month, first_of, month_after, month_before, read_month
from web.charts.chart_response import THEMES, svg_response
from web.charts.drawing import draw
from web.context import Context, context_of

router = APIRouter(include_in_schema=False)
Watcher = Annotated[Principal, Depends(Authenticated("supervisor", "admin"))]
EVERY = 3  # each third day is written under a chart
WORDS = {"words_of": board_words, "titles": TITLES, "decisions": DECISIONS}


@router.get("/month")
def show_month(request: Request, principal: Watcher, month: str = "") -> Response:
    """The report of a month (YYYY-MM); of this month without one."""
    context = context_of(request)
    return context.page(request, "supervisors/month.html", principal=principal, **_values(context, month))


def _values(context: Context, text: str) -> Json:
    now, book = context.now(), context.rulebook
    first = first_of(text, now, book.calendar)
    month = _month(context, first)
    with context.database.read() as session:
        units = all_units(session)
    after = month_after(first)
    turns = {"before": month_before(first), "after": after if after <= book.calendar.day_at(now) else None}
    return {"month": month, "units": units, "catalogue": book.catalogue, "rows": rows_of(month.days), **turns, **WORDS}


def _month(context: Context, first: date) -> Month:
    """Read once for the page and its pictures, so that they agree."""

    def read() -> Month:
        with context.database.read() as session:
            return read_month(session, first, context.now(), context.rulebook.calendar)

    return context.reports.get(("month", first), read)


@router.get("/month/{kind}.svg")
def show_chart(request: Request, principal: Watcher, kind: str, month: str = "", theme: str = "light") -> Response:
    """One chart of the month, day by day."""
    context, now = context_of(request), context_of(request).now()
    if kind not in TITLES or theme not in THEMES:
        raise Problem([FieldFault("kind", "no_chart", NO_CHART)], 404)
    days = _month(context, first_of(month, now, context.rulebook.calendar)).days
    return svg_response(draw(picture(kind, days, partial(context.say, context.locale(request, principal))), theme, EVERY))
