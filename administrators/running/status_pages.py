"""/admin, /admin/agents, /admin/timers, /admin/health, /admin/changes: status pages that refresh themselves."""

import platform
from importlib import metadata
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import col, select

from access.units import all_units
from administrators.changes import all_changes
from administrators.page_frame import Admin, show
from administrators.running.house_health import is_deaf
from administrators.running.process_heartbeats import all_heartbeats, is_late
from administrators.running.status import SHOWN, needs, on_their_way, signals
from administrators.running.trail_status import trail_status
from cases.agents import agent_statuses
from cases.auditor import unwatched, unwatched_cases
from cases.grants.holders import gaps
from cases.trail.checkpoint_copies import written
from cases.trail.checkpoints import Checkpoint
from contacts.alerts.texting_status import read_texting_status
from web.context import Context, context_of
from web.downloads import download

router = APIRouter(include_in_schema=False)


@router.get("/admin")
def show_overview(request: Request, principal: Admin) -> Response:
    """What somebody should look at, and what was changed last."""
    context = context_of(request)
    with context.database.read() as session:
        found = signals(session, context.now(), context.today(), context.depths(), context.rulebook.catalogue)
        changes, units = all_changes(session, at_most=8), all_units(session)
    found.sort(key=lambda signal: ("late", "urgent", "good").index(signal.tone))
    return show(request, principal, "overview", signals=found, changes=changes, units=units, catalogue=context.rulebook.catalogue)


@router.get("/admin/changes")
def show_changes(request: Request, principal: Admin, kind: str = "", who: str = "", before: int = 0) -> Response:
    """Everything that administrators changed, newest first, by kind and person."""
    with context_of(request).database.read() as session:
        found, units = all_changes(session, kind[:16], who.strip()[:64], before, at_most=51), all_units(session)
    named = {"units": units, "catalogue": context_of(request).rulebook.catalogue}
    named |= {"changes": found[:50], "following": found[49].id if len(found) > 50 else 0}
    return show(request, principal, "changes", **named, kind=kind, who=who, before=before)


@router.get("/admin/agents")
def show_agents(request: Request, principal: Admin) -> Response:
    """The machine of each answering unit: whether it lives, what it answers, and what waits for it."""
    context = context_of(request)
    with context.database.read() as session:
        found = agent_statuses(session, context.now())
    held: dict[str, list[Any]] = {one.unit.code: [] for one in found}
    for item in context.rulebook.catalogue.items.values():
        held.setdefault(item.holder, []).append(item)
    return show(request, principal, "agents", machines=found, held=held, depths=context.depths(), deaf=is_deaf(context.health()))


@router.get("/admin/timers")
def show_timers(request: Request, principal: Admin) -> Response:
    """When the clock beat, what it will look at, and the cases that it should have looked at."""
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        clocks = [beat for beat in all_heartbeats(session) if beat.part == "clock"]
        values = {"needs": needs(session), "late": unwatched_cases(session, now, SHOWN), "unwatched": unwatched(session, now)}
        units = all_units(session)
    year = context.today().year
    provisional = [one for one in (year, year + 1) if context.rulebook.calendar.is_provisional(one)]
    clocks_late = [(beat, is_late(beat, now)) for beat in clocks]
    return show(request, principal, "timers", **values, clocks=clocks_late, units=units, provisional=provisional)


@router.get("/admin/health")
def show_health(request: Request, principal: Admin) -> Response:
    """Processes and their parts, queues, database and settings; no secret among them."""
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        beats = sorted(
            ((beat, is_late(beat, now)) for beat in all_heartbeats(session)), key=lambda one: not one[1] and one[0].healthy
        )
        letters, texts = on_their_way(session)
        trail, texting = trail_status(session, now), read_texting_status(session)
        nobody = gaps(session, context.rulebook.catalogue, context.today())
    depths, health = context.depths(), context.health()
    values = {
        "beats": beats,
        "letters": letters,
        "texts": texts,
        "texting": texting,
        "trail": trail,
        "lines": health,
        "gaps": nobody,
        "depths": sorted(depths.items(), key=lambda one: (-one[1], one[0])),
    }
    return show(request, principal, "health", **values, facts=_facts(context), current=context.is_current())


@router.get("/admin/checkpoints.jsonl")
def fetch_checkpoints(request: Request, principal: Admin) -> Response:
    """Every checkpoint of the trail, a line each, for keeping where nobody of this house can change it."""
    with context_of(request).database.read() as session:
        found = session.exec(select(Checkpoint).order_by(col(Checkpoint.number))).all()
    text = "".join(f"{written(checkpoint)}\n" for checkpoint in found)
    return download(text, "application/jsonl", "checkpoints.jsonl")


def _facts(context: Context) -> dict[str, str]:
    """How this process is set up, without passwords or addresses with passwords in them."""
    database = "SQLite" if context.database.sqlite else "PostgreSQL"
    return {"version": metadata.version("hecha"), "python": platform.python_version(), "database": database, **context.facts}
