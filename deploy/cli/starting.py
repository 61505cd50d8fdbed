"""What every command shares: settings, the assembled house, starting and stopping its parts."""

import resource
import signal
import threading
from collections.abc import Collection
from contextlib import suppress
from typing import NoReturn

import structlog
import typer
from sqlalchemy.exc import SQLAlchemyError

from administrators.running.process_heartbeats import HeartbeatWriter
from cases.calendar.override_days import WrongDay
from cases.catalogue.catalogue import CatalogueProblem
from cases.grants.holders import gaps
from cases.grants.pledges import WrongPledge
from deploy.assembly import Assembly, assemble
from deploy.cli.command_troubles import trouble_line
from deploy.logs import start_logs
from deploy.operations.consoles import open_console
from deploy.operations.secret_keys import WrongKeyFile
from deploy.running import Running
from deploy.serving import Taken, check_free
from deploy.settings import Settings, WrongSetting, read_settings
from responders.handlers import HandlerProblem, misnamed
from storage.json import Json
from web.languages import say

console = open_console(stderr=True)
log = structlog.get_logger()
WRONG_FILES: dict[type[Exception], str] = {
    CatalogueProblem: "Wrong catalogue file",
    WrongDay: "Wrong file of holidays",
    WrongPledge: "Wrong pledge",
    HandlerProblem: "Wrong handler file",
    WrongKeyFile: "Wrong key file",
}
ELSEWHERE = "HECHA_HTTP=127.0.0.1:PORT chooses another port, HECHA_SMS_URL=http://127.0.0.1:PORT that of the phones."


def end(words: str, told: str = "") -> NoReturn:
    """Ends the command with these words, and below them what else is to be told; both may hold anything."""
    console.print(words, style="red")
    if told:
        console.print(told)
    raise typer.Exit(2)


def end_saying(locale: str, words: str, **params: object) -> NoReturn:
    """The same, with a sentence in the reader's language."""
    end(say(locale, words, **params))


def end_by(error: Exception) -> NoReturn:
    """Ends the command with the line that this error leaves; at the log level debug all of it is shown too."""
    log.debug("command_failed", exc_info=error)
    end(trouble_line(error))


def settings_or_exit(**given: object) -> Settings:
    """The settings; a wrong one ends the command with its name and what would be right."""
    try:
        settings = read_settings(**given)
    except WrongSetting as wrong:
        end("Wrong setting", str(wrong))
    start_logs(settings.log_level)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what a process held of people and keys shall not lie in a file
    return settings


def joined(settings: Settings) -> Assembly:
    """The assembled house; a wrong file ends the command with its name."""
    try:
        return assemble(settings)
    except tuple(WRONG_FILES) as wrong:
        end(WRONG_FILES[type(wrong)], str(wrong))


def check_handlers(settings: Settings, items: Collection[str]) -> None:
    """Names the handler files of a city's own that answer nothing; one that cannot be read ends the command."""
    try:
        odd = misnamed([folder / "handlers" for folder in settings.city_folders], items)
    except HandlerProblem as wrong:
        end(WRONG_FILES[HandlerProblem], str(wrong))
    for words in odd:
        console.print(words, style="yellow")


def tell_gaps(assembly: Assembly) -> None:
    """Says what leads to nobody: permissions and open cases of units that are not here."""
    with suppress(SQLAlchemyError), assembly.database.read() as session:
        for gap in gaps(session, assembly.rulebook.catalogue, assembly.rulebook.calendar.day_at(assembly.now())):
            console.print(say(assembly.settings.locale, gap.message, **gap.params), style="yellow")


def beats_of(assembly: Assembly, command: str, running: Running) -> HeartbeatWriter:
    """Writes down every few seconds that this process lives, and what ails its parts."""
    return HeartbeatWriter(assembly, command, running.parts, running.is_failing)


def free_or_exit(*addresses: str | None) -> None:
    """Ends the command where somebody listens at one of these addresses already: most likely Hecha itself."""
    try:
        check_free(addresses)
    except Taken as taken:
        end(f"{taken} is in use.", f"Does Hecha run already? {ELSEWHERE}")


def run_until_stopped(running: Running, parts: Json) -> None:
    """Runs the parts until Ctrl-C or SIGTERM, then stops them cleanly."""
    asked = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: asked.set())
    running.start(parts)
    asked.wait()
    running.end()
