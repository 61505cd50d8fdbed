"""The doctor: looks at everything an installation needs and says, in plain words, what to mend."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from access import units
from administrators.running.trail_status import trail_status
from broker.crypto.envelope import Plain
from broker.crypto.key_ring import HOUSE
from broker.crypto.letter_keys import known_keys
from broker.transports.transport import TransportError
from cases.auditor import unwatched
from cases.calendar.override_days import WrongDay
from cases.case import Case
from cases.catalogue.catalogue import CatalogueProblem
from cases.grants.holders import gaps
from cases.grants.pledges import WrongPledge
from deploy.assembly import open_rulebook, open_sms
from deploy.migrate import is_current
from deploy.open_transport import open_transport
from deploy.operations.letter_keys import key_file
from deploy.operations.reencryption import left
from deploy.operations.seal_keys import CityKeys
from deploy.operations.secret_keys import open_vault
from deploy.operations.sms_looks import is_simulator, unfilled, wrong_with_texts
from deploy.settings import Settings
from deploy.wall_clock import clock_of
from responders.handlers import HandlerProblem, misnamed
from storage.database import Database
from storage.row_encryption import Misplaced


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: whether it is well, and what was seen or what to do."""

    well: bool
    words: str


def examine(settings: Settings, console: Console) -> bool:
    """Every look in turn; prints a line each; whether all is well."""
    looks: dict[str, Callable[[Settings], Finding]] = {
        "settings": _settings, "home": _home, "texts": _texts, "catalogue": _catalogue, "database": _database, "tables": _tables,
        "broker": _broker, "units": _units, "holders": _holders, "letter keys": _letter_keys,
        "seals": _seals, "at rest": _at_rest, "clock": _clock, "trail": _trail,
    }  # fmt: skip
    well = True
    for name, look in looks.items():
        try:
            found = look(settings)
        except (SQLAlchemyError, OSError) as error:
            found = Finding(False, f"cannot be looked at ({type(error).__name__})")
        mark = ("well   ", "green") if found.well else ("mend   ", "red")
        console.print(Text.assemble(mark, f"{name:11} {found.words}"), soft_wrap=True)
        well = well and found.well
        if not found.well and name == "database":
            break  # what follows stands in it
    return well


def _settings(settings: Settings) -> Finding:
    names = list(unfilled(settings))
    return Finding(not names, f"still as in hecha.env.example: {', '.join(names)}" if names else "every placeholder is filled in")


def _texts(settings: Settings) -> Finding:
    if is_simulator(settings):
        return Finding(True, "go to the simulated phones on this machine: nobody gets one")
    wrong = wrong_with_texts(settings, open_sms(settings))
    return Finding(not wrong, wrong or f"the provider answers at {settings.sms_url}")


def _home(settings: Settings) -> Finding:
    there = settings.home.is_dir()
    return Finding(there, str(settings.home) if there else f"there is no folder {settings.home}: run `hecha migrate`")


def _catalogue(settings: Settings) -> Finding:
    try:
        book = open_rulebook(settings)
        odd = misnamed([folder / "handlers" for folder in settings.city_folders], book.catalogue.items)
    except (CatalogueProblem, WrongDay, WrongPledge, HandlerProblem) as wrong:
        return Finding(False, str(wrong))
    if odd:
        return Finding(False, "; ".join(odd))
    year = clock_of(settings.clock_file)().year
    days = " (holidays of next year not announced yet)" if book.calendar.is_provisional(year + 1) else ""
    return Finding(True, f"{len(book.catalogue.items)} items, {len(book.catalogue.matters)} matters{days}")


def _database(settings: Settings) -> Finding:
    file = make_url(settings.database).database or ""
    if settings.database.startswith("sqlite") and not Path(file).exists():
        return Finding(False, f"there is no file {file}: run `hecha migrate`")
    database = Database(settings.database)
    with database.read() as session:
        session.connection().exec_driver_sql("SELECT 1")
    database.close()
    return Finding(True, "SQLite" if database.sqlite else "PostgreSQL")


