"""Being heard: opening a hearing, telling the person, writing down what they object, and deciding (申辩)."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from access.principal import Principal
from cases.amending.amendments import STANDING, Amendment
from cases.case import Case
from cases.commitments.commitment import Commitment, CommitmentState, find_commitment
from cases.commitments.moves import move
from cases.lifecycle import SETTLED
from cases.rechecks.hearing import ACCEPTED, BY_LOT, HOW_TOLD, NO_HEARING, REFUSED, Hearing, HearingState, find_hearing
from cases.rechecks.listing import put_on_list
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.json import Json
from storage.office_time import office_time
from storage.problem import N_, FieldFault, Problem

MOST_WORDS = 2000
NOT_NOW = N_("This hearing has moved on meanwhile: look at it again.")
NO_WAY = N_("Choose how the letter reached the person.")
NO_WORDS = N_("Write down what the person says, in their own words.")
NO_PHOTO = N_("Photograph the paper that the person signed.")
NO_REASON = N_("Give the reason. The person reads it.")
TOO_LONG = N_("This may have at most {max_length} characters.")
OVER = N_("The time to object is over since {due}. Write down why it comes late: whoever decides says whether it still counts.")
NOT_SAID = N_("Say whether the objection, which came after its time, was taken into account.")
NOT_YET = N_("Nobody decides before the person has objected or the time to object is over.")
SAME = N_(
    "Who found or confirmed it, took the commitment, told the person or wrote the objection down does not decide. "
    "Another supervisor does."
)
LOOKED_AT = N_("The answer on which this rests is being looked at again. Decide when it stands.")


@dataclass(frozen=True, slots=True)
class Found:
    """What contradicts a commitment: by a question or by lot, who found it, what the record shows."""

    by: str
    finders: tuple[str, ...]
    record: Json
    case_number: str = ""


def open_hearing(session: Session, commitment: Commitment, found: Found, now: datetime, rulebook: Rulebook) -> Hearing:
    """The commitment, which is locked, is contradicted: nothing stands before the person was told and heard."""
    due = rulebook.calendar.add_working_days(now, rulebook.rechecks.tell_days).at
    hearing = Hearing(
        number=commitment.number, unit=commitment.unit, found_by=found.by, finders=" ".join(found.finders),
        case_number=found.case_number, record=found.record, found_at=now, due_at=due,
    )  # fmt: skip
    session.add(hearing)
    who = found.finders[0] if found.by == BY_LOT and found.finders else "clock"
    line = TrailLine(now, "found_false", "person" if who != "clock" else "clock", who, number=commitment.number)
    move(session, commitment, CommitmentState.FOUND_FALSE, line._replace(details={"by": found.by, "case": found.case_number}))
    return hearing


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a hearing: hearing and commitment are locked, `by` takes it now."""

    session: Session
    hearing: Hearing
    commitment: Commitment
    by: Principal
    now: datetime
    rulebook: Rulebook

    def after(self, days: int, since: datetime | None = None) -> datetime:
        """The end of the last of so many working days."""
        return self.rulebook.calendar.add_working_days(since or self.now, days).at

    def to(self, state: HearingState) -> None:
        """Into this state; whoever was urged before is urged anew about what comes next."""
        self.hearing.state, self.hearing.version, self.hearing.urged_at = state.value, self.hearing.version + 1, None


def locked(session: Session, number: str, by: Principal, now: datetime, rulebook: Rulebook) -> Step:
    """A step of the hearing about this commitment, both locked. Raises Problem (404)."""
    hearing, commitment = find_hearing(session, number, lock=True), find_commitment(session, number, lock=True)
    if commitment is None:
        raise Problem([FieldFault("number", "unknown", NO_HEARING)], 404)
    return Step(session, hearing, commitment, by, now, rulebook)


def tell(step: Step, how: str) -> None:
    """The letter has reached the person: from the next working day on their days to object count. Raises Problem."""
    hearing, days = step.hearing, max(1, step.commitment.objection_days)
    if hearing.state != HearingState.TO_TELL:
        raise _moved_on()
    if how not in HOW_TOLD:
        raise Problem([FieldFault("how", "missing", NO_WAY)])
    step.to(HearingState.TOLD)
    hearing.told_at, hearing.told_how, hearing.told_by = step.now, how, step.by.username
    hearing.due_at = step.after(days)
    hearing.decide_by = step.after(step.rulebook.rechecks.decide_days, hearing.due_at)
    details = {"how": how, "until": hearing.due_at.isoformat()}
    line = TrailLine.of_person(step.by, step.now, "hearing_told", hearing.number, actor="asker", details=details)
    trail.write(step.session, [line.in_state(step.commitment.state)])


