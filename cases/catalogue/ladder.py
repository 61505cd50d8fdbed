"""Ladder: the TOML shape of an escalation plan, who is notified in which order until somebody acts."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cases.catalogue.part import Entry, Part, Text


class Rung(StrEnum):
    """Who stands on a step: people of the answering or the asking unit, or contacts of the area the question leads to."""

    DUTY = "duty"
    NEXT_CLERK = "next_clerk"
    LEADER = "leader"
    SUPERVISOR = "supervisor"
    FIRST_CONTACT = "first_contact"
    DEPUTY = "deputy"
    NEXT_CONTACT = "next_contact"
    ASKER = "asker"  # who asked: their answer was amended
    ASKING_LEADER = "asking_leader"  # of the unit that asked
    BACK_TO_DESK = "back_to_desk"  # nobody was reached: the clerk decides


class Step(Part):
    """One step. The delay is counted from the step before it; a step with nobody on it is passed over at once."""

    who: Rung
    after_office_minutes: int = Field(ge=0)


class Ladder(Entry):
    """Steps in their order."""

    title: Text
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _desk_comes_last(self) -> Self:
        if Rung.BACK_TO_DESK in [step.who for step in self.steps[:-1]]:
            raise PydanticCustomError("steps", "back_to_desk ends a ladder: it can only be the last step.")
        return self
