"""Question and finding: the validated data (JSON) that forms, API and letters share, with outcomes and sources."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from cases.documents.subject import Subject as Subject
from storage.unseen_signs import is_unseen


class Outcome(StrEnum):
    """What was found. Silence is never one of these."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    NO_RECORD = "no_record"
    NOT_DIGITISED = "not_digitised"  # the machine's word: a person must look
    CANNOT_SAY = "cannot_say"
    AVAILABLE_FROM = "available_from"
    IDENTITY_MISMATCH = "identity_mismatch"  # name and number do not belong together: says nothing about the item


class Verdict(StrEnum):
    """What a finding says of one fact that the question states."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


class Identity(StrEnum):
    """Whether a subject's name and number belong together where somebody looked (银发〔2007〕345号 has these three for banks)."""

    AGREES = "agrees"
    NAME_DIFFERS = "name_differs"  # the number is there, under another name, which is not told
    NOT_KNOWN = "not_known"  # no such number there


class Source(StrEnum):
    """Where it was found, best evidence first."""

    RECORD = "record"  # the department's machine
    ARCHIVE = "archive"  # a clerk, in the archive
    COMMUNITY = "community"  # a contact's statement


MOST_ROWS = 200  # of one record: a person's properties, or the years they were insured
MOST_FIELDS = 60
LONGEST_VALUE = 200  # characters
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
FieldValue = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_VALUE)]
RecordRow = Annotated[dict[FieldName, FieldValue], Field(max_length=MOST_FIELDS)]
FieldKind = Literal["text", "date", "number", "money", "choice", "id"]
Wanted = dict[FieldName, FieldKind]
GRADES = {Source.RECORD: "A", Source.ARCHIVE: "B", Source.COMMUNITY: "C"}


class Question(BaseModel):
    """What is asked. `Question.model_validate(..., context={"today": date})` refuses births and years in the future.

    `mode` says of an item of class query what is wanted: `query` the fields of the record, `compare` only whether the values
    stated in `details` are those on record; it is empty for all other items. `wanted` are those fields with their kinds: the house
    writes it, from the list of the matter, and nothing beyond it may be in a finding.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, from_attributes=True)

    item: str = Field(min_length=1, max_length=64)
    matter: str = Field(min_length=1, max_length=64)
    subjects: dict[str, Subject]
    details: dict[str, str] = Field(default_factory=dict)
    year: int | None = Field(default=None, ge=1900, le=2100, description="When the asked fact is said to have happened")
    purpose: str = Field(min_length=1, max_length=200)
    reference: str = Field(min_length=1, max_length=64, description="The file number of the asking unit's own case")
    urgent: bool = False
    urgent_reason: str = Field(default="", max_length=200)
    # Left out where there is none: agents of before know nothing of them.
    mode: Literal["", "query", "compare"] = Field(default="", exclude_if=lambda value: not value)
    wanted: Wanted = Field(default_factory=dict, exclude_if=lambda value: not value)

    @field_validator("reference", mode="before")
    @classmethod
    def _read_reference(cls, value: object) -> object:
        # Signs that nobody sees come along when a number is copied out of a sheet or a chat; a line break stays, to be told of.
        return "".join(s for s in value if s.isspace() or not is_unseen(s)) if isinstance(value, str) else value

    @field_validator("year", mode="before")
    @classmethod
    def _read_year(cls, value: Any) -> Any:
        """Also as an input method writes it, in full width or with 年 behind it."""
        return unicodedata.normalize("NFKC", value).strip().removesuffix("年") if isinstance(value, str) else value

    @field_validator("year")
    @classmethod
    def _has_begun(cls, value: int | None, info: ValidationInfo) -> int | None:
        today = (info.context or {}).get("today")
        if value is not None and today is not None and value > today.year:
            raise PydanticCustomError("year_in_future", "This year lies in the future: nothing can be on record for it yet.")
        return value

    @model_validator(mode="after")
    def _urgent_needs_a_reason(self) -> "Question":
        if self.urgent and not self.urgent_reason:
            raise PydanticCustomError("urgent_reason", "An urgent question needs a reason.")
        return self


class Finding(BaseModel):
    """What was found, by machine, clerk or contact.

    `facts` says of each fact that the question states (by its code in the item) whether it agrees; a finding without them is
    taken as its outcome has it. `values` are the record's own words on a fact, `identity` says by role whether name and number
    belong together. All three may be left out. `records` are the fields that a query asked for, a row each of what is on record;
    how their values are written: cases/records/field_values.py. A field that is empty on record is left out.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, from_attributes=True)

    outcome: Outcome
    source: Source
    words: str = Field(default="", max_length=2000)
    evidence: dict[str, str] = Field(default_factory=dict)  # e.g. id_form: "15", household, archive, years
    available_on: date | None = None
    facts: dict[str, Verdict] = Field(default_factory=dict)
    values: dict[str, Annotated[str, StringConstraints(min_length=1, max_length=200)]] = Field(default_factory=dict)
    identity: dict[str, Identity] = Field(default_factory=dict)
    records: list[RecordRow] = Field(default_factory=list, max_length=MOST_ROWS)

    @property
    def grade(self) -> str:
        """A for a record, B for an archive, C for a statement."""
        return GRADES[self.source]

    def plain(self) -> dict[str, Any]:
        """As letters and the database hold it; what was not said is left out."""
        shape = self.model_dump(mode="json", exclude_none=True)
        return {name: value for name, value in shape.items() if value or name in ("words", "evidence")}

    @model_validator(mode="after")
    def _available_from_names_a_day(self) -> "Finding":
        if (self.outcome == Outcome.AVAILABLE_FROM) != (self.available_on is not None):
            raise PydanticCustomError("available_on", "A day is named if it can be told only from then on, and only then.")
        return self

    @model_validator(mode="after")
    def _mismatch_names_a_role(self) -> "Finding":
        wrong = any(said != Identity.AGREES for said in self.identity.values())
        if (self.outcome == Outcome.IDENTITY_MISMATCH) and (self.facts or not wrong):
            raise PydanticCustomError("identity", "Where name and number do not fit, say whose; then nothing is said of the facts.")
        return self


def read_count(text: str) -> int | None:
    """A whole number from 0 to 9999 in a detail, in digits of any width; None for everything else: a sign, a word, a unit."""
    digits = text.strip()
    plain = unicodedata.normalize("NFKC", digits) if digits.isdecimal() else ""  # a raised 2 is a digit, and counts nothing
    return int(plain) if re.fullmatch("[0-9]{1,4}", plain) else None


def outcome_of(verdicts: Iterable[Verdict]) -> Outcome:
    """The outcome that follows from what is said of the facts, the main one's first."""
    said = list(verdicts)
    if Verdict.DIFFERS in said:
        return Outcome.CONTRADICTED
    return Outcome.CONFIRMED if said and said[0] == Verdict.AGREES else Outcome.CANNOT_SAY
