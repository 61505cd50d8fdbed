"""Assembles a department's agent: the way to its broker, records and letter keys; no database of the house."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Protocol

import structlog

from broker.crypto.envelope import Envelope
from broker.transports.transport import Transport
from cases.catalogue import catalogue
from cases.catalogue.catalogue import CatalogueProblem
from cases.catalogue.item import Item
from deploy.agent import unit_keys
from deploy.agent.settings import AgentSettings, environment
from responders import handlers
from responders.agent.agent import Agent
from responders.agent.record_stores import RecordPlace
from responders.handlers import Handler
from responders.sources.loading import files_of, load_sources

DISTRIBUTIONS = ("hecha", "hecha-agent")  # of which one is installed
log = structlog.get_logger()


class Connect(Protocol):
    """Opens a connection to the broker of the settings."""

    def __call__(self, settings: AgentSettings, envelope: Envelope) -> Transport:
        """One of its own for each thread."""


def make_agent(
    settings: AgentSettings, unit: str, connect: Connect, now: Callable[[], datetime], keys: Path | None = None
) -> Agent:
    """A department's agent: it needs the broker's address, its own records and its file of letter keys, no database of ours.

    Raises SourceProblem where the file of one of its sources is wrong.
    """
    items, known = handlers_of(settings, unit)
    envelope = unit_keys.unit_envelope(keys or unit_keys.key_file(settings, unit), unit, now)
    agent = Agent(unit, lambda: connect(settings, envelope), known, place_of(settings, unit), now, version())
    agent.watch(code for code, item in items.items() if item.holder == unit)
    return agent


def handlers_of(settings: AgentSettings, unit: str) -> tuple[Mapping[str, Item], dict[str, Handler]]:
    """The items, and by item what answers it for this unit: sources before handlers. Raises SourceProblem, HandlerProblem."""
    items = _items(settings.city_folders)
    return items, {**_handlers(settings), **load_sources(settings.city_folders, unit, items, environment())}


def place_of(settings: AgentSettings, unit: str) -> RecordPlace:
    """Where the unit's records are."""
    return RecordPlace(settings.record_folder, _seen(settings, unit))


def version() -> str:
    """Of what is installed here: Hecha, or its agent alone."""
    for name in DISTRIBUTIONS:
        with suppress(metadata.PackageNotFoundError):
            return metadata.version(name)
    return ""


def local_units(settings: AgentSettings, answering: Iterable[str]) -> list[str]:
    """Those of these units whose agents run in this process: their records are, or were, on this machine.

    Records may also be sources, or what a handler of the city's own opens by itself; then it is the unit's letter keys that say
    where it runs.
    """
    known, items = _handlers(settings), _items(settings.city_folders)
    opening = {item.holder for code, item in items.items() if hasattr(known.get(code), "open_records")}

    def is_here(unit: str) -> bool:
        file = (settings.record_folder / f"{unit}.sqlite").exists() or _seen(settings, unit).exists()
        elsewhere = unit in opening or bool(files_of(settings.city_folders, unit))
        return file or (elsewhere and unit_keys.key_file(settings, unit).exists())

    return [unit for unit in answering if is_here(unit)]


def _handlers(settings: AgentSettings) -> dict[str, Handler]:
    return handlers.load([folder / "handlers" for folder in settings.city_folders])


@cache  # as the house's own catalogue it is read once: what is put beside it later counts from the next start
def _items(folders: tuple[Path, ...]) -> Mapping[str, Item]:
    """The items by code. A catalogue that cannot be read stops the house, and no department's agent."""
    try:
        return catalogue.load(folders).items
    except CatalogueProblem as wrong:
        log.warning("records_not_looked_at", why=str(wrong))
        return {}


def _seen(settings: AgentSettings, unit: str) -> Path:
    return settings.home / "records-seen" / f"{unit}.json"
