"""The clock: once a second due timers, overdue marks, texts to retry, thawed units' letters, deletion after a time, the auditor."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

import structlog
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from access import known_browsers, pending_sign_ins, sign_in_throttle
from administrators.permissions.application_clock import due_applications, settle_applications
from broker.inbox import any_older, forget
from cases.attachments import aside
from cases.auditor import unwatched
from cases.calendar.wakes import claim_wakes, due_wakes, set_wakes
from cases.case import Case
from cases.commitments import keeping
from cases.move_context import MoveContext
from cases.rulebook import Rulebook
from cases.safeguards import held_findings, spot_checks
from cases.stations.homecoming import any_homeless, bring_home
from cases.statistics import hourly
from contacts.departures import any_orphans, take_back
from contacts.roster import roster_imports
from deploy.chores.recheck_chores import RecheckChores
from deploy.operations.retention import Keeper
from reform.savings import month_count
from reform.survey import uploads
from requesters.batches.batches import forget_unconfirmed
from requesters.commitments import reminders
from requesters.errands import rounds
from requesters.own_cases.unread import forget_old_marks
from requesters.webhooks.outcome_notices import forget_notices
from responders.desk import drafts, presence
from responders.escalation.wakes import WAKES
from responders.intake import let_go
from storage.database import Database
from storage.database_outages import is_outage
from storage.database_troubles import told_by
from storage.look_times import LookTimes
from storage.postgresql.pipeline import StaleRows
from storage.standstills import Standstill
from supervisors.decisions.deciders import count_waiting, remind_deciders
from supervisors.decisions.overdue import count_overdue, mark_overdue

log = structlog.get_logger()
BEAT_SECONDS = 1.0
BREATH_SECONDS = 0.5  # a busy house rings all the time, and nothing that the clock does is more pressing
QUIET_SECONDS = 3.0  # between two rounds while nobody rings
KEPT = timedelta(days=14)
MINUTE = timedelta(minutes=1)
LATER = timedelta(minutes=10)  # when a case is tried again that could not be woken


def wake_cases(session: Session, now: datetime, rulebook: Rulebook) -> int:
    """Does what is due for up to 200 cases, those with the same need together."""
    cases = sorted(claim_wakes(session, now), key=lambda case: case.wake_for)
    for need, group in groupby(cases, key=lambda case: case.wake_for):
        _wake(session, need, list(group), MoveContext(now, rulebook))
    return len(cases)


def _wake(session: Session, need: str, cases: Sequence[Case], context: MoveContext) -> None:
    """Does it for all at once; where that fails each alone, so that one that cannot be helped holds up nobody."""
    try:
        with session.begin_nested():
            WAKES[need](session, cases, context)
    except Exception as error:  # whatever is wrong with one case, the clock goes on
        if isinstance(error, OperationalError | StaleRows) or is_outage(error):
            raise  # the database's trouble, not a case's: the whole round is tried again
        if len(cases) == 1:
            log.error("case_cannot_be_woken", number=cases[0].number, need=need, error=type(error).__name__)
            session.refresh(cases[0])  # what was undone in the database still stands in the object
            set_wakes(session, [(cases[0], context.now + LATER, need)])
            return
        for case in cases:
            _wake(session, need, [case], context)


@dataclass
class Clock:
    """Runs the chores at a steady beat and whenever a change is signalled; any number of clocks may run side by side."""

    database: Database
    rulebook: Rulebook
    now: Callable[[], datetime]
    alerts: Callable[[datetime], None]  # texts that wait for their time
    beats: int = 0
    next_minute: int = 0
    minute_at: datetime | None = None  # when the chores of a minute were done last
    unwatched: int = 0
    healthy: bool = True
    last_beat: datetime | None = field(default=None)
    _standstills: dict[str, Standstill] = field(default_factory=dict)

    def run(self, stop: threading.Event) -> None:
        """Beats until told to stop."""
        signal, rung = self.database.signal("cases", "alert"), True
        times = LookTimes(self.now, QUIET_SECONDS)
        while not stop.is_set():
            if times.is_due(rung or not self.healthy):
                self.beat()
            else:
                self.last_beat, self.beats = self.now(), self.beats + 1
            rung = signal.wait(BEAT_SECONDS)
            stop.wait(BREATH_SECONDS)
        signal.close()

    def beat(self) -> None:
        """One round of chores; a failing one never stops the others, but a database that is away does until the next beat."""
        chores: list[Callable[[], object]] = [
            self._take_back,
            self._wake,
            self._overdue,
            self._remind_deciders,
            self._let_go,
            self._commitments,
            self._text,
        ]
        now = self.now()
        if self.beats >= self.next_minute or self.minute_at is None or now - self.minute_at >= MINUTE:  # or the clock was moved
            self.next_minute, self.minute_at = self.beats + 60, now
            chores += [self._audit, self._settle_applications, self._mark_late_proofs]
            chores += RecheckChores(self.database, self.rulebook, self.now).all()
            chores += [self._forget, self._tidy_desk, self._roll_up, self._count_savings, self._keep]
        well = all(map(self._safely, chores))  # stops at a database that is away: the other chores would fare no better
        self.healthy = well
        self.beats += 1

    def _safely(self, chore: Callable[[], object]) -> bool:
        """Does it and says whether the others can be done, too: False while the database is away."""
        self.last_beat = self.now()
        name = chore.__name__.strip("_")
        mine = self._standstills.setdefault(name, Standstill("chore_failed", "chore_goes_on", chore=name))
        house = self._standstills.setdefault("", Standstill("clock_waits", "clock_goes_on"))
        try:
            chore()
        except Exception as error:  # noqa: BLE001  # whatever it is, the other chores are done
            if is_outage(error):
                house.begin(type(error).__name__, reason=told_by(error))
                return False
            mine.begin(type(error).__name__)
            return True
        mine.end()
        house.end()
        return True

    def _text(self) -> None:
        self.alerts(self.now())

    def _take_back(self) -> None:
        while self._anything(any_orphans):
            with self.database.write() as session:
                take_back(session, self.now(), self.rulebook)
        while self._anything(lambda session, _: any_homeless(session)):
            with self.database.write() as session:
                bring_home(session, self.now(), self.rulebook)

    def _wake(self) -> None:
        while self._anything(due_wakes):
            with self.database.write() as session:
                if not wake_cases(session, self.now(), self.rulebook):
                    return  # another clock has them in its hands; should it die with them, they are due at the next beat

    def _overdue(self) -> None:
        while self._anything(count_overdue):
            with self.database.write() as session:
                if not mark_overdue(session, self.now(), self.rulebook.calendar):
                    return  # as above

    def _let_go(self) -> None:
        while self._anything(held_findings.waiting):
            with self.database.write() as session:
                let_go(session, self.now(), self.rulebook)

    def _commitments(self) -> None:
        while self._anything(reminders.due_looks):
            with self.database.write() as session:
                if not reminders.look(session, self.now(), self.rulebook):
                    return  # another clock has them

    def _anything(self, count: Callable[[Session, datetime], int | bool]) -> bool:
        # Looking takes no lock: an idle clock never stands in a writer's way. A long chore looks after each piece: it lives.
        self.last_beat = self.now()
        with self.database.read() as session:
            return count(session, self.now()) > 0

    def _settle_applications(self) -> None:
        while self._anything(lambda session, now: due_applications(session, now, self.rulebook)):
            with self.database.write() as session:
                settle_applications(session, self.now(), self.rulebook)

    def _keep(self) -> None:
        Keeper(self.database, self.rulebook).keep(self.now())

    def _mark_late_proofs(self) -> None:
        while self._anything(spot_checks.late):
            with self.database.write() as session:
                spot_checks.mark_late(session, self.now())

    def _remind_deciders(self) -> None:
        while self._anything(count_waiting):
            with self.database.write() as session:
                if not remind_deciders(session, self.now(), self.rulebook.calendar):
                    return  # another clock has them

    def _audit(self) -> None:
        with self.database.read() as session:
            self.unwatched = unwatched(session, self.now())
        if self.unwatched:
            log.error("cases_without_timer", count=self.unwatched)

    def _roll_up(self) -> None:
        more = self._anything(hourly.waiting)
        while more:
            with self.database.write() as session:
                more = hourly.fold(session, self.now()) or hourly.thin(session, self.now())

    def _count_savings(self) -> None:
        while self._anything(month_count.uncounted):
            with self.database.write() as session:
                month_count.count_day(session, self.now(), self.rulebook.catalogue.items)

    def _forget(self) -> None:
        before = self.now() - KEPT
        with self.database.read() as session:
            old = any_older(session, before)
        if old:
            with self.database.write() as session:
                forget(session, before)
                forget_unconfirmed(session, before)
                forget_notices(session, before)
                forget_old_marks(session, before)

    def _tidy_desk(self) -> None:
        for kept in (aside, rounds, drafts, presence, roster_imports, uploads, sign_in_throttle, pending_sign_ins, known_browsers):
            if self._anything(kept.any_old):
                with self.database.write() as session:
                    kept.forget(session, self.now())
        while self._anything(keeping.any_old_drafts):
            with self.database.write() as session:
                keeping.forget_drafts(session, self.now())
