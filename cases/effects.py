"""What each move changes on its case: one function for each move. Which moves are open: lifecycle.TABLE.

What moves change about an answer that was delivered already stands in cases/amending/amend_effects.py.
"""

from collections.abc import Callable
from typing import Any

from cases.amending.four_eyes import another_question, only_another_turns, told
from cases.case import Case
from cases.conversation.later_days import DAY_DECISIONS, decide_day
from cases.lifecycle import ANSWERED, ASKED, AT_DESK, HELD, REFUSED, RETURNED, WITH_CONTACT, WITHDRAWN
from cases.minimised import kept_finding
from cases.move_context import Changes, MoveContext, NotNow, Wished, asked_wake, only_known, only_own_machine, to_desk, wake
from cases.stations.station_effects import reaching

CLAIM_OFFICE_MINUTES = 45  # a clerk who took a case and went silent loses it after this
ACCEPT_WORKING_DAYS = 10  # an answer nobody disputes is accepted after this
REMIND_OFFICE_MINUTES = 240  # the asker of a returned case is reminded at this beat


def _only_holder(case: Case, move: Wished) -> None:
    if case.taken_by and case.taken_by != move.mover.who:
        raise NotNow("taken", "{clerk} has taken this case.", clerk=case.taken_by)


def _settle(case: Case, move: Wished, context: MoveContext) -> Changes:
    finding = kept_finding(case, move.given["finding"], context.rulebook.catalogue)
    at = context.after_days(ACCEPT_WORKING_DAYS)
    outcome = str(finding["outcome"])
    only_another_turns(case, move, outcome)
    answer = {"outcome": outcome, "source": str(finding["source"]), "finding": finding, **told(case, outcome, move.mover.who)}
    by = {"answered_at": context.now, "answered_by": move.mover.who, "arbitration": False}
    by |= {"amended_at": context.now} if case.finding else {}  # given anew after a dispute: the first one stands no longer
    first = {"first_answered_at": context.now, "first_source": answer["source"], "first_holder": case.holder}
    return {"state": ANSWERED.value, **answer, **by, **({} if case.first_answered_at else first), **wake(at, "accept")}


def _find(case: Case, move: Wished, context: MoveContext) -> Changes:
    only_own_machine(case, move)
    only_known(case, move, context)
    if case.disputed and case.state != ASKED:
        raise NotNow("disputed", "A disputed answer is looked at by a person.")
    return _settle(case, move, context)


def _answer(case: Case, move: Wished, context: MoveContext) -> Changes:
    _only_holder(case, move)
    return _settle(case, move, context)


def _hand_over(case: Case, move: Wished, context: MoveContext) -> Changes:
    only_own_machine(case, move)
    silent = case.state == WITH_CONTACT and move.mover.actor == "clock"
    desk = reaching(case, context) if case.state == ASKED else {}
    return {**to_desk(context), **desk, "handed_over_at": case.handed_over_at or context.now, "nobody_reached": silent}


def _take(case: Case, move: Wished, context: MoveContext) -> Changes:
    if case.taken_by and not move.given.get("anyway"):
        _only_holder(case, move)
    claim = wake(context.office(CLAIM_OFFICE_MINUTES), "claim")
    return {"taken_by": move.mover.who, "taken_at": context.now, **claim}


def _release(case: Case, move: Wished, context: MoveContext) -> Changes:
    if not case.taken_by:
        raise NotNow("not_taken", "Nobody has taken this case.")
    if move.mover.actor == "clerk":
        _only_holder(case, move)
    if case.state == WITH_CONTACT:  # the contacts are asked on; what they say goes the desk's usual way
        return {"taken_by": "", "taken_at": None}
    return to_desk(context)


def _consult(case: Case, move: Wished, context: MoveContext) -> Changes:
    _only_holder(case, move)
    taken = {"taken_by": move.mover.who, "taken_at": case.taken_at or context.now}
    return {"state": WITH_CONTACT.value, "nobody_reached": False, **taken, **wake(context.now, "consult")}


def _state(case: Case, move: Wished, context: MoveContext) -> Changes:
    # The clerk who consulted keeps the case and is told at once; unclaimed it goes the desk's usual way.
    back = {"state": AT_DESK.value, "nobody_reached": False}
    if case.taken_by == move.mover.who:  # who wrote it down themselves knows it
        return {**back, **wake(context.office(CLAIM_OFFICE_MINUTES), "claim")}
    return {**back, **wake(context.now, "stated" if case.taken_by else "desk")}


def _second_goes_up(case: Case, context: MoveContext) -> Changes | None:
    count = {"sent_back": case.sent_back + 1}
    return {**to_desk(context), **count, "arbitration": True} if case.sent_back else None


