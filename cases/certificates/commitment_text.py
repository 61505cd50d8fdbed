"""The text of a commitment, as the directory keeps it for a certificate of this class: what is stated, and what follows from it."""

from typing import Literal

from pydantic import Field

from cases.catalogue.part import Code, Part, Text


class CommitmentField(Part):
    """One value that the person states; `{name}` in a sentence stands for it."""

    name: str = Code
    label: Text
    kind: Literal["text", "date", "number", "money"] = "text"


class CommitmentText(Part):
    """What a person signs. `states` are the sentences, in their order; `checked_by` says who may check them, and how."""

    fields: tuple[CommitmentField, ...] = ()
    states: tuple[Text, ...] = Field(min_length=1)
    consequences: Text
    checked_by: Text
