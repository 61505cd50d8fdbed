"""What every command shares: settings, and how it says what is wrong. Those of the joined house: joining.py."""

from collections.abc import Callable
from importlib import import_module
from typing import NoReturn, TypeVar

import typer
from pydantic import ConfigDict

from deploy.agent.settings import AgentSettings, WrongSetting, read
from deploy.logs import start_process
from deploy.settings import Settings, read_settings


def tell(words: str, style: str | None = None) -> None:
    """Says this on standard error, brackets and all. What it is printed with is loaded with the first word: most say none."""
    import_module("deploy.operations.consoles").console.print(words, style=style)


def end(words: str, told: str = "") -> NoReturn:
    """Ends the command with these words, and below them what else is to be told; both may hold anything."""
    tell(words, "red")
    if told:
        tell(told)
    raise typer.Exit(2)


def settings_or_exit(**given: object) -> Settings:
    """The settings; a wrong one ends the command with its name and what would be right."""
    return _begun(lambda: read_settings(**given))


def agent_settings_or_exit(**given: object) -> AgentSettings:
    """Those of an agent, likewise; the house's may stand beside them, and are not looked at."""
    return _begun(lambda: read(_BesideTheHouse, given, Settings.model_fields))


class _BesideTheHouse(AgentSettings):
    model_config = ConfigDict(extra="allow")


Kind = TypeVar("Kind", bound=AgentSettings)


def _begun(reading: Callable[[], Kind]) -> Kind:
    try:
        settings = reading()
    except WrongSetting as wrong:
        end("Wrong setting", str(wrong))
    start_process(settings.log_level)
    return settings
