"""Assembles a department's agent: broker address, records and letter keys; no database of the house."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib import metadata
from pathlib import Path

import structlog

from cases.catalogue import catalogue
from cases.catalogue.catalogue import CatalogueProblem
from deploy.open_transport import open_transport
from deploy.operations import letter_keys
from deploy.settings import Settings
from responders import handlers
from responders.agent.agent import Agent
from responders.agent.record_stores import RecordPlace
from responders.handlers import Handler

log = structlog.get_logger()


def make_agent(settings: Settings, unit: str, now: Callable[[], datetime], keys: Path | None = None) -> Agent:
    """A department's agent: it needs the broker's address, its own records and its file of letter keys, no database of ours."""
    known = _handlers(settings)
    envelope = letter_keys.unit_envelope(keys or letter_keys.key_file(settings, unit), unit, now)
    place = RecordPlace(settings.record_folder, _seen(settings, unit))
    agent = Agent(unit, lambda: open_transport(settings, envelope), known, place, now, metadata.version("hecha"))
    agent.watch(item for item, holder in _holders(settings.city_folders).items() if holder == unit)
    return agent


def local_units(settings: Settings, answering: Iterable[str]) -> list[str]:
    """Those of these units whose agents run in this process: their records are, or were, on this machine.

    Records may also be what a handler of the city's own opens by itself; then it is the unit's letter keys that say where it runs.
    """
    known = _handlers(settings)
    opening = {holder for item, holder in _holders(settings.city_folders).items() if hasattr(known.get(item), "open_records")}

    def is_here(unit: str) -> bool:
        file = (settings.record_folder / f"{unit}.sqlite").exists() or _seen(settings, unit).exists()
        return file or (unit in opening and letter_keys.key_file(settings, unit).exists())

    return [unit for unit in answering if is_here(unit)]


def _handlers(settings: Settings) -> dict[str, Handler]:
    return handlers.load([folder / "handlers" for folder in settings.city_folders])


@cache  # as the house's own catalogue it is read once: what is put beside it later counts from the next start
def _holders(folders: tuple[Path, ...]) -> Mapping[str, str]:
    """Which unit each item is asked of. A catalogue that cannot be read stops the house, and no department's agent."""
    try:
        return {code: item.holder for code, item in catalogue.load(folders).items.items()}
    except CatalogueProblem as wrong:
        log.warning("records_not_looked_at", why=str(wrong))
        return {}


def _seen(settings: Settings, unit: str) -> Path:
    return settings.home / "records-seen" / f"{unit}.json"
