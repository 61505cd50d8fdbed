"""Moves made by people: the form of each move, the check of who may make it, and the one way to carry it out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import Session

from access.principal import Principal
from access.refusals import NotAllowed
from cases.case import Case, find_case
from cases.lifecycle import Actor
from cases.moves import Move, Refusal, make_move
from cases.roles import actors_of, had_it, may_see, mover_of
from cases.rulebook import Rulebook
from storage.problem import N_, FieldFault, Problem, faults_of

NO_CASE = N_("There is no case with this number.")
NOT_HERE = N_("This case is not with your station any more.")
NO_MOVE = N_("There is no such move.")


class Form(BaseModel):
    """What somebody fills in to make a move. `seen` is the version of the case they looked at."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    seen: int | None = Field(default=None, description="The version you looked at; a change since then refuses the move")


class NoteForm(Form):
    """A move with a remark."""

    note: str = Field(default="", max_length=500)


class ReasonForm(Form):
    """A move that needs a reason, which goes on the trail."""

    note: str = Field(min_length=1, max_length=500)


@dataclass(frozen=True, slots=True)
class ActionInput:
    """A move being made: everything its preparation may look at."""

    session: Session
    case: Case
    form: Any
    principal: Principal
    now: datetime
    rulebook: Rulebook


def nothing_given(step: ActionInput) -> Mapping[str, object]:
    """For moves that carry nothing but themselves."""
    return {}


def nothing_after(step: ActionInput) -> None:
    """For moves after which nothing else happens."""


@dataclass(frozen=True, slots=True)
class Action:
    """How people make one move: as whom, with which form, what they give, and what follows in the same transaction."""

    move: str
    actor: Actor
    form: type[Form]
    given: Callable[[ActionInput], Mapping[str, Any]] = nothing_given
    after: Callable[[ActionInput], None] = nothing_after


class MoveRefused(Exception):
    """The case does not allow the move now; carries the Refusal."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.code)


def perform(acting: "ActionContext", number: str, action: Action, data: Mapping[str, object]) -> Case:
    """Makes the move for this person. Raises Problem (bad form, no such case), NotAllowed or MoveRefused."""
    form = read_form(action.form, data)
    case = seen_case(acting.session, number, acting.principal)
    if action.actor not in actors_of(acting.principal, case):
        if action.actor == Actor.CLERK and had_it(acting.principal, case):
            raise MoveRefused(Refusal(case.number, "not_here", NOT_HERE, {}, case.state))
        raise NotAllowed
    step = ActionInput(acting.session, case, form, acting.principal, acting.now, acting.rulebook)
    given, note = action.given(step), getattr(form, "note", "")
    move = Move(case.number, action.move, mover_of(step.principal, action.actor), form.seen, note, given)
    result = make_move(step.session, move, step.now, step.rulebook)
    if isinstance(result, Refusal):
        raise MoveRefused(result)
    action.after(step)
    return result


@dataclass(frozen=True, slots=True)
class ActionContext:
    """Who does something now, in which transaction, by which rules."""

    session: Session
    principal: Principal
    now: datetime
    rulebook: Rulebook


def seen_case(session: Session, number: str, principal: Principal) -> Case:
    """The case, if this person may see it; to others it does not exist. Raises Problem."""
    case = find_case(session, number)
    if case is None or not may_see(principal, case):
        raise no_case()
    return case


def no_case() -> Problem:
    """What those hear who may not know of a case, and whoever names one that is none."""
    return Problem([FieldFault("number", "unknown_case", NO_CASE)], 404)


Filled = TypeVar("Filled", bound=Form)


def read_form(form: type[Filled], data: Mapping[str, object]) -> Filled:
    """The filled-in form; raises Problem with every fault."""
    try:
        return form.model_validate(data)
    except ValidationError as error:
        raise Problem(faults_of(error)) from None
