"""What moves change about a delivered answer: amend, withdraw, confirm, dispute late. Others: cases/effects.py.

An answer that is turned round, confirmed into contradicted or back, needs a second person of the unit (four_eyes.py): it is
proposed, and stands once a colleague has confirmed it. What waits about a delivered answer has a clock: see `settling`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from cases.amending.four_eyes import told
from cases.case import Case
from cases.effects import ACCEPT_WORKING_DAYS, EFFECTS
from cases.lifecycle import ANSWERED, CLOSED, RETRACTED, RETURNED, Actor, State, open_moves
from cases.minimised import kept_finding
from cases.move_context import Changes, MoveContext, NotNow, Wished, only_known, only_own_machine, to_desk, wake
from cases.stations.station_effects import reaching

DECIDE_WORKING_DAYS = 5  # in which the supervisor decides about a late dispute
LATE_DECISIONS = ("dismiss", "amend", "withdraw_answer")  # about an answer that was accepted before it was disputed
NEEDS = ("decide_by", "proposed_at", "unseen")  # by what a delivered answer still waits, the most pressing first
LOOKS = {"decide_by": "late_dispute", "proposed_at": "proposed", "unseen": "amended"}


def offered_moves(actors: Iterable[Actor], case: Case) -> list[str]:
    """What these actors may do with this case: what the table opens, without what nothing waits for."""
    waits = {
        "acknowledge": case.unseen,
        "confirm_amendment": case.proposed_at,
        "decline_amendment": case.proposed_at,
        "arbitrate": case.state != CLOSED or case.decide_by,
        **_said(case),
        "dispute": case.state != CLOSED or _may_dispute_late(case),
        "take_back": _doubted(case),
        "withdraw": not _doubted(case),
        **dict.fromkeys(("amend", "propose_amendment"), not (case.proposed_at or case.blocked_at)),
        "withdraw_answer": not case.blocked_at,
        **dict.fromkeys(("take_over", "hand_back"), case.station),
    }
    return [move for move in open_moves(actors, State(case.state)) if waits.get(move, True)]


def _said(case: Case) -> dict[str, object]:
    """What waits between the two sides: a question that was asked back, an offered day."""
    offers = not (case.offered_due or case.extended or case.paused_until or case.arbitration)
    return {
        "ask_back": not (case.paused_until or case.arbitration),
        "offer_later": offers,
        "correct": case.state == RETURNED or case.paused_until,
        **dict.fromkeys(("reply_back", "go_on"), case.paused_until),
        "take_later": case.offered_due,
        "decline_later": case.offered_due and not case.declined_at,
    }


def _doubted(case: Case) -> bool:
    """Whether an answer was delivered, and is looked at again because its asker disputed it."""
    return case.open and case.disputed and bool(case.outcome)


def _may_dispute_late(case: Case) -> bool:
    """Once about one answer, while it is still kept."""
    anew = case.late_disputed_at is None or (case.amended_at is not None and case.amended_at > case.late_disputed_at)
    return anew and not case.decide_by and not case.blocked_at


def settling(case: Case, changes: Changes, context: MoveContext) -> Changes:
    """The clock's next look at a delivered answer after these changes: at what presses most, else when it counts as accepted."""
    facts = {name: changes.get(name, getattr(case, name)) for name in (*NEEDS, "state")}
    need = next((LOOKS[name] for name in NEEDS if facts[name]), "accept" if facts["state"] == ANSWERED else "")
    if need == case.wake_for and "amended_at" not in changes:
        return {}  # it waits for this already: nobody is told anew, and no time begins again
    accept = context.after_days(ACCEPT_WORKING_DAYS)
    return wake({"accept": accept, "": None}.get(need, context.now), need)


def _still_kept(case: Case) -> None:
    if case.blocked_at:
        raise NotNow("blocked", "The case was closed long ago: its answer is blocked, and cannot be changed any more.")


def _nothing_proposed(case: Case) -> None:
    if case.proposed_at:
        raise NotNow("proposed", "An amendment of this answer waits for a colleague already. Confirm it or decline it first.")


def _amend(case: Case, move: Wished, context: MoveContext) -> Changes:
    only_own_machine(case, move)
    _still_kept(case)
    _nothing_proposed(case)
    only_known(case, move, context)
    if move.given["finding"] == case.finding:
        raise NotNow("same_finding", "This is the answer that stands already.")
    return _amended(case, dict(move.given["finding"]), move.mover.who, context)


def _propose(case: Case, move: Wished, context: MoveContext) -> Changes:
    only_own_machine(case, move)
    _still_kept(case)
    _nothing_proposed(case)
    only_known(case, move, context)
    changes: Changes = {"proposed_at": context.now}
    return {**changes, **settling(case, changes, context)}


def _amended(case: Case, finding: Changes, by: str, context: MoveContext) -> Changes:
    finding = kept_finding(case, finding, context.rulebook.catalogue)
    outcome = str(finding["outcome"])
    answer = {"outcome": outcome, "source": str(finding["source"]), "finding": finding, **told(case, outcome, by)}
    return _told_anew(case, answer, context)


def _told_anew(case: Case, changes: Changes, context: MoveContext) -> Changes:
    changes |= {"amended_at": context.now, "unseen": True, "proposed_at": None, "decide_by": None}
    return {**changes, **settling(case, changes, context)}