def _return(case: Case, move: Wished, context: MoveContext) -> Changes:
    _only_holder(case, move)
    remind = wake(context.office(REMIND_OFFICE_MINUTES), "returned")
    back = {"state": RETURNED.value, "taken_by": "", "taken_at": None, "sent_back": 1, **remind}
    return _second_goes_up(case, context) or back


def _forward(case: Case, move: Wished, context: MoveContext) -> Changes:
    _only_holder(case, move)
    return _second_goes_up(case, context) or {**_ask_unit(case, str(move.given["unit"]), context), "sent_back": 1}


def _ask_unit(case: Case, unit: str, context: MoveContext) -> Changes:
    if unit == case.holder:
        raise NotNow("same_unit", "The case is with this unit already.")
    another = {"holder": unit, "station": "", "handings": ""}
    return {"state": ASKED.value, **another, "taken_by": "", "taken_at": None, **asked_wake(case.item, context)}


def _correct(case: Case, move: Wished, context: MoveContext) -> Changes:
    if case.state != RETURNED and not case.paused_until:
        raise NotNow("not_returned", "The question is corrected when it was returned, or when something was asked back about it.")
    question = dict(move.given.get("question", {}))
    question |= another_question(case, question)
    question |= {"taken_by": "", "taken_at": None}
    if move.given.get("held"):  # it looks like fishing: nobody is asked before the supervisor has let it through
        return {**question, "state": HELD.value, "disputed": False, **wake(None)}
    return {**question, "state": ASKED.value, "disputed": False, **asked_wake(case.item, context)}


def _dispute(case: Case, move: Wished, context: MoveContext) -> Changes:
    if case.disputed:
        raise NotNow("disputed", "This case was disputed once already; the second answer stands.")
    handed = {"handed_over_at": case.handed_over_at or context.now}
    return {**to_desk(context), **reaching(case, context), "disputed": True, **handed}


def _arbitrate(case: Case, move: Wished, context: MoveContext) -> Changes:
    if bool(case.declined_at) != (move.given["decision"] in DAY_DECISIONS):
        raise NotNow("not_asked_for", "No such decision is asked for.")
    if case.declined_at:
        return decide_day(case, move, context)
    decided: Callable[[], Changes] = {
        "answer": lambda: to_desk(context),
        "forward": lambda: _ask_unit(case, str(move.given.get("unit", "")), context),
        "return": lambda: {
            **to_desk(context),
            "state": RETURNED.value,
            **wake(context.office(REMIND_OFFICE_MINUTES), "returned"),
        },
    }[str(move.given["decision"])]
    return {**decided(), "arbitration": False}


def _reassign(case: Case, move: Wished, context: MoveContext) -> Changes:
    clerk = str(move.given["clerk"])
    if move.mover.actor == "clerk":
        _only_holder(case, move)
    if clerk == case.taken_by:
        raise NotNow("taken", "{clerk} has taken this case.", clerk=clerk)
    # While the community is asked its ladder goes on; only at the desk does a new claim begin.
    claim = wake(context.office(CLAIM_OFFICE_MINUTES), "claim") if case.state == AT_DESK else {}
    return {"taken_by": clerk, "taken_at": context.now, **claim}


def _withdraw(case: Case, move: Wished, context: MoveContext) -> Changes:
    return {"state": WITHDRAWN.value, "closed_at": context.now, "taken_by": "", **wake(None)}


def _let_through(case: Case, move: Wished, context: MoveContext) -> Changes:
    if case.sent_back or case.asked_back:  # held as it was corrected: the clock has run since the first delivery
        return {"state": ASKED.value, **asked_wake(case.item, context)}
    # The clock runs from the first delivery, and that is now.
    deadline = context.rulebook.catalogue.item(case.item).deadline
    minutes = deadline.urgent_office_minutes if case.urgent else deadline.office_minutes
    due = context.rulebook.calendar.add_office_minutes(context.now, minutes)
    return {"state": ASKED.value, "due_at": due.at, "due_provisional": due.provisional, **asked_wake(case.item, context)}


def _refuse(case: Case, move: Wished, context: MoveContext) -> Changes:
    return {"state": REFUSED.value, "closed_at": context.now, **wake(None)}


EFFECTS: dict[str, Callable[[Case, Any, MoveContext], Changes]] = {
    "let_through": _let_through,
    "refuse": _refuse,
    "find": _find,
    "hand_over": _hand_over,
    "take": _take,
    "release": _release,
    "consult": _consult,
    "state": _state,
    "answer": _answer,
    "return": _return,
    "correct": _correct,
    "forward": _forward,
    "dispute": _dispute,
    "arbitrate": _arbitrate,
    "reassign": _reassign,
    "withdraw": _withdraw,
}
