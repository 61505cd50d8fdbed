"""Saying something on a case: the form, what it is refused for, and how the words are kept beside the move."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field
from sqlmodel import col, select

from cases.actions import ActionInput, Form
from cases.conversation.message import LONGEST, MOST, Kind, Message, count_of
from cases.lifecycle import Actor
from storage.problem import N_, FieldFault, Problem
from storage.unseen_signs import is_unseen

TOO_MANY = N_("This side has written {most} messages on this case already. Ring them: the number stands on the page.")
BURST = timedelta(minutes=30)  # several messages in so short a time are one text


def _seen(value: object) -> object:
    """Without what nobody sees: such signs alone say nothing, and some turn round the direction of what stands beside them."""
    return "".join(sign for sign in value if sign in "\n\t" or not is_unseen(sign)) if isinstance(value, str) else value


class WordsForm(Form):
    """What is said to the other side."""

    words: Annotated[str, BeforeValidator(_seen)] = Field(min_length=1, max_length=LONGEST)


def bounded(side: Actor) -> Callable[[ActionInput], Mapping[str, object]]:
    """Refuses what is said after so many messages of this side."""

    def given(step: ActionInput) -> Mapping[str, object]:
        if count_of(step.session, step.case.number, side) >= MOST:
            raise Problem([FieldFault("words", "too_many", TOO_MANY, {"most": str(MOST)})])
        return {}

    return given


def keep(step: ActionInput, kind: Kind, side: Actor) -> bool:
    """Keeps the words; whether it is the first for a while, so that the other side is texted."""
    lately = (Message.number == step.case.number, Message.side == side.value, col(Message.at) > step.now - BURST)
    first = step.session.exec(select(Message.id).where(*lately).limit(1)).first() is None
    said = Message(number=step.case.number, at=step.now, kind=kind.value, side=side.value, words=step.form.words,
                   unit=step.principal.unit, who=step.principal.username)  # fmt: skip
    step.session.add(said)
    step.session.flush()
    return first
