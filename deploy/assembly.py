"""Assembly: the one place where database, broker, SMS providers and rooms are joined."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from access import units
from access.webhooks.webhook_calls import Caller
from broker.at_once import handling_at_once
from broker.crypto.letter_keys import writers
from broker.crypto.signing import TO_UNITS
from broker.dead_letters import DeadReader
from broker.letter import Letter
from broker.transports.transport import DEAD
from broker.worker import Handle, Worker
from cases.bundles.loading import load_bundles
from cases.calendar.deadlines import Calendar
from cases.calendar.override_days import read_overrides
from cases.catalogue import catalogue
from cases.commitments.wording import load_wording
from cases.grants.pledges import load_pledge
from cases.rulebook import Rulebook
from cases.safeguards.fishing_guard import FishingGuard
from cases.safeguards.urgency import UrgencyLimit
from cases.trail.checkpoint_copies import Copies
from cases.trail.checkpointer import Checkpointer
from contacts.alerts.texting import Texting
from contacts.alerts.texting_status import HealthReader
from contacts.sms import apart, open_provider
from contacts.sms.provider import Provider
from deploy.agent.assembly import local_units, make_agent
from deploy.clock import Clock
from deploy.open_transport import open_transport
from deploy.operations.seal_keys import CityKeys
from deploy.post_office import PostOffice, open_post_office
from deploy.running import Part
from deploy.settings import Settings
from deploy.wall_clock import real_now
from requesters.batches.batch_runs import Runner
from requesters.bundles.bundles_by_letter import take_all_requests
from requesters.bundles.turning import take_all_outcomes
from requesters.own_cases.unread import UnreadReader
from requesters.webhooks.outcome_letters import is_of_one_case
from requesters.webhooks.outcome_notices import Teller
from responders.desk.presence import PresenceReader
from responders.intake import Intake
from web.broadcaster import ChangeBroadcaster


@dataclass
class Assembly(PostOffice):
    """The joined house: what each command takes its parts from."""

    rulebook: Rulebook
    broadcaster: ChangeBroadcaster
    texting: Texting
    parts: dict[str, Part] = field(default_factory=dict)
    wall: Callable[[], datetime] = real_now

    def seals(self) -> CityKeys:
        """The city's keys for the seals on receipts."""
        return CityKeys(self.settings.home / "keys" / "seals", self.database)

    def clock(self) -> Clock:
        """What time brings about."""
        return Clock(self.database, self.rulebook, self.now, self.texting.chores)

    def checkpointer(self) -> Checkpointer:
        """Who signs checkpoints of the trail and keeps copies of them."""
        copies, every = Copies(self.settings.home / "checkpoints"), timedelta(minutes=self.settings.checkpoint_minutes)
        return Checkpointer(self.database, self.now, copies, every)

    def workers(self) -> dict[str, Part]:
        """One reader for each queue that is ours to read, by queue."""
        queues = self.declare()
        found: dict[str, Part] = {queue: self._worker(queue) for queue in queues if queue.partition(".")[0] not in TO_UNITS}
        return {**found, DEAD: DeadReader(self.database, self.transport, self.now)}

    def teller(self) -> Teller:
        """Tells units' own systems of outcomes at their webhooks."""
        return Teller(self.database, self.now, self.caller(), self.wall)

    def caller(self) -> Caller:
        """Who calls units' own systems, as far as the settings let it."""
        networks = self.settings.webhook_networks
        return Caller(any(one.is_loopback for one in networks), networks)

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
            "checkpointer": self.checkpointer(),
        }

    def who_is_read_for(self) -> object:
        """For which units there are readers: another answer when units, their keys or their records came or went."""
        with self.database.read() as session:
            known, writing = sorted(units.queues(list(units.all_units(session).values()), writers(session))), writers(session)
            answering = [unit.code for unit in units.all_units(session).values() if unit.holds]
        return known, writing, local_units(self.settings, answering)

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

        def tell(session: Session, letters: Sequence[Letter], now: datetime) -> None:
            take_all_outcomes(session, letters, now, book)

        return {
            "findings": handling_at_once(Intake(book).take, is_of_one_case, tell),
            "requests": lambda session, letters, now: take_all_requests(session, letters, now, book),
            "outcomes": tell,
            "alerts": lambda session, letters, now: None,  # sent after the commit: no transaction waits for a phone company
        }

    def agents(self) -> dict[str, Part]:
        """An agent for each answering unit of the database whose records are here."""
        with self.database.read() as session:
            answering = [unit.code for unit in units.all_units(session).values() if unit.holds]
        here = local_units(self.settings, answering)
        return {f"agent {code}": make_agent(self.settings, code, open_transport, self.now) for code in here}


def open_rulebook(settings: Settings) -> Rulebook:
    """Catalogue and calendar, with the city's own files."""
    days = read_overrides(settings.holidays) if settings.holidays else ()
    folders = settings.city_folders
    limits = (settings.hold_days, settings.hold_tries, settings.hold_per_reference, settings.hold_per_street)
    guard = FishingGuard(*limits, settings.spot_check_rate, settings.spot_check_days)
    urgency = UrgencyLimit(settings.urgent_share, settings.urgent_free)
    known = catalogue.load(folders)
    bundles = load_bundles(known, folders)
    pledge, wording = load_pledge(folders), load_wording(folders)
    return Rulebook(
        known,
        Calendar(days),
        guard,
        pledge,
        urgency,
        settings.stages,
        bundles,
        wording,
        settings.errand_papers,
        settings.rechecks,
        settings.photograph_months,
    )


def assemble(settings: Settings, providers: Sequence[Provider] = ()) -> Assembly:
    """The house of these settings. Opens the database; everything else when it is asked for."""
    post = open_post_office(settings)
    database, now, rulebook = post.database, post.now, open_rulebook(settings)
    phones = list(providers) or open_sms(settings)
    texting = Texting(database, phones, now, settings.public, rulebook.calendar.next_opening)
    watching = ChangeBroadcaster(database, [PresenceReader(), UnreadReader(), HealthReader()])
    return Assembly(settings, database, now, post.envelope, rulebook, watching, texting)


def open_sms(settings: Settings) -> list[Provider]:
    """The SMS providers of the settings: the first, and the second where there is one."""
    first = open_provider(settings.sms_url, settings.sms_account, settings.sms_token, settings.sms_from)
    if not settings.sms_second_url:
        return [first]
    second = open_provider(
        settings.sms_second_url, settings.sms_second_account, settings.sms_second_token, settings.sms_second_from
    )
    second.share = settings.sms_second_share
    return apart([first, second])
