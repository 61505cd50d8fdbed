"""/admin/catalogue: items, matters and ladders as loaded, and from which file; read only."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import col, func, select

from access.units import all_units
from administrators.page_frame import Admin, known, show
from cases.agents import agent_statuses
from cases.catalogue.catalogue import OURS, Catalogue
from cases.grants.grants import Grant
from storage.problem import N_
from web.context import context_of
from web.words import words

router = APIRouter(include_in_schema=False)
NO_ITEM = N_("There is no such item in the catalogue.")
NO_MATTER = N_("There is no such matter in the catalogue.")
NO_LADDER = N_("There is no such ladder in the catalogue.")


def origin(catalogue: Catalogue, kind: str, code: str) -> tuple[bool, str]:
    """Whether this came with Hecha, and the file: the city's own are named in full."""
    file = catalogue.files.get(f"{kind}/{code}", Path())
    packaged = file.is_relative_to(OURS)
    return packaged, str(file.relative_to(OURS.parents[1])) if packaged else str(file)


@router.get("/admin/catalogue")
def show_catalogue(request: Request, principal: Admin) -> Response:
    """Every item, matter and ladder."""
    context = context_of(request)
    catalogue = context.rulebook.catalogue
    with context.database.read() as session:
        units = all_units(session)
        automatic = {
            (one.unit.code, item) for one in agent_statuses(session, context.now()) if one.machine for item in one.machine.items
        }
    own = sorted(key for key, file in catalogue.files.items() if not file.is_relative_to(OURS))
    return show(request, principal, "catalogue", catalogue=catalogue, units=units, automatic=automatic, own=own)


@router.get("/admin/catalogue/items/{code}")
def show_item(request: Request, code: str, principal: Admin) -> Response:
    """One item: who answers it, what is asked, how long it may take, what may be answered, and who may ask it."""
    context = context_of(request)
    catalogue = context.rulebook.catalogue
    item = known(catalogue.items.get(code), "item", NO_ITEM)
    mine = select(Grant.unit, func.count()).where(Grant.item == code, col(Grant.until) >= context.today())
    with context.database.read() as session:
        units = all_units(session)
        granted = session.exec(mine.group_by(Grant.unit).order_by(Grant.unit).limit(200)).all()
    matters = [matter for matter in catalogue.matters.values() if code in matter.items]
    values: dict[str, Any] = {"item": item, "units": units, "matters": matters, "granted": granted, "catalogue": catalogue}
    return show(request, principal, "item", **values, origin=origin(catalogue, "items", code))


@router.get("/admin/catalogue/matters/{code}")
def show_matter(request: Request, code: str, principal: Admin) -> Response:
    """One matter and the items that it may ask."""
    catalogue = context_of(request).rulebook.catalogue
    matter = known(catalogue.matters.get(code), "matter", NO_MATTER)
    return show(request, principal, "matter", matter=matter, catalogue=catalogue, origin=origin(catalogue, "matters", code))


@router.get("/admin/catalogue/ladders/{code}")
def show_ladder(request: Request, code: str, principal: Admin) -> Response:
    """One ladder: who is told, after how long, until somebody acts."""
    catalogue = context_of(request).rulebook.catalogue
    ladder = known(catalogue.ladders.get(code), "ladder", NO_LADDER)
    used = [item for item in catalogue.items.values() if item.ladder == code]
    values = {"ladder": ladder, "used": used, "rungs": words.RUNGS, "origin": origin(catalogue, "ladders", code)}
    return show(request, principal, "ladder", **values)
