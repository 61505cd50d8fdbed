"""What commands share that work with the joined house: joining it, a wrong file of its city, and what leads to nobody."""

from collections.abc import Collection
from contextlib import suppress
from typing import NoReturn

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from access.units import Unit
from broker.inbox import rehearse
from cases.calendar.override_days import WrongDay
from cases.catalogue.catalogue import CatalogueProblem
from cases.commitments.wording import WrongWording
from cases.grants.holders import gaps
from cases.grants.pledges import WrongPledge
from deploy.agent.starting import WRONG_CATALOGUE, WRONG_HANDLER, WRONG_SOURCE, WrongFile, odd_handlers
from deploy.assembly import Assembly, assemble
from deploy.cli.starting import end, tell
from deploy.load.certificates import fill
from deploy.operations.secret_keys import WRONG_KEYS, WrongKeyFile
from deploy.schema_version import is_current
from deploy.settings import Settings
from responders.handlers import HandlerProblem
from responders.sources.fault_words import SourceProblem
from storage.problem import N_
from web.languages import say

OLD_TABLES = N_("The database does not have this version's tables. Run hecha migrate.")
WRONG_FILES: dict[type[Exception], str] = {
    CatalogueProblem: WRONG_CATALOGUE,
    WrongDay: "Wrong file of holidays",
    WrongPledge: "Wrong pledge",
    WrongWording: "Wrong wording of commitments",
    HandlerProblem: WRONG_HANDLER,
    SourceProblem: WRONG_SOURCE,
    WrongKeyFile: WRONG_KEYS,
}


def end_saying(locale: str, words: str, **params: object) -> NoReturn:
    """Ends the command with a sentence in the reader's language."""
    end(say(locale, words, **params))


def joined(settings: Settings) -> Assembly:
    """The assembled house; a wrong file ends the command with its name."""
    try:
        return assemble(settings)
    except tuple(WRONG_FILES) as wrong:
        end(WRONG_FILES[type(wrong)], str(wrong))


def fill_or_exit(assembly: Assembly) -> None:
    """Puts the certificates of the files into the directory that are not there yet; a wrong file ends the command with its name."""
    try:
        fill(assembly)
    except CatalogueProblem as wrong:
        end(WRONG_CATALOGUE, str(wrong))


def unit_or_exit(session: Session, code: str) -> Unit:
    """The unit of this code; where there is none the command ends, naming it."""
    return session.get(Unit, code) or end(f"{code}: there is no such unit.")


def ready_or_exit(assembly: Assembly) -> None:
    """Ends the command where the database has not this version's tables or takes nothing: before anything is written elsewhere."""
    if not is_current(assembly.database):
        end_saying(assembly.settings.locale, OLD_TABLES)
    with assembly.database.write() as session:
        rehearse(session, assembly.now())


def check_handlers(settings: Settings, items: Collection[str]) -> None:
    """Names the handler files of a city's own that answer nothing; one that cannot be read ends the command."""
    try:
        odd = odd_handlers(settings, items)
    except WrongFile as wrong:
        end(wrong.kind, str(wrong))
    for words in odd:
        tell(words, "yellow")


def tell_gaps(assembly: Assembly) -> None:
    """Says what leads to nobody: permissions and open cases of units that are not here."""
    with suppress(SQLAlchemyError), assembly.database.read() as session:
        for gap in gaps(session, assembly.rulebook.catalogue, assembly.rulebook.calendar.day_at(assembly.now())):
            tell(say(assembly.settings.locale, gap.message, **gap.params), "yellow")
