"""/metrics: figures for Prometheus, computed when asked for, without personal data."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, func, select

from broker import outbox
from broker.dead_letters import DeadLetter
from broker.transports.transport import Transport, TransportError
from cases.auditor import unwatched
from cases.case import IS_OPEN, Case
from cases.lifecycle import OPEN
from contacts.alerts.alerts import Alert
from contacts.alerts.texting_status import read_texting_status
from deploy.operations.queue_depths import Depths
from deploy.operations.timed_probe import Probe, TooSlow
from storage.database import Database
from web.health_lines import TONES, HealthLine

Gauges = Iterator[GaugeMetricFamily]


@dataclass(frozen=True)
class Insides:
    """What can be looked at from outside. `parts` are those that run in this process; it may be filled later."""

    database: Database
    open_transport: Callable[[], Transport]
    now: Callable[[], datetime]
    listeners: Callable[[], int]
    parts: Mapping[str, Any] = field(default_factory=dict)
    health: Callable[[], Sequence[HealthLine]] = list
    read_keys: Callable[[], bool] = lambda: True  # raises OSError or WrongKey where letters cannot be signed


class Figures(Collector):
    """Looks at the house at each scrape."""

    def __init__(self, insides: Insides) -> None:
        self._insides = insides
        self._looking = {"database": Probe(), "broker": Probe()}

    def collect(self) -> Gauges:
        """Every figure; those of a database or a post office that is away are missing, and `hecha_up` says so."""
        up = GaugeMetricFamily("hecha_up", "1 while this can be reached", labels=["what"])
        for name in self._looking:
            try:
                found = self._look(name)
            except (SQLAlchemyError, TransportError, TooSlow):
                found = []
            up.add_metric([name], float(bool(found)))
            yield from found
        yield up
        yield from self._process()

    def _look(self, name: str) -> list[GaugeMetricFamily]:
        look = self._database if name == "database" else self._broker
        return self._looking[name](lambda: list(look()))

    def _database(self) -> Gauges:
        now = self._insides.now()
        with self._insides.database.read() as session:
            yield _labelled("hecha_cases_open", "Open cases", "state", _open_cases(session))
            late = select(func.count()).select_from(Case).where(IS_OPEN, col(Case.due_at) < now)
            yield GaugeMetricFamily("hecha_cases_overdue", "Open cases past their deadline", session.exec(late).one())
            yield GaugeMetricFamily("hecha_cases_unwatched", "Open cases without a timely timer", unwatched(session, now))
            yield GaugeMetricFamily("hecha_outbox_letters", "Letters waiting for the relay", outbox.piled_up(session))
            buried = select(func.count()).select_from(DeadLetter).where(col(DeadLetter.settled_at).is_(None))
            yield GaugeMetricFamily("hecha_dead_letters", "Buried letters that nobody has settled", session.exec(buried).one())
            alerts = session.exec(select(Alert.state, func.count()).group_by(Alert.state))
            yield _labelled("hecha_alerts", "Text messages", "state", dict(iter(alerts)))
            texting = read_texting_status(session)
            yield _labelled("hecha_alerts_waiting", "Texts that wait for another try", "reason", texting.reasons)
            yield _labelled(
                "hecha_sms_provider_ill", "1 for a provider that takes no texts", "provider", {p.name: 1 for p in texting.ill}
            )
        yield self._health()

    def _health(self) -> GaugeMetricFamily:
        gauge = GaugeMetricFamily(
            "hecha_health", "0 red, 1 yellow, 2 green: parts, agents, sources, queues", labels=["kind", "name"]
        )
        for line in self._insides.health():
            gauge.add_metric([line.kind, line.name], TONES.index(line.tone))
        return gauge

    def _broker(self) -> Gauges:
        depths = Depths(self._insides.database, self._insides.open_transport).look()
        yield _labelled("hecha_queue_letters", "Letters waiting in a queue", "queue", depths)

    def _process(self) -> Gauges:
        yield GaugeMetricFamily("hecha_listeners", "Open live pages and long polls", self._insides.listeners())
        now, parts = self._insides.now(), dict(self._insides.parts)
        beats = {name: part.last_beat for name, part in parts.items() if isinstance(getattr(part, "last_beat", None), datetime)}
        ages = {name: max(0.0, (now - beat).total_seconds()) for name, beat in beats.items()}
        yield _labelled("hecha_part_beat_age_seconds", "Seconds since a part last gave a sign of life", "part", ages)
        healthy = {name: float(part.healthy) for name, part in parts.items() if hasattr(part, "healthy")}
        yield _labelled("hecha_part_healthy", "1 while a part can do its work", "part", healthy)


def _open_cases(session: Session) -> dict[str, int]:
    found = dict(iter(session.exec(select(Case.state, func.count()).where(IS_OPEN).group_by(Case.state))))
    return {state.value: found.get(state.value, 0) for state in sorted(OPEN)}


def _labelled(name: str, words: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, words, labels=[label])
    for key, value in values.items():
        gauge.add_metric([key], value)
    return gauge
