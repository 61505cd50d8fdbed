"""Effects of what is said on a case: a message, the asker's urging, and the marks of what nobody has read yet."""

from collections.abc import Callable
from typing import Any

from cases.case import Case
from cases.conversation.deciding import decision_after
from cases.conversation.later_days import decline_later, offer_after, offer_later, take_later
from cases.conversation.pauses import ask_back, go_on, pause_after, paused, reply_back
from cases.lifecycle import WITHDRAWN, Actor
from cases.move_context import Changes, MoveContext, NotNow, Wished

ASKER_HEARS = frozenset({"ask_back", "message", "go_on", "offer_later"})  # of these, made by the answering side or the clock
NO_QUESTION = frozenset({"message"})  # what changes nothing about where the case is asks nobody again
READS = frozenset(
    {"take", "answer", "return", "message", "ask_back", "offer_later", "consult"}
)  # a clerk who does these has looked


def message(case: Case, move: Wished, context: MoveContext) -> Changes:
    """Words and nothing else. The desk has a mark of what it has not read; the asker's mark is made where their letter arrives."""
    return {"desk_unread": True} if move.mover.actor == Actor.ASKER else {}


def urge(case: Case, move: Wished, context: MoveContext) -> Changes:
    """By the asker once a working day, and not while the clock waits for them; by the supervisor as often as they like."""
    if move.mover.actor != Actor.ASKER:
        return {"urged_at": context.now}
    if case.paused_until:
        raise paused()
    calendar = context.rulebook.calendar
    if case.asker_urged_at:
        last, today = (calendar.day_at(calendar.next_opening(at)) for at in (case.asker_urged_at, context.now))
        if last == today:
            raise NotNow("urged", "This case was urged already: once a working day is what there is.")
    return {"asker_urged_at": context.now}


def beside(case: Case, name: str, move: Wished, changes: Changes, context: MoveContext) -> Changes:
    """What every move changes beside its own effect: about a pause, an offered day, the supervisor's decision, what is unread."""
    more = pause_after(case, name, move, changes, context)
    more |= offer_after(case, changes)
    more |= decision_after(case, {**changes, **more}, context)
    read = move.mover.actor == Actor.CLERK and name in READS
    if case.desk_unread and (read or changes.get("state") == WITHDRAWN):
        more |= {"desk_unread": False}
    return more


TALK_EFFECTS: dict[str, Callable[[Case, Any, MoveContext], Changes]] = {
    "ask_back": ask_back,
    "reply_back": reply_back,
    "go_on": go_on,
    "message": message,
    "urge": urge,
    "offer_later": offer_later,
    "take_later": take_later,
    "decline_later": decline_later,
}
