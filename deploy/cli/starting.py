"""What every command shares: settings, the assembled house, starting and stopping its parts."""

import resource
import signal
import threading
from typing import NoReturn

import typer
from rich.console import Console

from administrators.running.process_heartbeats import HeartbeatWriter
from cases.catalogue.catalogue import CatalogueProblem
from deploy.assembly import Assembly, assemble
from deploy.logs import start_logs
from deploy.operations.secret_keys import WrongKeyFile
from deploy.running import Running
from deploy.serving import Taken, check_free
from deploy.settings import Settings, WrongSetting, read_settings
from storage.json import Json
from web.languages import say

console = Console(stderr=True)
ELSEWHERE = "HECHA_HTTP=127.0.0.1:PORT chooses another port, HECHA_SMS_URL=http://127.0.0.1:PORT that of the phones."


def end(words: str) -> NoReturn:
    """Ends the command with these words."""
    console.print(words, highlight=False)
    raise typer.Exit(2)


def end_plainly(words: str) -> NoReturn:
    """The same with words from elsewhere, whatever brackets stand in them."""
    console.print(words, highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(2)


def end_saying(locale: str, words: str, **params: object) -> NoReturn:
    """The same, with a sentence in the reader's language."""
    end(f"[red]{say(locale, words, **params)}[/red]")


def settings_or_exit(**given: object) -> Settings:
    """The settings; a wrong one ends the command with its name and what would be right."""
    try:
        settings = read_settings(**given)
    except WrongSetting as wrong:
        end(f"[red]Wrong setting[/red]\n{wrong}")
    start_logs(settings.log_level)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what a process held of people and keys shall not lie in a file
    return settings


def joined(settings: Settings) -> Assembly:
    """The assembled house; a wrong catalogue file ends the command with its name."""
    try:
        return assemble(settings)
    except CatalogueProblem as wrong:
        end(f"[red]Wrong catalogue file[/red]\n{wrong}")
    except WrongKeyFile as wrong:
        end(f"[red]Wrong key file[/red]\n{wrong}")


def beats_of(assembly: Assembly, command: str, running: Running) -> HeartbeatWriter:
    """Writes down every few seconds that this process lives, and what ails its parts."""
    return HeartbeatWriter(assembly, command, running.parts, running.is_failing)


def free_or_exit(*addresses: str | None) -> None:
    """Ends the command where somebody listens at one of these addresses already: most likely Hecha itself."""
    try:
        check_free(addresses)
    except Taken as taken:
        end(f"[red]{taken} is in use.[/red] Does Hecha run already? {ELSEWHERE}")


def run_until_stopped(running: Running, parts: Json) -> None:
    """Runs the parts until Ctrl-C or SIGTERM, then stops them cleanly."""
    asked = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: asked.set())
    running.start(parts)
    asked.wait()
    running.end()
