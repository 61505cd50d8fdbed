"""/lots: the draw of each month for everybody who signed in: sealed secret, lists, seed, rule, result."""

import json
from pathlib import Path as File
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from access.accounts import names_of
from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from cases.rechecks.drawing import Candidate, Inspector, draw
from cases.rechecks.lot import Lot, lots, published
from storage.problem import N_, FieldFault, Problem
from web.context import Context, context_of
from web.downloads import download

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Principal, Depends(Authenticated())]
Month = Annotated[str, Path(pattern=r"^\d{4}-\d{2}$")]
NO_LOT = N_("There is no lot of this month.")
SCRIPT = File(__file__).parent / "recompute_draw.py"


@router.get("/lots")
def list_lots(request: Request, principal: Anybody) -> Response:
    """The newest months."""
    context = context_of(request)
    with context.database.read() as session:
        found = lots(session)
    return context.page(request, "reform/lots.html", principal=principal, lots=found)


@router.get("/lots/recompute_draw.py")
def fetch_script(principal: Anybody) -> Response:
    """The script that works a draw out again: Python alone, nothing of this system."""
    return download(SCRIPT.read_bytes(), "text/x-python; charset=utf-8", SCRIPT.name)


@router.get("/lots/{month}.json")
def fetch_lot(request: Request, month: Month, principal: Anybody) -> Response:
    """Everything that the script needs; the secret only once the draw is made."""
    lot = _lot(context_of(request), month)
    return download(json.dumps(published(lot), ensure_ascii=False, indent=1), "application/json", f"{month}.json")


@router.get("/lots/{month}")
def show_lot(request: Request, month: Month, principal: Anybody) -> Response:
    """The steps of one draw, each with its moment, and what was drawn; drawn here once more from the seed."""
    context = context_of(request)
    lot = _lot(context, month)
    with context.database.read() as session:
        units, names = all_units(session), names_of(session, [who for _, who in lot.drawn])
    candidates, inspectors = [Candidate(*one) for one in lot.candidates], [Inspector(*one) for one in lot.inspectors]
    again = [list(one) for one in draw(lot.seed, candidates, inspectors, lot.size)] if lot.drawn_at else []
    values = {"lot": lot, "units": units, "names": names, "unit_of": {one.number: one.unit for one in candidates}}
    return context.page(request, "reform/lot.html", principal=principal, holds=again == lot.drawn, **values)


def _lot(context: Context, month: str) -> Lot:
    with context.database.read() as session:
        lot = session.get(Lot, month)
    if lot is None:
        raise Problem([FieldFault("month", "unknown", NO_LOT)], 404)
    return lot
