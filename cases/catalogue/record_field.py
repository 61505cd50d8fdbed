"""A record's field: what an item of class `query` can give back, or compare with what was stated; and a city's further ones."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from cases.catalogue.detail import Choice
from cases.catalogue.part import Code, Entry, Part, Text
from cases.question import FieldKind
from storage.json import Json

Mode = Literal["query", "compare"]
MODES: tuple[Mode, ...] = ("query", "compare")
AGREES = Text(zh="所述{label}与登记一致", en="{label}: as on record")
DIFFERS = Text(zh="登记中没有与所述一致的{label}", en="{label}: nothing on record as stated")
Needs = dict[str, tuple[str, ...]]  # names of fields, by the code of a matter or of an item


class RecordField(Part):
    """One field. How its value is written and compared: cases/records/field_values.py."""

    name: str = Code
    kind: FieldKind
    label: Text
    sensitivity: Literal["normal", "high"] = "normal"
    once: bool = False  # of an item with many rows: the same for all of them, and shown once
    order: int = 0  # fields are shown by this, and within it as they stand in the files
    choices: tuple[Choice, ...] = ()

    @cached_property
    def by_code(self) -> dict[str, Choice]:
        """Choices by their code."""
        return {choice.code: choice for choice in self.choices}

    def said(self, value: str, locale: str) -> str:
        """A value in words: that of a choice by its label, any other as it is."""
        choice = self.by_code.get(value)
        return choice.say(locale) if choice else value

    @property
    def detail(self) -> Json:
        """The detail in which a value of it is stated, as plain data."""
        plain = {"name": self.name, "kind": self.kind, "label": self.label.model_dump(), "compares": True}
        return plain | {"choices": [choice.model_dump() for choice in self.choices]}

    @property
    def fact(self) -> Json:
        """The fact that the stated value is the one on record, as plain data. It differs also where nothing is on record.

        So whoever may only compare never learns whether there is a record.
        """
        told = {"agrees": _named(AGREES, self.label), "differs": _named(DIFFERS, self.label)}
        return {"code": self.name, "label": self.label.model_dump(), "stated_with": self.name, **told}

    @model_validator(mode="after")
    def _choices_where_they_belong(self) -> Self:
        if (self.kind == "choice") != bool(self.choices):
            raise PydanticCustomError("choices", 'Give choices = [...] exactly where kind is "choice".')
        return self


class FurtherFields(Entry):
    """What a city's folder adds to an item of class `query`, in `fields/ITEM.toml`: fields, and matters that need some."""

    fields: tuple[RecordField, ...] = ()
    needed_by: Needs = {}
    compared_by: Needs = {}


def field_schema(field: RecordField, locale: str) -> Json:
    """One field for a page or a program."""
    plain = {"name": field.name, "kind": field.kind, "label": field.label.say(locale), "sensitivity": field.sensitivity}
    choices = [{"code": choice.code, "label": choice.say(locale)} for choice in field.choices]
    return {**plain, "once": field.once, "choices": choices}


def with_comparing(data: Any) -> Any:
    """An item's plain data with a detail and a fact for each field of its records, by which values are compared."""
    if not isinstance(data, Mapping) or not isinstance(data.get("fields"), list | tuple):
        return data
    try:
        fields = [RecordField.model_validate(one) for one in data["fields"]]
    except ValueError:
        return data  # told of by the field itself
    fields.sort(key=lambda field: field.order)
    details = [*_own(data.get("details")), *(field.detail for field in fields)]
    return {**data, "details": details, "facts": [*_own(data.get("facts")), *(field.fact for field in fields)]}


def _own(entries: Any) -> list[Any]:
    return list(entries) if isinstance(entries, list | tuple) else []


def _named(words: Text, label: Text) -> Json:
    return {"zh": words.zh.format(label=label.zh), "en": words.en.format(label=label.en)}
