"""An item's TOML fields for its times: how long an answer may take, how long it is kept, how long the asker may be waited for."""

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cases.catalogue.part import Part


class Deadline(Part):
    """How long an answer may take: office minutes for the whole, wall-clock minutes for the machine before a person looks."""

    office_minutes: int = Field(gt=0)
    urgent_office_minutes: int = Field(gt=0)
    machine_minutes: int = Field(gt=0)

    @model_validator(mode="after")
    def _urgent_is_quicker(self) -> Self:
        if self.urgent_office_minutes > self.office_minutes:
            raise PydanticCustomError("urgent", "urgent_office_minutes must not be more than office_minutes.")
        return self


class Retention(Part):
    """How long a closed case of this item may be seen, and how long it is kept; counted from its closing."""

    months_until_blocked: int = Field(default=6, ge=1, le=120)
    months_until_deleted: int = Field(default=36, ge=1, le=1200)

    @model_validator(mode="after")
    def _blocked_before_deleted(self) -> Self:
        if self.months_until_blocked > self.months_until_deleted:
            raise PydanticCustomError("retention", "months_until_blocked must not be more than months_until_deleted.")
        return self


class AskBack(Part):
    """How long the clock waits when the clerk asks back, and how often in one case."""

    office_minutes: int = Field(default=420, ge=30, le=2100)  # 420 are one working day
    times: int = Field(default=2, ge=0, le=5)  # 0: the clock is never paused for this item
