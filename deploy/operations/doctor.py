"""Doctor: checks everything an installation needs and says what to mend."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.text import Text
from sqlalchemy import inspect, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from access import units
from administrators.running.trail_status import trail_status
from broker.crypto.envelope import Plain
from broker.crypto.key_ring import HOUSE
from broker.crypto.letter_keys import known_keys, writers
from broker.inbox import rehearse
from broker.transports.promises import promise_of
from broker.transports.transport import QueuesDiffer, TransportError
from cases.auditor import unwatched
from cases.calendar.override_days import WrongDay
from cases.case import Case
from cases.catalogue.catalogue import CatalogueProblem
from cases.commitments.wording import WrongWording
from cases.grants.holders import gaps
from cases.grants.pledges import WrongPledge
from cases.notices.outcome_notice import count_given_up
from deploy.agent.unit_keys import key_file
from deploy.assembly import open_rulebook
from deploy.open_transport import open_transport
from deploy.operations.example_settings import look_at_settings
from deploy.operations.finding import Finding
from deploy.operations.open_database import open_database
from deploy.operations.reencryption import left
from deploy.operations.running_looks import tell_what_runs
from deploy.operations.seal_keys import CityKeys
from deploy.operations.secret_keys import open_vault
from deploy.operations.text_looks import look_at_texts
from deploy.schema_version import current_revision, is_current
from deploy.settings import Settings
from deploy.wall_clock import clock_of
from responders.handlers import HandlerProblem, misnamed
from storage.database_troubles import told_by
from storage.row_encryption import Misplaced

POOLER = (
    "a pooler answers that gives a connection for one transaction only, and nobody would hear of changes: "
    "name the server's own address in HECHA_DATABASE_DIRECT_URL"
)


def examine(settings: Settings, console: Console) -> bool:
    """Every look in turn; prints a line each; whether all is well or only wants a look."""
    looks: dict[str, Callable[[Settings], Finding]] = {
        "settings": look_at_settings, "home": _home, "catalogue": _catalogue, "database": _database, "tables": _tables,
        "broker": _broker, "letters": _letters, "units": _units, "holders": _holders, "letter keys": _letter_keys,
        "seals": _seals, "at rest": _at_rest, "clock": _clock, "trail": _trail,
        "texts": look_at_texts, "webhooks": _webhooks, "owners": _owners,
    }  # fmt: skip
    well = True
    for name, look in looks.items():
        try:
            found = look(settings)
        except (SQLAlchemyError, OSError) as error:
            found = Finding(False, told_by(error) or f"cannot be looked at ({type(error).__name__})")
        console.print(Text.assemble(found.mark, f"{name:11} {found.words}"), soft_wrap=True)
        well = well and found.well
        if not found.well and name in ("database", "tables"):
            return False  # what follows stands in them
    return tell_what_runs(settings, console) and well


def _owners(settings: Settings) -> Finding:
    """Whether the parts can read and write what is theirs: a command run as root by an earlier version left files to root."""
    home = settings.home.stat()
    keys = [*(settings.home / "keys").rglob("*"), *settings.home.glob("*.sqlite*")]
    others = [str(path) for path in keys if path.lstat().st_uid != home.st_uid]
    words = f"not of the owner of {settings.home}, who cannot read them: {', '.join(others[:3])}; `chown -R` mends it"
    return Finding(not others, words if others else "keys and databases at home belong to its owner")


def _home(settings: Settings) -> Finding:
    there = settings.home.is_dir()
    return Finding(there, str(settings.home) if there else f"there is no folder {settings.home}: run `hecha migrate`")


def _catalogue(settings: Settings) -> Finding:
    try:
        book = open_rulebook(settings)
        odd = misnamed([folder / "handlers" for folder in settings.city_folders], book.catalogue.items)
    except (CatalogueProblem, WrongDay, WrongPledge, WrongWording, HandlerProblem) as wrong:
        return Finding(False, str(wrong))
    if odd:
        return Finding(False, "; ".join(odd))
    year = clock_of(settings.clock_file)().year
    days = " (holidays of next year not announced yet)" if book.calendar.is_provisional(year + 1) else ""
    return Finding(True, f"{len(book.catalogue.items)} items, {len(book.catalogue.matters)} matters{days}")


def _database(settings: Settings) -> Finding:
    file = make_url(settings.database).database or "" if settings.database.startswith("sqlite") else ""
    if file and not Path(file).exists():
        return Finding(False, f"there is no file {file}: run `hecha migrate`")
    database = open_database(settings)
    try:
        with database.read() as session:
            session.connection().exec_driver_sql("SELECT 1")
        kind = "SQLite" if database.sqlite else "PostgreSQL, behind a pooler" if database.direct else "PostgreSQL"
        heard = database.hears()
        return Finding(heard, kind if heard else POOLER)
    finally:
        database.close()


def _tables(settings: Settings) -> Finding:
    database = open_database(settings)
    try:
        with database.engine.connect() as connection:
            revision, tables = current_revision(connection), len(inspect(connection).get_table_names())
        if not revision:
            foreign = f"there are {tables}, and none of ours: is it the right database? Else"
            return Finding(False, f"{foreign if tables else 'there are none yet:'} run `hecha migrate`")
        if not is_current(database):
            return Finding(False, "older than this version: run `hecha migrate`")
        with database.write() as session:
            rehearse(session, clock_of(settings.clock_file)())
        return Finding(True, "of this version, and they take what is written")
    finally:
        database.close()


def _broker(settings: Settings) -> Finding:
    database = open_database(settings)
    with database.read() as session:
        queues = units.queues(list(units.all_units(session).values()), writers(session))
    database.close()
    try:
        transport = open_transport(settings, Plain())  # it opens no letter
        try:
            transport.declare(queues)
            dead = transport.depth("dead")
        finally:
            transport.close()
    except QueuesDiffer as differ:
        return Finding(False, str(differ))
    except TransportError as error:
        return Finding(False, f"cannot be reached ({type(error).__name__}): look at HECHA_BROKER_URL")
    return Finding(True, f"reachable, {dead} dead letters waiting to be recorded")


def _letters(settings: Settings) -> Finding:
    return Finding(*promise_of(settings.broker, settings.broker_ca))


def _units(settings: Settings) -> Finding:
    with open_database(settings).read() as session:
        known = units.all_units(session).values()
    asking, answering = sum(u.asks for u in known), sum(u.holds for u in known)
    words = f"{asking} ask, {answering} answer, {sum(u.supervises for u in known)} supervise"
    return Finding(
        bool(asking and answering), words if known else "none yet: run `hecha load --template FOLDER` and fill the sheets"
    )


def _holders(settings: Settings) -> Finding:
    book, now = open_rulebook(settings), clock_of(settings.clock_file)()
    with open_database(settings).read() as session:
        found = gaps(session, book.catalogue, book.calendar.day_at(now))
        answering = {unit.code for unit in units.all_units(session).values() if unit.holds}
    idle = sorted({item.holder for item in book.catalogue.items.values()} - answering)
    more = f"; nobody may ask what {', '.join(idle)} would answer" if idle else ""
    if found:
        return Finding(False, " ".join(gap.message.format(**gap.params) for gap in found))
    return Finding(True, f"every permission and open case has a unit that answers{more}")


def _letter_keys(settings: Settings) -> Finding:
    now = clock_of(settings.clock_file)()
    with open_database(settings).read() as session:
        answering = [unit.code for unit in units.all_units(session).values() if unit.holds]
        owners = {key.owner for key in known_keys(session) if key.counts(now)}
    if HOUSE not in owners or not key_file(settings, HOUSE).exists():
        words = f"missing: {key_file(settings, HOUSE)}" if owners else "none yet: the first start makes them"
        return Finding(not owners, words)
    without = [code for code in answering if code not in owners]
    words = f"people answer alone at {', '.join(without)}: no keys of a machine are known" if without else "every unit's are known"
    return Finding(True, words)


def _seals(settings: Settings) -> Finding:
    missing = CityKeys(settings.home / "keys" / "seals", open_database(settings)).missing(clock_of(settings.clock_file)())
    words = f"missing here for {', '.join(missing)}: copy keys/seals from the machine with the city's root; see hecha seals"
    return Finding(not missing, words if missing else "every unit that answers or supervises can seal here")


IN_CLEAR = "somebody wrote them who goes around Hecha, and they are refused"


def _at_rest(settings: Settings) -> Finding:
    with open_database(settings, open_vault(settings)).read() as session:
        try:
            session.exec(select(Case).order_by(col(Case.asked_at).desc()).limit(1)).first()
        except Misplaced:
            return Finding(False, "our keys do not open the newest case: look at HECHA_SECRET_KEYS or keys/secret.keys")
        clear = left(session)
    rows = ", ".join(f"{count} of {table}" for table, count in clear.items())
    return Finding(not clear, f"rows in clear: {rows}; {IN_CLEAR}" if clear else "everything is sealed")


def _clock(settings: Settings) -> Finding:
    with open_database(settings).read() as session:
        late = unwatched(session, clock_of(settings.clock_file)())
    return Finding(not late, "every open case has its timer" if not late else f"{late} open cases wait: is `hecha clock` running?")


def _webhooks(settings: Settings) -> Finding:
    database = open_database(settings)
    with database.read() as session:
        left = count_given_up(session)
    database.close()
    words = f"{left} outcomes did not reach units' own systems: see /notices" if left else "units' own systems took every outcome"
    return Finding(True, words, care=bool(left))


def _trail(settings: Settings) -> Finding:
    with open_database(settings).read() as session:
        state = trail_status(session, clock_of(settings.clock_file)())
    if state.faults:
        return Finding(False, "was tampered with: run `hecha trail verify`")
    if state.late:
        return Finding(False, "has not been signed for more than an hour: is `hecha clock` running?")
    return Finding(True, "signed, and found whole" if state.verified else "signed, never verified: run `hecha trail verify`")
