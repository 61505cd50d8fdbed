"""What an answer makes of the commitment it was asked about: at once, and again whenever another answer stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from cases.calendar.deadlines import Calendar
from cases.case import Case
from cases.commitments.commitment import Commitment, CommitmentState
from cases.commitments.moves import move
from cases.rechecks.found_anew import MAY_BE_HEARD, end_hearing, found_again, is_otherwise
from cases.rechecks.heard import Found, open_hearing
from cases.rechecks.hearing import BY_CHECK, Hearing, HearingState, hearings_of
from cases.rechecks.listing import take_off
from cases.rechecks.own_check import CheckState, OwnCheck, Result, checks_of_cases
from cases.rechecks.verdict import Held, held_against, record_of
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.bulk_rows import among

_S = CommitmentState
CHECKABLE = (_S.SIGNED, _S.BEING_CHECKED, _S.HELD_TRUE)  # from these an answer moves a commitment
CONTRADICTED = (_S.FOUND_FALSE, _S.OBJECTED)


@dataclass
class _Checked:
    """A commitment with its check, the case that was asked, what that says, and the hearing where there is one; all locked."""

    commitment: Commitment
    check: OwnCheck
    case: Case
    held: Held
    hearing: Hearing | None

    @property
    def known(self) -> bool:
        """Whether the commitment has what this case says already."""
        known = (self.check.result, self.check.reason) == (self.held.result, self.held.reason)
        return self.check.state == CheckState.SETTLED and known and not self._otherwise

    @property
    def found(self) -> Found:
        """What contradicts the commitment now, and who said so."""
        return Found(BY_CHECK, tuple(self.case.told_by.split()), record_of(self.case), self.check.case_number)

    @property
    def _otherwise(self) -> bool:
        """Whether another answer contradicts it than the one the hearing knows: by somebody else, or by other facts."""
        if self.held.result != Result.FALSE or self.hearing is None:
            return False
        more = set(self.found.finders) - set(self.hearing.finders.split())
        anew = is_otherwise(self.hearing, self.found) and self.commitment.state in MAY_BE_HEARD
        return (self.hearing.open and bool(more)) or anew or self.outdated

    @property
    def outdated(self) -> bool:
        """Whether it stands on the list by a fact that the answer which stands now does not contradict."""
        if self.hearing is None or self.hearing.state != HearingState.STANDS or self.hearing.found_by != BY_CHECK:
            return False
        now = set(self.found.record["differs"])  # none: the whole answer contradicts it
        return bool(now) and not set(self.hearing.record.get("differs", ())) <= now


def take_answers(session: Session, cases: Collection[str], now: datetime, rulebook: Rulebook) -> int:
    """Holds what stands of these cases against what was committed to; how many commitments were turned. Others are passed over."""
    checks = checks_of_cases(session, cases)
    if not checks:
        return 0
    asked = {one.number: one for one in session.exec(select(Case).where(among(session, col(Case.number), sorted(checks))))}
    numbers = sorted(one.number for one in checks.values())
    locked = select(Commitment).where(among(session, col(Commitment.number), numbers)).order_by(col(Commitment.number))
    commitments = {one.number: one for one in session.exec(locked.with_for_update())}
    hearings = hearings_of(session, numbers)
    turned = 0
    for number, check in checks.items():
        held = held_against(asked[number]) if number in asked else None
        if held is None or check.number not in commitments:
            continue
        one = _Checked(commitments[check.number], check, asked[number], held, hearings.get(check.number))
        if not one.known:
            _settle(session, one, now, rulebook)
            turned += 1
    return turned


def _settle(session: Session, one: _Checked, now: datetime, rulebook: Rulebook) -> None:
    check, held, commitment = one.check, one.held, one.commitment
    check.state, check.result, check.reason, check.at = CheckState.SETTLED.value, held.result.value, held.reason, now
    details = {"result": held.result.value, "reason": held.reason, "case": one.case.number}
    line = TrailLine.of_clock(now, "check_settled", commitment.number)._replace(details=details)
    to = _S.HELD_TRUE if held.result == Result.TRUE else _S.SIGNED
    turns = commitment.state in CHECKABLE and commitment.state != to
    if held.result != Result.FALSE and turns:
        move(session, commitment, to, line)
    else:
        trail.write(session, [line.in_state(commitment.state)])
    if held.result != Result.FALSE or one.outdated:
        _end(session, one, now)
    if held.result == Result.FALSE and one.hearing is not None:
        found_again(session, commitment, one.hearing, one.found, now, rulebook)
    elif held.result == Result.FALSE and commitment.state in CHECKABLE:
        open_hearing(session, commitment, one.found, now, rulebook)
    if held.later:
        check.state, commitment.check_due = CheckState.NOT_ASKED.value, _after(one, now, rulebook.calendar)


def _end(session: Session, one: _Checked, now: datetime) -> None:
    """The answer that contradicted the commitment does not stand any more: hearing and entry on the list end with it."""
    if one.hearing is None or one.hearing.found_by != BY_CHECK or one.hearing.state in (HearingState.FALLS, HearingState.ENDED):
        return
    end_hearing(one.hearing, now)
    if one.commitment.state in CONTRADICTED:
        move(session, one.commitment, _S.CORRECTED, TrailLine.of_clock(now, "hearing_ended", one.commitment.number))
    elif one.commitment.state == _S.STANDS_FALSE:
        take_off(session, one.commitment, now)


def _after(one: _Checked, now: datetime, calendar: Calendar) -> datetime:
    """When it is asked again that could be told only from a day on: at the first opening after that day has begun."""
    assert one.held.later is not None
    days = (one.held.later - calendar.day_at(now)).days
    return calendar.next_opening(now + timedelta(days=max(0, days)))
