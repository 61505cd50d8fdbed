"""Joins everything: the one place where parts meet. Nothing is opened before `assemble` is called."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

import structlog

from broker.dead import DeadReader
from broker.envelope import Envelope
from broker.letter_keys import writers
from broker.relay import Relay
from broker.signing import TO_UNITS
from broker.transport import DEAD, Transport
from broker.worker import Handle, Worker
from cases import catalogue, units
from cases.deadlines import Calendar
from cases.house import House
from cases.pledges import load_pledge
from cases.rulebook import Rulebook
from contacts.sms import open_provider
from contacts.sms.provider import Provider
from deploy import letter_keys
from deploy.checkpoint_copies import Copies
from deploy.city_keys import CityKeys
from deploy.clock import Clock
from deploy.database import Database
from deploy.depths import Depths
from deploy.garbage import settle
from deploy.hub import Hub
from deploy.languages import say
from deploy.notary import Notary
from deploy.override_days import read_overrides
from deploy.paper import Paper
from deploy.post_office import open_transport
from deploy.secret_keys import open_vault
from deploy.settings import Settings
from deploy.texting import Texting
from deploy.wallclock import clock_of, real_now
from requesters.batch_runs import Runner
from requesters.requests import take_requests
from requesters.results import Teller, take_outcomes
from requesters.webhook_calls import Caller
from responders import handlers
from responders.agent import Agent
from responders.intake import Intake

log = structlog.get_logger()


class Part(Protocol):
    """Something that runs in a thread of its own until it is told to stop."""

    def run(self, stop: threading.Event) -> None:
        """Runs."""


@dataclass
class Assembly:
    """The joined house: what each command takes its parts from."""

    settings: Settings
    database: Database
    rulebook: Rulebook
    now: Callable[[], datetime]
    hub: Hub
    texting: Texting
    envelope: Envelope
    parts: dict[str, Part] = field(default_factory=dict)
    wall: Callable[[], datetime] = real_now

    def house(self) -> House:
        """What pages and routes are given."""
        paper, depths = Paper(), Depths(self.database, self.transport)
        parts = (self.database, self.rulebook, self.now, self.hub, say, paper, self.settings.public)
        return House(
            *parts, locale=paper.locale, depths=depths, access=self.settings.access, seals=self.seals(), real_now=self.wall
        )

    def seals(self) -> CityKeys:
        """The city's keys for the seals on receipts."""
        return CityKeys(self.settings.home / "keys" / "seals", self.database)

    def transport(self) -> Transport:
        """A connection of one's own to the post office."""
        return open_transport(self.settings, self.envelope)

    def declare(self) -> list[str]:
        """Makes every queue and every key exist that the units of the database need; says which queues."""
        with self.database.read() as session:
            known, writing = list(units.all_units(session).values()), writers(session)
        letter_keys.settle_keys(self.settings, self.database, [unit.code for unit in known if unit.answers], self.now())
        queues = units.queues(known, writing)
        transport = self.transport()
        transport.declare([*queues, DEAD])
        transport.close()
        return queues

    def relay(self) -> Relay:
        """Outbox to transport."""
        return Relay(self.database, self.transport, self.now)

    def clock(self) -> Clock:
        """What time brings about."""
        return Clock(self.database, self.rulebook, self.now, self.texting.chores)

    def notary(self) -> Notary:
        """Who signs checkpoints of the trail and keeps copies of them."""
        copies, every = Copies(self.settings.home / "checkpoints"), timedelta(minutes=self.settings.checkpoint_minutes)
        return Notary(self.database, self.now, copies, every)

    def workers(self) -> dict[str, Part]:
        """One reader for each queue that is ours to read, by queue."""
        queues = self.declare()
        found: dict[str, Part] = {queue: self._worker(queue) for queue in queues if queue.partition(".")[0] not in TO_UNITS}
        return {**found, DEAD: DeadReader(self.database, self.transport, self.now)}

    def teller(self) -> Teller:
        """Tells units' own systems of outcomes at their webhooks."""
        networks = self.settings.webhook_networks
        return Teller(self.database, self.now, Caller(any(one.is_loopback for one in networks), networks))

    def runner(self) -> Runner:
        """Asks the rows of confirmed batches."""
        return Runner(self.database, self.now, self.rulebook)

    def movers(self) -> dict[str, Part]:
        """Everybody else who keeps a house going that runs in one process."""
        return {
            "relay": self.relay(),
            "clock": self.clock(),
            "webhooks": self.teller(),
            "batches": self.runner(),
            "notary": self.notary(),
        }

    def readers(self) -> dict[str, Part]:
        """Everybody who reads a queue: our workers, and the agents whose records are on this machine."""
        return {**self.workers(), **self.agents()}

    def _worker(self, queue: str) -> Worker:
        handle = self.handlers()[queue.partition(".")[0]]
        after = self.texting.deliver if queue == "alerts" else None
        return Worker(queue, handle, self.database, self.transport, self.now, after)

    def handlers(self) -> dict[str, Handle]:
        """What is done with the letters of each kind of queue."""
        book = self.rulebook
        return {
            "findings": Intake(book).take,
            "requests": lambda session, letters, now: take_requests(session, letters, now, book),
            "outcomes": take_outcomes,
            "alerts": lambda session, letters, now: None,  # sent after the commit: no transaction waits for a phone company
        }

    def agents(self) -> dict[str, Part]:
        """An agent for each answering unit of the database that has records here."""
        with self.database.read() as session:
            answering = [unit.code for unit in units.all_units(session).values() if unit.answers]
        return {
            f"agent {code}": make_agent(self.settings, code, self.now) for code in answering if _has_records(self.settings, code)
        }


