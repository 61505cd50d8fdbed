"""A detail: a further field of an item's question, and the choices that one may have."""

from functools import cached_property
from typing import Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from cases.catalogue.part import Code, Part, Text
from storage.json import Json


class Choice(Text):
    """One of the values that a detail may have."""

    code: str = Code


class Detail(Part):
    """A further field of the question."""

    name: str = Code
    kind: Literal["text", "choice", "year", "date", "number", "money", "id"]
    label: Text
    required: bool = False
    choices: tuple[Choice, ...] = ()
    compares: bool = False  # a value of the record's field of this name, stated to be compared: see RecordField

    @cached_property
    def by_code(self) -> dict[str, Choice]:
        """Choices by their code."""
        return {choice.code: choice for choice in self.choices}

    @model_validator(mode="after")
    def _choices_where_they_belong(self) -> Self:
        if (self.kind == "choice") != bool(self.choices):
            raise PydanticCustomError("choices", 'Give choices = [...] exactly where kind is "choice".')
        return self


def detail_schema(detail: Detail, locale: str) -> Json:
    """One detail for a form."""
    schema = {"name": detail.name, "kind": detail.kind, "label": detail.label.say(locale), "required": detail.required}
    return schema | {"choices": [{"code": choice.code, "label": choice.say(locale)} for choice in detail.choices]}