def _withdraw_answer(case: Case, move: Wished, context: MoveContext) -> Changes:
    only_own_machine(case, move)
    _still_kept(case)
    return _retracted(case, context)


def _retracted(case: Case, context: MoveContext) -> Changes:
    # From where it was stays: figures count the answer that was given.
    gone = {"state": RETRACTED.value, "outcome": "", "finding": None, "closed_at": case.closed_at or context.now}
    return _told_anew(case, gone, context)


def _confirm(case: Case, move: Wished, context: MoveContext) -> Changes:
    _still_proposed(case, move)
    _still_kept(case)
    if move.given["proposed_by"] == move.mover.who:
        raise NotNow("same_person", "Who proposed it cannot confirm it: a colleague must look.")
    return _amended(case, dict(move.given["finding"]), str(move.given["proposed_by"]), context)


def _decline(case: Case, move: Wished, context: MoveContext) -> Changes:
    _still_proposed(case, move)
    changes: Changes = {"proposed_at": None}
    return {**changes, **settling(case, changes, context)}


def _still_proposed(case: Case, move: Wished) -> None:
    if not case.proposed_at or case.proposed_at != move.given.get("proposed_at"):
        raise NotNow("no_proposal", "No amendment of this answer waits to be confirmed.")


def _acknowledge(case: Case, move: Wished, context: MoveContext) -> Changes:
    if not case.unseen:
        raise NotNow("nothing_new", "There is nothing new here that would have to be confirmed.")
    changes: Changes = {"unseen": False}
    return {**changes, **settling(case, changes, context)}


def _dispute(case: Case, move: Wished, context: MoveContext) -> Changes:
    if case.state != CLOSED:
        return {**EFFECTS["dispute"](case, move, context), "unseen": False, "proposed_at": None}
    _still_kept(case)
    if case.decide_by:
        raise NotNow("disputed", "The supervisor looks at this answer already.")
    if not _may_dispute_late(case):
        raise NotNow("disputed", "The supervisor has decided about this answer already.")
    by = context.after_days(DECIDE_WORKING_DAYS)
    changes: Changes = {"decide_by": by, "late_disputed_at": context.now, "disputed": True, "unseen": False}
    return {**changes, **settling(case, changes, context)}


def _take_back(case: Case, move: Wished, context: MoveContext) -> Changes:
    if not _doubted(case):
        raise NotNow("no_dispute", "No answer is disputed here.")
    accept = context.after_days(ACCEPT_WORKING_DAYS)
    nobody_s: Changes = {"taken_by": "", "taken_at": None, "arbitration": False, "nobody_reached": False}
    return {"state": ANSWERED.value, **nobody_s, **wake(accept, "accept")}


def _withdraw(case: Case, move: Wished, context: MoveContext) -> Changes:
    if _doubted(case):
        raise NotNow("disputed", "An answer was given already: take the dispute back, and it stands again.")
    return {**EFFECTS["withdraw"](case, move, context), **_no_answer(case, context)}


def _refuse(case: Case, move: Wished, context: MoveContext) -> Changes:
    return {**EFFECTS["refuse"](case, move, context), **_no_answer(case, context)}


def _no_answer(case: Case, context: MoveContext) -> Changes:
    # The question was corrected after a dispute: what was found answers another one, and must not stand for ever.
    return {"outcome": "", "finding": None, "amended_at": context.now} if case.outcome else {}


def _arbitrate(case: Case, move: Wished, context: MoveContext) -> Changes:
    decision = str(move.given["decision"])
    if (case.state == CLOSED) != (decision in LATE_DECISIONS) or (case.state == CLOSED and not case.decide_by):
        raise NotNow("not_asked_for", "No such decision is asked for.")
    if case.state != CLOSED:
        return EFFECTS["arbitrate"](case, move, context)
    if decision == "withdraw_answer":
        return _retracted(case, context)
    if decision == "amend":
        return _reopened(case, context)
    changes: Changes = {"decide_by": None}
    return {**changes, **settling(case, changes, context)}


def _reopened(case: Case, context: MoveContext) -> Changes:
    # The holder owes an answer anew, and gets the item's time for it: the old deadline was kept or missed long ago.
    minutes = context.rulebook.catalogue.item(case.item).deadline.office_minutes
    due = context.rulebook.calendar.add_office_minutes(context.now, minutes)
    time = {"due_at": due.at, "due_provisional": due.provisional, "overdue_at": None, "extended": False, "offers": 0}
    over = {"decide_by": None, "proposed_at": None, "unseen": False, "closed_at": None}
    return {**to_desk(context), **reaching(case, context), **time, **over, "handed_over_at": case.handed_over_at or context.now}


def _accept(case: Case, move: Wished, context: MoveContext) -> Changes:
    seen: Changes = {"unseen": False} if move.mover.actor == Actor.ASKER else {}
    changes: Changes = {"state": CLOSED.value, "closed_at": context.now, **seen}
    return {**changes, **settling(case, changes, context)}


AMEND_EFFECTS: dict[str, Callable[[Case, Any, MoveContext], Changes]] = {
    "amend": _amend,
    "propose_amendment": _propose,
    "withdraw_answer": _withdraw_answer,
    "confirm_amendment": _confirm,
    "decline_amendment": _decline,
    "acknowledge": _acknowledge,
    "dispute": _dispute,
    "take_back": _take_back,
    "withdraw": _withdraw,
    "refuse": _refuse,
    "arbitrate": _arbitrate,
    "accept": _accept,
}
