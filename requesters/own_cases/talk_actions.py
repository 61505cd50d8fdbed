"""What an asker says to the answering side: replying, a message, urging, taking a later day or asking for a decision about it."""

from collections.abc import Mapping

from cases.actions import Action, ActionInput, Form, NoteForm, ReasonForm
from cases.conversation.message import Kind
from cases.conversation.saying import WordsForm, bounded, keep
from cases.lifecycle import Actor
from contacts.alerts.alerts import Purpose
from contacts.in_hand import answerer, in_hand, tell
from requesters.own_cases.unread import forget_unread
from storage.days import TypedDay


class DayForm(Form):
    """`day` is the offered day as the asker saw it: another one that is offered meanwhile is not taken by mistake."""

    day: TypedDay | None = None


class TakeLaterForm(NoteForm, DayForm):
    """The day is taken."""


class DeclineLaterForm(ReasonForm, DayForm):
    """The day does not do, and why: the supervisor decides."""


def _day(step: ActionInput) -> Mapping[str, object]:
    return {"day": step.form.day}


def _known(step: ActionInput) -> None:
    forget_unread(step.session, [step.case.number])


def _replied(step: ActionInput) -> None:
    keep(step, Kind.REPLY_BACK, Actor.ASKER)
    _known(step)


def _wrote(step: ActionInput) -> None:
    first = keep(step, Kind.MESSAGE, Actor.ASKER)
    _known(step)
    if first and step.case.wake_for != "on":  # who asked back is told by the clock that it goes on
        tell(step, answerer(step.session, step.case), Purpose.TALK, "desk_message")


def _urged(step: ActionInput) -> None:
    tell(step, in_hand(step.session, step.case, step.now), Purpose.URGE, "desk_asker_urges", step.case.due_at)


MOVES = (
    Action("message", Actor.ASKER, WordsForm, bounded(Actor.ASKER), _wrote),
    Action("reply_back", Actor.ASKER, WordsForm, bounded(Actor.ASKER), _replied),
    Action("urge", Actor.ASKER, NoteForm, after=_urged),
    Action("take_later", Actor.ASKER, TakeLaterForm, _day, _known),
    Action("decline_later", Actor.ASKER, DeclineLaterForm, _day, _known),
)
