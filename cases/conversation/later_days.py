"""A later day: the answering side offers one with a reason, the asker takes it or asks the supervisor to decide.

Silence is no consent: an offer that nobody takes changes nothing. It ends with the deadline, or as the case leaves this desk.
"""

from datetime import date, datetime, timedelta

from cases.case import Case
from cases.conversation.pauses import paused
from cases.lifecycle import AT_DESK, WITH_CONTACT
from cases.move_context import Changes, MoveContext, NotNow, Wished

OFFERS = 2  # so often a later day may be offered about one deadline; taken is one
LATEST_WORKING_DAYS = 20  # no day is offered that is further off
DECIDE_OFFICE_MINUTES = 420  # in which the supervisor decides about an open case
DAY_DECISIONS = ("later", "on_time")  # the offered day holds, or the deadline as it stood
NO_OFFER: Changes = {"offered_due": None, "declined_at": None}


def offer_later(case: Case, move: Wished, context: MoveContext) -> Changes:
    """Names a working day; the deadline stays what it is. Given: `day`, a date."""
    if case.taken_by and case.taken_by != move.mover.who:
        raise NotNow("taken", "{clerk} has taken this case.", clerk=case.taken_by)
    if case.extended:
        raise NotNow("extended", "The deadline was moved once already.")
    if case.offered_due:
        raise NotNow("offered", "A later day was offered already, and the asker has not said anything about it yet.")
    if case.paused_until:
        raise paused()
    if case.arbitration:
        raise NotNow("arbitration", "The supervisor decides about this case first.")
    if case.offers >= OFFERS:
        raise NotNow("offers", "A later day was offered as often as it may be.")
    if context.now >= case.due_at:
        raise _passed()
    return {"offered_due": _end_of(move.given["day"], case, context), "offers": case.offers + 1}


def _passed() -> NotNow:
    return NotNow("expired", "A later day can only be offered and taken before the deadline has passed.")


def _end_of(day: date, case: Case, context: MoveContext) -> datetime:
    calendar = context.rulebook.calendar
    if not calendar.is_working(day):
        raise NotNow("holiday", "Offices are closed on this day. Name a working day.")
    end = calendar.add_working_days(day - timedelta(days=1), 1).at
    if end <= case.due_at:
        raise NotNow("not_later", "This day is no later than the deadline.")
    if end > context.after_days(LATEST_WORKING_DAYS):
        raise NotNow("too_late", "No day is offered that is more than {days} working days off.", days=str(LATEST_WORKING_DAYS))
    return end


def take_later(case: Case, move: Wished, context: MoveContext) -> Changes:
    """The offered day becomes the deadline. Given, if anything: `day`, the end of the day as the asker saw it."""
    _only_offered(case, move, context)
    return {**_moved(case, context), "desk_unread": True}


def decline_later(case: Case, move: Wished, context: MoveContext) -> Changes:
    """The supervisor decides; until then the deadline stands."""
    _only_offered(case, move, context)
    if case.declined_at:
        raise NotNow("declined", "The supervisor was asked to decide already.")
    return {"declined_at": context.now, "arbitration": True}


def _only_offered(case: Case, move: Wished, context: MoveContext) -> None:
    if not case.offered_due:
        raise NotNow("no_offer", "No later day is offered.")
    if move.given.get("day") not in (None, context.rulebook.calendar.day_at(case.offered_due)):
        raise NotNow("other_day", "Another day is offered now. Look at the case again.")
    if context.now >= case.due_at:
        raise _passed()


def _moved(case: Case, context: MoveContext) -> Changes:
    day = case.offered_due or case.due_at
    provisional = context.rulebook.calendar.is_provisional(context.rulebook.calendar.day_at(day).year)
    over = {"arbitration": False} if case.declined_at else {}
    return {"due_at": day, "due_provisional": provisional, "extended": True, **NO_OFFER, **over}


def decide_day(case: Case, move: Wished, context: MoveContext) -> Changes:
    """The supervisor's decision about an offered day. The case stays where it is, and its timers go on."""
    if move.given["decision"] == "later":
        # It holds as if it had been taken in time: what was overdue meanwhile by the old deadline is not so by this one.
        return {**_moved(case, context), "overdue_at": None}
    return {**NO_OFFER, "arbitration": False}


def offer_after(case: Case, changes: Changes) -> Changes:
    """An offer ends where the case leaves those who made it, or where another decision is asked for."""
    if not case.offered_due or "offered_due" in changes:
        return {}
    here = changes.get("state", case.state) in (AT_DESK, WITH_CONTACT)
    if here and "sent_back" not in changes:
        return {}
    undecided = {"arbitration": False} if case.declined_at and not changes.get("arbitration") else {}
    return {**NO_OFFER, **undecided}
