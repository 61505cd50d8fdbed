"""Assembles a department's agent: broker address, records and letter keys; no database of the house."""

from collections.abc import Callable
from datetime import datetime
from importlib import metadata
from pathlib import Path

from deploy.open_transport import open_transport
from deploy.operations import letter_keys
from deploy.settings import Settings
from responders import handlers
from responders.agent.agent import Agent
from responders.agent.record_stores import RecordPlace


def make_agent(settings: Settings, unit: str, now: Callable[[], datetime], keys: Path | None = None) -> Agent:
    """A department's agent: it needs the broker's address, its own records and its file of letter keys, no database of ours."""
    known = handlers.load([folder / "handlers" for folder in settings.city_folders])
    version = metadata.version("hecha")
    envelope = letter_keys.unit_envelope(keys or letter_keys.key_file(settings, unit), unit, now)
    place = RecordPlace(settings.record_folder, settings.home / "records-seen" / f"{unit}.json")
    return Agent(unit, lambda: open_transport(settings, envelope), known, place, now, version)