def _has_records(settings: Settings, unit: str) -> bool:
    return (settings.record_folder / f"{unit}.sqlite").exists()


def make_agent(settings: Settings, unit: str, now: Callable[[], datetime], keys: Path | None = None) -> Agent:
    """A department's agent: it needs the broker's address, its own records and its file of letter keys, no database of ours."""
    known = handlers.load([folder / "handlers" for folder in settings.city_folders])
    version = metadata.version("hecha")
    envelope = letter_keys.unit_envelope(keys or letter_keys.key_file(settings, unit), unit, now)
    return Agent(unit, lambda: open_transport(settings, envelope), known, settings.record_folder, now, version)


def open_rulebook(settings: Settings) -> Rulebook:
    """Catalogue and calendar, with the city's own files."""
    days = read_overrides(settings.holidays) if settings.holidays else ()
    folders = settings.city_folders
    return Rulebook(catalogue.load(folders), Calendar(days), settings.vigilance, load_pledge(folders))


def assemble(settings: Settings, providers: Sequence[Provider] = ()) -> Assembly:
    """The house of these settings. Opens the database; everything else when it is asked for."""
    Path(settings.home).mkdir(parents=True, exist_ok=True, mode=0o700)
    database, now = Database(settings.database, open_vault(settings)), clock_of(settings.clock_file)
    phones = list(providers) or [open_sms(settings)]
    texting = Texting(database, phones, now, settings)
    envelope = letter_keys.house_envelope(settings, database, now)
    return Assembly(settings, database, open_rulebook(settings), now, Hub(database), texting, envelope)


def open_sms(settings: Settings) -> Provider:
    """The SMS provider of the settings."""
    return open_provider(settings.sms_url, settings.sms_account, settings.sms_token, settings.sms_from)


class Running:
    """Threads that run parts, and the one way to stop them."""

    def __init__(self, parts: dict[str, Part] | None = None) -> None:
        """`parts` is filled with what runs, for whoever wants to look at it."""
        self.stop = threading.Event()
        self.parts: dict[str, Any] = parts if parts is not None else {}
        self._threads: list[threading.Thread] = []

    def start(self, parts: dict[str, Any]) -> None:
        """Starts a thread for each part."""
        settle()
        for name, part in parts.items():
            thread = threading.Thread(target=self._run, args=(name, part), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)
            self.parts[name] = part

    def _run(self, name: str, part: Part) -> None:
        while not self.stop.is_set():
            try:
                part.run(self.stop)
            except Exception as error:  # noqa: BLE001  # a part that fell over is set up again; it must never be silently gone
                log.error("part_failed", part=name, error=type(error).__name__)
                self.stop.wait(1.0)

    def end(self, seconds: float = 10.0) -> None:
        """Tells all to stop and waits for them."""
        self.stop.set()
        for thread in self._threads:
            thread.join(seconds)


class Newcomers:
    """Notices units that were loaded while we run, and starts the parts they need."""

    def __init__(self, running: Running, wanted: Callable[[], dict[str, Part]]) -> None:
        self._running, self._wanted = running, wanted

    def run(self, stop: threading.Event) -> None:
        """Looks every half minute."""
        while not stop.wait(30):
            fresh = {name: part for name, part in self._wanted().items() if name not in self._running.parts}
            self._running.start(fresh)