def _tables(settings: Settings) -> Finding:
    current = is_current(Database(settings.database))
    return Finding(current, "of this version" if current else "older than this version: run `hecha migrate`")


def _broker(settings: Settings) -> Finding:
    try:
        transport = open_transport(settings, Plain())  # it opens no letter
        transport.declare([])
        dead = transport.depth("dead")
        transport.close()
    except TransportError as error:
        return Finding(False, f"cannot be reached ({type(error).__name__}): look at HECHA_BROKER_URL")
    return Finding(True, f"reachable, {dead} dead letters waiting to be recorded")


def _units(settings: Settings) -> Finding:
    with Database(settings.database).read() as session:
        known = units.all_units(session).values()
    asking, answering = sum(u.asks for u in known), sum(u.answers for u in known)
    words = f"{asking} ask, {answering} answer, {sum(u.supervises for u in known)} supervise"
    return Finding(
        bool(asking and answering), words if known else "none yet: run `hecha load --template FOLDER` and fill the sheets"
    )


def _holders(settings: Settings) -> Finding:
    book, now = open_rulebook(settings), clock_of(settings.clock_file)()
    with Database(settings.database).read() as session:
        found = gaps(session, book.catalogue, book.calendar.day_at(now))
        answering = {unit.code for unit in units.all_units(session).values() if unit.answers}
    idle = sorted({item.holder for item in book.catalogue.items.values()} - answering)
    more = f"; nobody may ask what {', '.join(idle)} would answer" if idle else ""
    if found:
        return Finding(False, " ".join(gap.message.format(**gap.params) for gap in found))
    return Finding(True, f"every permission and open case has a unit that answers{more}")


def _letter_keys(settings: Settings) -> Finding:
    now = clock_of(settings.clock_file)()
    with Database(settings.database).read() as session:
        answering = [unit.code for unit in units.all_units(session).values() if unit.answers]
        owners = {key.owner for key in known_keys(session) if key.counts(now)}
    if HOUSE not in owners or not key_file(settings, HOUSE).exists():
        words = f"missing: {key_file(settings, HOUSE)}" if owners else "none yet: the first start makes them"
        return Finding(not owners, words)
    without = [code for code in answering if code not in owners]
    words = f"people answer alone at {', '.join(without)}: no keys of a machine are known" if without else "every unit's are known"
    return Finding(True, words)


def _seals(settings: Settings) -> Finding:
    missing = CityKeys(settings.home / "keys" / "seals", Database(settings.database)).missing(clock_of(settings.clock_file)())
    words = f"missing here for {', '.join(missing)}: copy keys/seals from the machine with the city's root; see hecha seals"
    return Finding(not missing, words if missing else "every unit that answers can seal its receipts here")


IN_CLEAR = "somebody wrote them who goes around Hecha, and they are refused"


def _at_rest(settings: Settings) -> Finding:
    with Database(settings.database, open_vault(settings)).read() as session:
        try:
            session.exec(select(Case).order_by(col(Case.asked_at).desc()).limit(1)).first()
        except Misplaced:
            return Finding(False, "our keys do not open the newest case: look at HECHA_SECRET_KEYS or keys/secret.keys")
        clear = left(session)
    rows = ", ".join(f"{count} of {table}" for table, count in clear.items())
    return Finding(not clear, f"rows in clear: {rows}; {IN_CLEAR}" if clear else "everything is sealed")


def _clock(settings: Settings) -> Finding:
    with Database(settings.database).read() as session:
        late = unwatched(session, clock_of(settings.clock_file)())
    return Finding(not late, "every open case has its timer" if not late else f"{late} open cases wait: is `hecha clock` running?")


def _trail(settings: Settings) -> Finding:
    with Database(settings.database).read() as session:
        state = trail_status(session, clock_of(settings.clock_file)())
    if state.faults:
        return Finding(False, "was tampered with: run `hecha trail verify`")
    if state.late:
        return Finding(False, "has not been signed for more than an hour: is `hecha clock` running?")
    return Finding(True, "signed, and found whole" if state.verified else "signed, never verified: run `hecha trail verify`")
