"""The checkpointer: a background part that signs a checkpoint regularly and verifies the trail at night."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from cases.trail.checkpoint_copies import Copies
from cases.trail.checkpoint_key import SigningKey
from cases.trail.checkpoint_making import MOST, make_checkpoint
from cases.trail.checkpoints import Checkpoint, last_checkpoint, last_verification
from cases.trail.trail_verification import Report, note, verify_all
from storage.database import Database
from storage.database_troubles import told_by
from storage.office_time import OFFICE
from storage.standstills import Standstill
from storage.vault import NoVault

PAUSE = 5.0  # seconds between two looks at the time
NIGHT = range(2, 5)  # hours of the office's clock in which the whole trail is looked at
VERIFIED_EVERY, AT_LEAST_EVERY = timedelta(hours=12), timedelta(hours=48)
EMPTY_EVERY = timedelta(hours=1)  # a checkpoint that says that nothing happened
AT_ONCE = 500  # copies written in one go

log = structlog.get_logger()


@dataclass
class Checkpointer:
    """Any number may run side by side: each keeps copies, and of a checkpoint that two make one is refused.

    Where the database lacks a checkpoint of which there is a copy, nothing more is signed: nobody shall have two of one number.
    """

    database: Database
    now: Callable[[], datetime]
    copies: Copies
    every: timedelta
    healthy: bool = True
    last_beat: datetime | None = field(default=None)
    _standstill: Standstill = field(default_factory=lambda: Standstill("no_checkpoint", "checkpoints_go_on"))

    def run(self, stop: threading.Event) -> None:
        """Beats until told to stop."""
        while not stop.is_set():
            more = self.beat()
            stop.wait(0.2 if more else PAUSE)

    def beat(self) -> bool:
        """One look; whether there is more to sign at once. What goes wrong is told and tried again."""
        more = False
        try:
            more = self._copy() and self._sign()
            self.healthy = self._copy()
            if not more and self._verify_is_due():
                self.verify()
        except Exception as error:  # noqa: BLE001  # whatever it is: without checkpoints the house goes on, and everybody is told
            self.healthy = False
            self._standstill.begin(type(error).__name__, reason=told_by(error))
        else:
            self._standstill.end()
        self.last_beat = self.now()
        return more

    def _sign(self) -> bool:
        with self.database.read() as session:
            last = last_checkpoint(session)
        passed = abs(self.now() - last.at) if last else EMPTY_EVERY
        if last and passed < self.every and _looked_at(last) < MOST:
            return False
        made = self.sign(even_empty=passed >= EMPTY_EVERY)
        if made is not None and made.broken:
            log.error("trail_does_not_hold", chains=len(made.broken), checkpoint=made.number)
        return made is not None and _looked_at(made) >= MOST

    def sign(self, even_empty: bool = False) -> Checkpoint | None:
        """A checkpoint now; None where nothing grew or somebody else made it."""
        if self.database.vault is None:
            raise NoVault
        try:
            with self.database.write() as session:
                return make_checkpoint(session, SigningKey(self.database.vault), self.now(), even_empty)
        except IntegrityError:
            return None

    def verify(self) -> Report:
        """Looks at all of the trail, notes what came of it, and raises the alarm where something is wrong."""
        if self.database.vault is None:
            raise NoVault
        begun = time.monotonic()
        with self.database.snapshot() as session:
            report = verify_all(session, SigningKey(self.database.vault), self.copies.all())
        with self.database.write() as session:
            note(session, report, self.now(), time.monotonic() - begun)
        if report.count:
            log.error("trail_was_tampered_with", faults=report.count, first=report.faults[0].why, seq=report.faults[0].seq)
        return report

    def _verify_is_due(self) -> bool:
        with self.database.read() as session:
            last = last_verification(session)
        passed = abs(self.now() - last.at) if last else AT_LEAST_EVERY
        return passed >= AT_LEAST_EVERY or (passed >= VERIFIED_EVERY and self.now().astimezone(OFFICE).hour in NIGHT)

    def _copy(self) -> bool:
        """Keeps copies of what is new; False where the database no longer has what was copied: somebody must decide then."""
        number, jws = self.copies.last()
        while True:
            with self.database.read() as session:
                newer = select(Checkpoint).where(col(Checkpoint.number) >= number).order_by(col(Checkpoint.number))
                found = list(session.exec(newer.limit(AT_ONCE)))
            if number and (not found or found[0].number != number or found[0].jws != jws):
                log.error("checkpoints_were_removed_or_changed", checkpoint=number)
                return False
            self.copies.add(found)
            if len(found) < AT_ONCE:
                return True
            number, jws = found[-1].number, found[-1].jws


def _looked_at(made: Checkpoint) -> int:
    """How many chains it took: those it signed, and those that did not hold."""
    return made.chains + len(made.broken)
