"""What runs, read for the pages: parts of processes, timers of cases, letters and texts on their way."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from access.accounts import Account
from access.api_keys import ApiKey
from administrators.permissions.permissions import SOON
from administrators.running.process_heartbeats import all_heartbeats, is_late
from administrators.running.trail_status import trail_status
from broker import outbox
from broker.dead_letters import DeadLetter
from cases.agents import AgentLife, agent_statuses
from cases.auditor import unwatched
from cases.case import Case
from cases.catalogue.catalogue import Catalogue
from cases.grants.grants import Grant
from cases.grants.holders import gaps
from contacts.alerts.alerts import Alert
from storage.problem import N_

SHOWN = 50
NO_CLOCK = N_("No clock runs: nobody is reminded, and no deadline is noticed. Start hecha clock.")
LATE_PARTS = N_("Parts that give no sign of life or cannot work")
UNWATCHED = N_("Open cases that no timer looks after")
DEAD = N_("Dead letters that wait for a decision")
SILENT = N_("Departments' machines that do not answer")
ENDING_GRANTS = N_("Permissions that end within a month")
ENDING_KEYS = N_("Keys that end within a month")
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


@dataclass(frozen=True, slots=True)
class Need:
    """For what the clock will look at cases, at how many, and when first."""

    name: str
    count: int
    first: datetime | None


def signals(session: Session, now: datetime, today: date, catalogue: Catalogue) -> list[Signal]:
    """What somebody should look at; nothing of it grows with the cases there are."""
    beats = all_heartbeats(session)
    clock = any(beat.part == "clock" and not is_late(beat, now) for beat in beats)
    parts = sum(is_late(beat, now) or not beat.healthy for beat in beats)
    silent = sum(one.life not in (AgentLife.ALIVE, AgentLife.NEVER) for one in agent_statuses(session, now))
    return [
        *([] if clock else [Signal(1, NO_CLOCK, "/admin/health", "late")]),
        _signal(parts, LATE_PARTS, "/admin/health", "late"),
        _signal(unwatched(session, now), UNWATCHED, "/admin/timers", "late"),
        _signal(dead_waiting(session), DEAD, "/admin/dead", "late"),
        _signal(silent, SILENT, "/admin/agents", "late"),
        _signal(len(gaps(session, catalogue, today)), NOBODY, "/admin/health#holders", "late"),
        *_trail(session, now),
        *_papers(session, today),
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


def dead_waiting(session: Session) -> int:
    """Buried letters that nobody has decided about."""
    return session.exec(select(func.count()).select_from(DeadLetter).where(col(DeadLetter.settled_at).is_(None))).one()


def needs(session: Session) -> list[Need]:
    """For what cases wait for the clock, the soonest first; one query."""
    at = col(Case.wake_at)
    found = select(Case.wake_for, func.count(), func.min(at)).where(at.is_not(None)).group_by(Case.wake_for)
    return [Need(name, count, first) for name, count, first in session.exec(found.order_by(func.min(at)))]


def on_their_way(session: Session) -> tuple[int, int]:
    """Letters waiting for the relay, and texts waiting to be sent."""
    texts = session.exec(select(func.count()).select_from(Alert).where(col(Alert.next_try_at).is_not(None))).one()
    return outbox.piled_up(session), texts
