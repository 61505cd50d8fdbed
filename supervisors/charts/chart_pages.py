"""/board/charts: charts by hour, day and month with their tables, for all, a unit or an item."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from storage.problem import N_, FieldFault, Problem
from supervisors.board import board_words
from supervisors.charts.charts import EVERY, SPANS, TITLES, picture, rows_of
from supervisors.charts.series import Only, Slot, Span, series
from web.charts.chart_response import THEMES, svg_response
from web.charts.drawing import draw
from web.context import Context, context_of

router = APIRouter(include_in_schema=False)
Watcher = Annotated[Principal, Depends(Authenticated("supervisor", "admin"))]
NO_CHART = N_("There is no such chart.")


@dataclass(frozen=True, slots=True)
class ChartQuery:
    """What a chart's address asks for: the span, and which unit's and item's cases; a span that is not there means days."""

    span: str = "day"
    holder: str = ""
    item: str = ""

    @property
    def slots_of(self) -> Span:
        """The span."""
        return Span(self.span) if self.span in set(Span) else Span.DAY

    @property
    def only(self) -> Only:
        """What the roll-up is narrowed to."""
        return {name: value for name, value in (("holder", self.holder), ("item", self.item)) if value}

    @property
    def query(self) -> str:
        """The address's end for the pictures."""
        return "&".join(f"{name}={value}" for name, value in {"span": self.slots_of.value, **self.only}.items())


AskedFor = Annotated[ChartQuery, Depends()]


@router.get("/board/charts")
def show_charts(request: Request, principal: Watcher, asked: AskedFor) -> Response:
    """The charts and their tables."""
    context = context_of(request)
    with context.database.read() as session:
        units = all_units(session)
    known = _known(context, asked, units)
    rows = rows_of(_slots(context, known))
    words = {"words_of": board_words, "titles": TITLES, "spans": SPANS}
    values = {"asked": known, "rows": rows, "units": units, "catalogue": context.rulebook.catalogue, **words}
    return context.page(request, "supervisors/charts.html", principal=principal, **values)


@router.get("/board/charts/{kind}.svg")
def show_chart(request: Request, principal: Watcher, kind: str, asked: AskedFor, theme: str = "light") -> Response:
    """One chart as a picture."""
    context = context_of(request)
    if kind not in TITLES or theme not in THEMES:
        raise Problem([FieldFault("kind", "no_chart", NO_CHART)], 404)
    slots = _slots(context, asked)
    say = partial(context.say, context.locale(request, principal))
    return svg_response(draw(picture(kind, slots, say), theme, EVERY[asked.slots_of]))


def _known(context: Context, asked: ChartQuery, units: Collection[str]) -> ChartQuery:
    """What is asked for, without units and items that are not there: what stands in a page's links is ours."""
    holder = asked.holder if asked.holder in units else ""
    return ChartQuery(asked.span, holder, asked.item if asked.item in context.rulebook.catalogue.items else "")


def _slots(context: Context, asked: ChartQuery) -> Sequence[Slot]:
    """Read once for the page and its pictures, so that they agree."""
    now = context.now()

    def read() -> Sequence[Slot]:
        with context.database.read() as session:
            return series(session, asked.slots_of, now, context.rulebook.calendar, asked.only)

    return context.reports.get(("series", asked, now.date(), now.hour), read)
