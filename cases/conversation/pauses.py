"""Asking back: the clerk's question pauses the clock until the asker replies, at most as long and as often as the item allows.

The deadline is moved by the office time that the pause takes, and by nothing else. While it lasts, `due_at` is the latest that it
can become, so that nothing is overdue that waits for its asker; as it ends, `due_at` is put to what was really taken.
"""

from math import ceil

from cases.calendar.deadlines import Due
from cases.case import Case
from cases.conversation.waiting import Waiting
from cases.lifecycle import AT_DESK, Actor
from cases.move_context import Changes, MoveContext, NotNow, Wished, wake

ENDING = frozenset({"go_on", "arbitrate"})  # and whatever the asker does, and what takes the case off the desk


def paused() -> NotNow:
    """What is refused while the clock waits for the asker."""
    return NotNow("paused", "The clock is paused: the asker was asked something, and has not replied yet.")


def ask_back(case: Case, move: Wished, context: MoveContext) -> Changes:
    """The clock stands still, and the case stays with who asked. Refused where the time is over or the item's count is full."""
    allowed = context.rulebook.catalogue.item(case.item).ask_back
    if case.taken_by and case.taken_by != move.mover.who:
        raise NotNow("taken", "{clerk} has taken this case.", clerk=case.taken_by)
    if case.paused_until:
        raise paused()
    if case.arbitration:
        raise NotNow("arbitration", "The supervisor decides about this case first.")
    if case.asked_back >= allowed.times:
        raise NotNow("asked_back", "The clock was paused as often as this item allows. Write a message: the clock runs on.")
    if context.now >= case.due_at:
        raise NotNow("expired", "The deadline has passed, and the clock can be paused no more. Write a message.")
    calendar = context.rulebook.calendar
    until, due = context.office(allowed.office_minutes), calendar.add_office_minutes(case.due_at, allowed.office_minutes)
    count = {"asked_back": case.asked_back + 1, "taken_by": move.mover.who, "taken_at": case.taken_at or context.now}
    stands = {"paused_at": context.now, "paused_until": until, "due_unpaused": case.due_at}
    return {**count, **stands, "due_at": due.at, "due_provisional": due.provisional, **wake(until, "pause")}


def reply_back(case: Case, move: Wished, context: MoveContext) -> Changes:
    """The asker replied to what was asked back. The pause ends as with every move of the asker."""
    _only_paused(case)
    return {"desk_unread": True}


def go_on(case: Case, move: Wished, context: MoveContext) -> Changes:
    """The asker did not reply in the time that there is for it."""
    _only_paused(case)
    return {}


def _only_paused(case: Waiting) -> None:
    if not case.paused_until:
        raise NotNow("not_paused", "Nothing was asked back that waits for a reply.")


def pause_after(case: Case, name: str, move: Wished, changes: Changes, context: MoveContext) -> Changes:
    """What a move changes about a pause: it ends, and the timers go on; or it stays, and with it the time at which it ends."""
    if case.paused_until is None or name == "ask_back":
        return {}
    leaves = changes.get("state", case.state) != AT_DESK
    if not leaves and move.mover.actor != Actor.ASKER and name not in ENDING:
        return wake(case.paused_until, "pause")
    return {**_timers(case, leaves, changes, context), **_clock(case, changes, context)}


def _timers(case: Case, leaves: bool, changes: Changes, context: MoveContext) -> Changes:
    """Who asked back is told that it goes on; where nobody has the case any more, the desk is."""
    if leaves or "wake_at" in changes:
        return {}
    return wake(context.now, "on" if case.taken_by else "desk")


def _clock(case: Case, changes: Changes, context: MoveContext) -> Changes:
    over: Changes = {"paused_at": None, "paused_until": None, "due_unpaused": None}
    calendar, until, before = context.rulebook.calendar, case.paused_until or context.now, case.due_unpaused or case.due_at
    minutes = ceil(calendar.office_minutes_between(case.paused_at or until, min(context.now, until)))
    over["paused_minutes"] = case.paused_minutes + minutes
    provisional = calendar.is_provisional(calendar.day_at(before).year)
    due = calendar.add_office_minutes(before, minutes) if minutes else Due(before, provisional)
    if changes.get("due_at", before) > due.at:  # both agreed on a day that the pause has not overtaken meanwhile
        return over
    return {**over, "due_at": due.at, "due_provisional": due.provisional}
