"""Joins a department's agent: it needs the broker's address, its own records and its letter keys, no database of ours."""

from collections.abc import Callable
from datetime import datetime
from importlib import metadata
from pathlib import Path

from deploy.open_transport import open_transport
from deploy.operations import letter_keys
from deploy.settings import Settings
from responders import handlers
from responders.agent.agent import Agent


def make_agent(settings: Settings, unit: str, now: Callable[[], datetime], keys: Path | None = None) -> Agent:
    """A department's agent: it needs the broker's address, its own records and its file of letter keys, no database of ours."""
    known = handlers.load([folder / "handlers" for folder in settings.city_folders])
    version = metadata.version("hecha")
    envelope = letter_keys.unit_envelope(keys or letter_keys.key_file(settings, unit), unit, now)
    return Agent(unit, lambda: open_transport(settings, envelope), known, settings.record_folder, now, version)
