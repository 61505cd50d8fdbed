"""/reform/savings: what was saved in a month, with the rule beside each figure, a chart of twelve months, and the sheet."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from access.units import all_units
from reform.page_frame import Reformer, show
from reform.savings.counting_words import COUNTING
from reform.savings.saved import MONTHS, WAYS, month_before, read_savings
from reform.savings.saving_book import savings_book
from reform.savings.saving_words import CLASS_WORDS, GROUPS
from storage.problem import N_, FieldFault, Problem
from web.charts.chart_response import THEMES, svg_response
from web.charts.drawing import Line, Picture, draw
from web.context import Context, context_of
from web.downloads import XLSX, download

router = APIRouter(include_in_schema=False)
CHART_MONTHS = 12
NO_CHART = N_("There is no such chart.")
NO_DATA = N_("No data")
ROWS = 100  # of a table; the sheet has all


@router.get("/reform/savings")
def show_savings(request: Request, principal: Reformer, month: str = "", by: str = "way") -> Response:
    """One month, added up by way, certificate, asking unit or matter; the last that has ended where none is named."""
    context, group = context_of(request), by if by in GROUPS else "way"
    first = _month(month, context.today())
    kept = [group] if group in ("unit", "matter") else []
    with context.database.read() as session:
        savings, units = read_savings(session, first, first, kept), all_units(session)
    keys = ("way", "subject") if group == "subject" else (group,)
    rows = list(savings.by(*keys).items())
    worth = {(one.way, one.subject): one.worth for one in savings.lines}
    values = {"savings": savings, "units": units, "rows": rows[:ROWS], "more": max(0, len(rows) - ROWS), "worth": worth}
    values |= {"first": first, "ended": first < context.today().replace(day=1), "months": months_until(context.today())}
    values |= {
        "group": group,
        "groups": GROUPS,
        "classes": CLASS_WORDS,
        "counting": COUNTING,
        "catalogue": context.rulebook.catalogue,
    }
    values |= {"by_month": list(_series(context).items())[::-1], "ways": WAYS, "open_counts": context.open_counts}
    return show(request, principal, "savings", **values)


def _month(text: str, today: date) -> date:
    """The month written as YYYY-MM, if it is one that is shown; else the last that has ended."""
    known = {one.strftime("%Y-%m"): one for one in months_until(today)}
    return known.get(text) or month_before(today.replace(day=1))


def months_until(today: date) -> Sequence[date]:
    """The first days of the months that are shown, this one first."""
    return [month_before(today.replace(day=1), back) for back in range(MONTHS)]


def _series(context: Context) -> Mapping[date, Mapping[str, int]]:
    """By month, the oldest first, the journeys saved by each way. Read once for the page and its picture, so that they agree."""
    first = context.today().replace(day=1)

    def read() -> Mapping[date, Mapping[str, int]]:
        with context.database.read() as session:
            savings = read_savings(session, month_before(first, CHART_MONTHS - 1), first, ())
        found = savings.by("month", "way")
        months = [month_before(first, back) for back in reversed(range(CHART_MONTHS))]
        return {month: {way: found[month, way].journeys if (month, way) in found else 0 for way in WAYS} for month in months}

    return context.reports.get(("savings", first), read)


@router.get("/reform/savings/journeys.svg")
def show_chart(request: Request, principal: Reformer, theme: str = "light") -> Response:
    """The journeys saved in twelve months, as a picture."""
    context = context_of(request)
    if theme not in THEMES:
        raise Problem([FieldFault("theme", "unknown", NO_CHART)], 404)
    say, found = partial(context.say, context.locale(request, principal)), _series(context)
    ways = [way for way in WAYS if any(figures[way] for figures in found.values())] or ["check"]
    lines = [Line(say(CLASS_WORDS[way]), [figures[way] for figures in found.values()]) for way in ways]
    return svg_response(draw(Picture("bars", [month.strftime("%Y-%m") for month in found], lines, empty=say(NO_DATA)), theme))


@router.get("/reform/savings.xlsx")
def fetch_savings(request: Request, principal: Reformer, month: str = "") -> Response:
    """One month as a sheet: every unit, matter, way and certificate with its rule."""
    context = context_of(request)
    first, locale = _month(month, context.today()), context.locale(request, principal)
    with context.database.read() as session:
        savings, units = read_savings(session, first, first), all_units(session)
    book = savings_book(savings, units, context.rulebook.catalogue, locale, partial(context.say, locale))
    return download(book, XLSX, f"savings-{first:%Y-%m}.xlsx")
