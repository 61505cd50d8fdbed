"""System status as data: parts, timers, letters and texts on their way, and what needs attention."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from access.accounts import Account
from access.api_keys import ApiKey
from administrators.permissions.permissions import SOON
from administrators.running.house_health import house_health
from administrators.running.trail_status import trail_status
from broker import outbox
from cases.auditor import unwatched
from cases.case import Case
from cases.catalogue.catalogue import Catalogue
from cases.grants.grants import Grant
from cases.grants.holders import gaps
from cases.notices.outcome_notice import count_given_up
from contacts.alerts.alerts import Alert
from contacts.alerts.texting_status import read_texting_status
from storage.problem import N_
from web.health_lines import HealthLine

SHOWN = 50
WELL = N_("Parts, machines, queues and dead letters are all well.")
UNWATCHED = N_("Open cases that no timer looks after")
WHERE = {
    "part": "/admin/health",
    "queue": "/admin/health",
    "agent": "/admin/agents",
    "source": "/admin/agents",
    "dead": "/admin/dead",
}
ENDING_GRANTS = N_("Permissions that end within a month")
ENDING_KEYS = N_("Keys that end within a month")
NOT_TOLD = N_("Outcomes that units' own systems did not take")
ILL_PROVIDERS = N_("Providers of texts that are ill")
WAITING_TEXTS = N_("Texts that went wrong and wait for another try")
NO_PASSWORD = N_("Accounts without a password")
NOBODY = N_("Permissions and open cases that lead to nobody")
TAMPERED = N_("Places where the trail was tampered with. Run hecha trail verify.")
UNSIGNED = N_("The trail has not been signed for more than an hour. Start hecha clock.")


@dataclass(frozen=True, slots=True)
class Signal:
    """One line of the overview: how many, what, and where to see them. `tone`: good, urgent or late."""

    count: int
    words: str
    address: str
    tone: str
    name: str = ""  # of the part, machine or queue that is meant
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Need:
    """For what the clock will look at cases, at how many, and when first."""

    name: str
    count: int
    first: datetime | None


def signals(session: Session, now: datetime, today: date, depths: Mapping[str, int], catalogue: Catalogue) -> list[Signal]:
    """What somebody should look at; nothing of it grows with the cases there are."""
    ill = [line for line in house_health(session, now, depths) if line.tone != "good"]
    return [
        *(Signal(_count(line), line.words, WHERE[line.kind], line.tone, line.name, line.params) for line in ill),
        *([] if ill else [Signal(0, WELL, "/admin/health", "good")]),
        _signal(unwatched(session, now), UNWATCHED, "/admin/timers", "late"),
        *_texts(session),
        _signal(count_given_up(session), NOT_TOLD, "/notices", "urgent"),
        _signal(len(gaps(session, catalogue, today)), NOBODY, "/admin/health#holders", "late"),
        *_trail(session, now),
        *_papers(session, today),
    ]


def _count(line: HealthLine) -> int:
    count = line.params.get("count", 1)
    return count if isinstance(count, int) else 1


def _texts(session: Session) -> list[Signal]:
    status = read_texting_status(session)
    return [
        _signal(len(status.ill), ILL_PROVIDERS, "/admin/health#texts", "late"),
        _signal(status.waiting, WAITING_TEXTS, "/admin/health#texts", "late" if status.stands else "urgent"),
    ]


def _trail(session: Session, now: datetime) -> list[Signal]:
    state = trail_status(session, now)
    late = [Signal(1, UNSIGNED, "/admin/health#trail", "late")] if state.late else []
    return [*late, *([Signal(state.faults, TAMPERED, "/admin/health#trail", "late")] if state.faults else [])]


def _papers(session: Session, today: date) -> list[Signal]:
    soon, until = today + SOON, col(ApiKey.until)
    grants = select(func.count()).select_from(Grant).where(col(Grant.until).between(today, soon))
    keys = select(func.count()).select_from(ApiKey).where(col(ApiKey.revoked_at).is_(None), until.between(today, soon))
    waiting = select(func.count()).select_from(Account).where(col(Account.active), col(Account.password_hash) == "")
    return [
        _signal(session.exec(grants).one(), ENDING_GRANTS, "/admin/grants?state=ending", "urgent"),
        _signal(session.exec(keys).one(), ENDING_KEYS, "/admin/keys", "urgent"),
        _signal(session.exec(waiting).one(), NO_PASSWORD, "/admin/accounts?state=waiting", "urgent"),
    ]


def _signal(count: int, words: str, address: str, tone: str) -> Signal:
    return Signal(count, words, address, tone if count else "good")


def needs(session: Session) -> list[Need]:
    """For what cases wait for the clock, the soonest first; one query."""
    at = col(Case.wake_at)
    found = select(Case.wake_for, func.count(), func.min(at)).where(at.is_not(None)).group_by(Case.wake_for)
    return [Need(name, count, first) for name, count, first in session.exec(found.order_by(func.min(at)))]


def on_their_way(session: Session) -> tuple[int, int]:
    """Letters waiting for the relay, and texts waiting to be sent."""
    texts = session.exec(select(func.count()).select_from(Alert).where(col(Alert.next_try_at).is_not(None))).one()
    return outbox.piled_up(session), texts
