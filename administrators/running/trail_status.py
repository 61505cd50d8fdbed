"""Status of the trail: last checkpoint, last verification and its faults."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Text, cast
from sqlmodel import Session, col, func, select

from cases.trail.chain_verification import Fault
from cases.trail.checkpointer import EMPTY_EVERY
from cases.trail.checkpoints import Checkpoint, Verification, last_checkpoint, last_verification
from cases.trail.fault_words import WHYS, params_of
from cases.trail.trail import Trail
from storage.problem import N_

ALTERED_RESULT = N_("What was found last was changed. Run hecha trail verify.")
LATE_AFTER = EMPTY_EVERY + timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class TrailStatus:
    """`broken`: checkpoints that could not sign every chain, since the trail was last found whole. `late`: nothing signs."""

    last: Checkpoint | None
    verified: Verification | None
    broken: int
    late: bool

    @property
    def faults(self) -> int:
        """How much is known to be wrong; the one and the other may see the same."""
        return max(abs(self.verified.faults) if self.verified else 0, self.broken)  # a count that is none (-1) is a fault itself

    @property
    def first(self) -> tuple[str, dict[str, str]] | None:
        """The first fault of the last verification: a msgid, and what fills it."""
        if self.verified is None or not self.verified.first_fault:
            return None
        try:
            fault = Fault(*json.loads(self.verified.first_fault))
            return WHYS[fault.why], params_of(fault)
        except (ValueError, TypeError, KeyError):
            return ALTERED_RESULT, {}


def trail_status(session: Session, now: datetime) -> TrailStatus:
    """Three queries, whatever stands on the trail."""
    last = last_checkpoint(session)
    verified = last_verification(session)
    whole = verified.checkpoints if verified and not verified.faults else 0
    unsigned = cast(Checkpoint.broken, Text) != "[]"
    broken = session.exec(select(func.count()).select_from(Checkpoint).where(col(Checkpoint.number) > whole, unsigned)).one()
    since = last.at if last else session.exec(select(Trail.at).order_by(col(Trail.id)).limit(1)).first()
    return TrailStatus(last, verified, broken, since is not None and abs(now - since) > LATE_AFTER)
