"""What every command shares: settings, and how it says what is wrong. Those of the joined house: joining.py."""

from importlib import import_module
from typing import NoReturn

import typer

from deploy.agent.settings import WrongSetting
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
    try:
        settings = read_settings(**given)
    except WrongSetting as wrong:
        end("Wrong setting", str(wrong))
    start_process(settings.log_level)
    return settings