def object_to(step: Step, words: str, photo: str, late_reason: str = "") -> None:
    """What the person says against it, as the clerk wrote it down at the counter, with the photograph of what they signed.

    After its time with the reason why it comes late: whoever decides says whether it still counts. Raises Problem.
    """
    hearing = step.hearing
    if hearing.state != HearingState.TOLD:
        raise _moved_on()
    late, faults = not hearing.may_object(step.now), list[FieldFault]()
    if late and not late_reason:
        faults.append(FieldFault("late_reason", "too_late", OVER, {"due": office_time(hearing.due_at)}))
    faults += [] if words else [FieldFault("words", "missing", NO_WORDS)]
    long = {"words": words, "late_reason": late_reason}
    faults += [FieldFault(name, "too_long", TOO_LONG, {"max_length": MOST_WORDS}) for name in long if len(long[name]) > MOST_WORDS]
    faults += [] if photo else [FieldFault("file", "missing", NO_PHOTO)]
    if faults:
        raise Problem(faults)
    step.to(HearingState.OBJECTED)
    hearing.objected_at, hearing.objection, hearing.photo, hearing.entered_by = step.now, words, photo, step.by.username
    hearing.late_reason, hearing.late_word = late_reason if late else "", ""
    if not late:  # the days to decide about a late one run already
        hearing.decide_by = step.after(step.rulebook.rechecks.decide_days)
    line = TrailLine.of_person(step.by, step.now, "objection", actor="asker", details={"late": late}).noting(words)
    move(step.session, step.commitment, CommitmentState.OBJECTED, line)


def decide(step: Step, stands: bool, reason: str, late: str = "") -> None:
    """A supervisor's word, with the reason that the person reads. Only what stands goes on the list. `late`: whether an objection
    that came after its time was taken into account. Raises Problem.
    """
    hearing, commitment, who = step.hearing, step.commitment, step.by.username
    if problem := may_not_decide(step.session, hearing, commitment, who, step.now):
        raise problem
    if faults := _decision_faults(hearing, reason, late):
        raise Problem(faults)
    step.to(HearingState.STANDS if stands else HearingState.FALLS)
    hearing.decide_by, hearing.decided_at, hearing.decided_by, hearing.reason = None, step.now, who, reason
    hearing.late_word = late if hearing.late_reason else ""
    if stands:
        put_on_list(step.session, commitment, reason, who, step.now)
    to = CommitmentState.STANDS_FALSE if stands else CommitmentState.CORRECTED
    line = TrailLine.of_person(step.by, step.now, "hearing_decided", actor="supervisor", details={"stands": stands})
    move(step.session, commitment, to, line.noting(reason))


def _decision_faults(hearing: Hearing, reason: str, late: str) -> list[FieldFault]:
    faults = [] if reason else [FieldFault("reason", "missing", NO_REASON)]
    faults += [FieldFault("reason", "too_long", TOO_LONG, {"max_length": MOST_WORDS})] if len(reason) > MOST_WORDS else []
    if hearing.late_reason and late not in (ACCEPTED, REFUSED):
        faults.append(FieldFault("late", "missing", NOT_SAID))
    return faults


def may_not_decide(session: Session, hearing: Hearing, commitment: Commitment, who: str, now: datetime) -> Problem | None:
    """Why this person cannot decide now; None where they can."""
    if not hearing.open:
        return _moved_on()
    ours = {*hearing.finders.split(), commitment.drafted_by, commitment.witness, hearing.told_by, hearing.entered_by}
    if who in ours or who in _amended_by(session, hearing.case_number):
        return Problem([FieldFault("", "same_person", SAME)], 403)
    if not hearing.to_decide(now):
        return Problem([FieldFault("", "not_yet", NOT_YET)], 409)
    return Problem([FieldFault("", "looked_at_again", LOOKED_AT)], 409) if is_looked_at_again(session, hearing) else None


def _amended_by(session: Session, case: str) -> set[str]:
    """Who amended the answer on which it rests, and who confirmed that as the second person: what stands is theirs, too."""
    found = select(Amendment.who, Amendment.decided_by).where(Amendment.number == case, Amendment.state == STANDING)
    return {who for row in (session.exec(found).all() if case else ()) for who in row}


def is_looked_at_again(session: Session, hearing: Hearing) -> bool:
    """Whether the answer on which it rests was disputed and none stands at this moment."""
    state = session.exec(select(Case.state).where(Case.number == hearing.case_number)).first() if hearing.case_number else None
    return state is not None and state not in SETTLED


def _moved_on() -> Problem:
    return Problem([FieldFault("", "moved_on", NOT_NOW)], 409)
