"""What runs, in the browser: the overview, agents, timers and health. The pages look again by themselves."""

import platform
from importlib import metadata
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import col, select

from access.units import all_units
from administrators.changes import all_changes
from administrators.page_frame import Admin, show
from administrators.running.process_heartbeats import all_beats, is_late
from administrators.running.status import SHOWN, needs, on_their_way, signals
from administrators.running.trail_status import trail_state
from cases.agents import machines
from cases.auditor import unwatched, unwatched_cases
from cases.trail.checkpoint_copies import written
from cases.trail.checkpoints import Checkpoint
from web.context import House, house_of
from web.downloads import download

router = APIRouter(include_in_schema=False)


@router.get("/admin")
def show_overview(request: Request, visitor: Admin) -> Response:
    """What somebody should look at, and what was changed last."""
    house = house_of(request)
    with house.database.read() as session:
        found = signals(session, house.now(), house.today())
        changes = all_changes(session, at_most=8)
    found.sort(key=lambda signal: ("late", "urgent", "good").index(signal.tone))
    return show(request, visitor, "overview", signals=found, changes=changes)


@router.get("/admin/changes")
def show_changes(request: Request, visitor: Admin, kind: str = "", who: str = "", before: int = 0) -> Response:
    """Everything that administrators changed, newest first, by kind and person."""
    with house_of(request).database.read() as session:
        found = all_changes(session, kind[:16], who.strip()[:64], before, at_most=51)
    following = found[49].id if len(found) > 50 else 0
    return show(request, visitor, "changes", changes=found[:50], following=following, kind=kind, who=who, before=before)


@router.get("/admin/agents")
def show_agents(request: Request, visitor: Admin) -> Response:
    """The machine of each answering unit: whether it lives, what it answers, and what waits for it."""
    house = house_of(request)
    with house.database.read() as session:
        found = machines(session, house.now())
    held: dict[str, list[Any]] = {one.unit.code: [] for one in found}
    for item in house.rulebook.catalogue.items.values():
        held.setdefault(item.holder, []).append(item)
    return show(request, visitor, "agents", machines=found, held=held, depths=house.depths())


@router.get("/admin/timers")
def show_timers(request: Request, visitor: Admin) -> Response:
    """When the clock beat, what it will look at, and the cases that it should have looked at."""
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        clocks = [beat for beat in all_beats(session) if beat.part == "clock"]
        values = {"needs": needs(session), "late": unwatched_cases(session, now, SHOWN), "unwatched": unwatched(session, now)}
        units = all_units(session)
    year = house.today().year
    provisional = [one for one in (year, year + 1) if house.rulebook.calendar.is_provisional(one)]
    clocks_late = [(beat, is_late(beat, now)) for beat in clocks]
    return show(request, visitor, "timers", **values, clocks=clocks_late, units=units, provisional=provisional)


@router.get("/admin/health")
def show_health(request: Request, visitor: Admin) -> Response:
    """Processes and their parts, queues, database and settings; no secret among them."""
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        beats = sorted(((beat, is_late(beat, now)) for beat in all_beats(session)), key=lambda one: not one[1] and one[0].healthy)
        letters, texts = on_their_way(session)
        trail = trail_state(session, now)
    depths = house.depths()
    values = {
        "beats": beats,
        "letters": letters,
        "texts": texts,
        "trail": trail,
        "depths": sorted(depths.items(), key=lambda one: (-one[1], one[0])),
    }
    return show(request, visitor, "health", **values, facts=_facts(house), current=house.is_current())


@router.get("/admin/checkpoints.jsonl")
def fetch_checkpoints(request: Request, visitor: Admin) -> Response:
    """Every checkpoint of the trail, a line each, for keeping where nobody of this house can change it."""
    with house_of(request).database.read() as session:
        found = session.exec(select(Checkpoint).order_by(col(Checkpoint.number))).all()
    text = "".join(f"{written(checkpoint)}\n" for checkpoint in found)
    return download(text, "application/jsonl", "checkpoints.jsonl")


def _facts(house: House) -> dict[str, str]:
    """How this process is set up, without passwords or addresses with passwords in them."""
    database = "SQLite" if house.database.sqlite else "PostgreSQL"
    return {"version": metadata.version("hecha"), "python": platform.python_version(), "database": database, **house.facts}
