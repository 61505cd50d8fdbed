"""An item: one thing that can be verified, as its TOML file says it."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from string import Formatter
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cases.catalogue.answering import ArchiveForm, Phrase
from cases.catalogue.fact import WHEN, Fact
from cases.catalogue.part import Code, Entry, Part, Text
from cases.catalogue.return_reasons import USUAL, ReturnReason
from cases.catalogue.role import Role, role_schema
from cases.catalogue.stop import Stop
from cases.catalogue.times import AskBack, Deadline, Retention
from cases.question import Outcome, Question, Verdict
from storage.json import Json

# Without these a machine or a clerk would have no honest word left and would have to keep silent.
ALWAYS = (Outcome.CONFIRMED, Outcome.NO_RECORD, Outcome.NOT_DIGITISED, Outcome.CANNOT_SAY)


class Choice(Text):
    """One of the values that a detail may have."""

    code: str = Code


class Detail(Part):
    """A further field of the question."""

    name: str = Code
    kind: Literal["text", "choice", "year", "date", "number"]
    label: Text
    required: bool = False
    choices: tuple[Choice, ...] = ()

    @cached_property
    def by_code(self) -> dict[str, Choice]:
        """Choices by their code."""
        return {choice.code: choice for choice in self.choices}

    @model_validator(mode="after")
    def _choices_where_they_belong(self) -> Self:
        if (self.kind == "choice") != bool(self.choices):
            raise PydanticCustomError("choices", 'Give choices = [...] exactly where kind is "choice".')
        return self


class Item(Entry):
    """What can be verified, by whom, and how it is asked and answered."""

    holder: str = Field(min_length=1, description="The code of the unit that answers")
    title: Text
    help: Text
    keywords: tuple[str, ...]
    sensitivity: Literal["normal", "high"] = "normal"
    certificate_class: Literal["check"] = Field(alias="class", description="Its class in the city's list of certificates")
    electronic_from: int | None = Field(default=None, ge=1900, le=2100)
    ladder: str = "window"
    consult: bool = False
    matters: tuple[str, ...] = ()
    deadline: Deadline
    retention: Retention = Retention()
    ask_back: AskBack = AskBack()
    subjects: tuple[Role, ...] = Field(min_length=1)
    details: tuple[Detail, ...] = ()
    outcomes: dict[Outcome, Text]
    facts: tuple[Fact, ...] = ()  # what a question may state, the main one first
    complete_since: date | None = None  # since then the register holds all that is so today: then "none" is an answer
    valid_days: int | None = Field(default=None, ge=1, le=3650, description="Days for which an answer may be relied upon")
    evidence: dict[str, Text] = Field(default_factory=dict, description="Words for further evidence of its own machine, by name")
    phrases: tuple[Phrase, ...] = ()
    return_reasons: tuple[ReturnReason, ...] = USUAL
    archive_form: ArchiveForm = ArchiveForm()
    free_words: bool = True  # false: beside the outcome stand ready sentences alone, none of the clerk's own
    forbidden: tuple[str, ...] = ()  # what no answer of this item may call it, in any language
    ask_contact: Text | None = None
    not_needed: tuple[Stop, ...] = ()  # questions that are stopped, because a certificate of it is not needed
    reads: Text | None = None  # the whole question as one sentence, for whoever asks and whoever answers

    @property
    def machine_minutes(self) -> int:
        """Minutes of the wall clock that the machine may take before a person looks."""
        return self.deadline.machine_minutes

    @cached_property
    def roles(self) -> dict[str, Role]:
        """Roles by name."""
        return {role.role: role for role in self.subjects}

    @cached_property
    def fields(self) -> dict[str, Detail]:
        """Details by name."""
        return {detail.name: detail for detail in self.details}

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Names of the roles and details that every question has."""
        return tuple(r.role for r in self.subjects if r.required) + tuple(d.name for d in self.details if d.required)

    def script(self, question: Question, locale: str) -> str:
        """What to ask a contact, names filled in; for the page of the phone task only. Empty where contacts are not asked."""
        if self.ask_contact is None:
            return ""
        names = {role: subject.name for role, subject in question.subjects.items()}
        return self.ask_contact.say(locale).format(**self._told(question.details, locale), **names)

    def read_back(self, names: Mapping[str, str], details: Mapping[str, str], locale: str) -> str:
        """The question as a sentence, from names by role and details; empty while something it names is missing."""
        told = {**self._told(details, locale), **names}
        if self.reads is None or not all(told.get(name) for name in placeholders(self.reads)):
            return ""
        return self.reads.say(locale).format(**told)

    def retold(self, words: str, locale: str) -> str:
        """Words of an answer or a return for a reader of this language: lines that are standard in theirs, others as written."""
        known = {said: phrase for phrase in (*self.phrases, *self.return_reasons) for said in (phrase.zh, phrase.en)}
        return "\n".join(known[line].say(locale) if line in known else line for line in words.splitlines())

    def sentence(self, question: Question, locale: str) -> str:
        """A whole question as a sentence; empty where the item has none."""
        return self.read_back({role: one.name for role, one in question.subjects.items()}, question.details, locale)

    def _told(self, details: Mapping[str, str], locale: str) -> dict[str, str]:
        return {name: self._detail_words(name, value, locale) for name, value in details.items() if name in self.fields}

    def _detail_words(self, name: str, value: str, locale: str) -> str:
        choice = self.fields[name].by_code.get(value)
        return choice.say(locale) if choice else value

    def field_schema(self, locale: str) -> Json:
        """Everything that a form or a program needs for asking this item, as plain JSON."""
        return {
            "code": self.code,
            "holder": self.holder,
            "title": self.title.say(locale),
            "help": self.help.say(locale),
            "sensitivity": self.sensitivity,
            "electronic_from": self.electronic_from,
            "deadline": self.deadline.model_dump(),
            "ask_back": self.ask_back.model_dump(),
            "return_reasons": [{"code": reason.code, "label": reason.say(locale)} for reason in self.return_reasons],
            "subjects": [role_schema(role, locale) for role in self.subjects],
            "details": [detail_schema(detail, locale) for detail in self.details],
            "outcomes": [{"code": code.value, "label": text.say(locale)} for code, text in self.outcomes.items()],
            "facts": [{"code": fact.code, "label": fact.label.say(locale)} for fact in self.facts],
        }

    @model_validator(mode="after")
    def _names_are_single(self) -> Self:
        names = [role.role for role in self.subjects] + [detail.name for detail in self.details]
        if len(set(names)) < len(names):
            raise PydanticCustomError("names", "Every role and every detail needs a name of its own.")
        return self

    @model_validator(mode="after")
    def _has_honest_outcomes(self) -> Self:
        if not set(ALWAYS) <= set(self.outcomes):
            raise PydanticCustomError("outcomes", "[outcomes] needs at least confirmed, no_record, not_digitised and cannot_say.")
        return self

    @model_validator(mode="after")
    def _facts_can_be_told(self) -> Self:
        """One is stated by whatever question, and their sentences name choices of details that stand whenever the fact does."""
        if len({fact.code for fact in self.facts}) < len(self.facts):
            raise PydanticCustomError("facts", "Every fact needs a code of its own.")
        codes = [fact.code for fact in self.facts]
        for place, fact in enumerate(self.facts):
            if fact.needs and fact.needs not in codes[:place]:
                raise PydanticCustomError("facts", "`needs` names a fact that stands before this one.")
        if {phrase.needs for phrase in self.phrases} - {"", *codes}:
            raise PydanticCustomError("phrases", "`needs` of a ready sentence names a fact of the item.")
            details = {fact.stated_with, *fact.stated_without} - {"", "year"}
            named = set().union(*(placeholders(fact.sentence(verdict)) for verdict in Verdict))
            told = {name for name in named if name in self.required and self.fields.get(name) and self.fields[name].choices}
            if details - set(self.fields) or named - told - {WHEN}:
                raise PydanticCustomError(
                    "facts", "[[facts]] may name only details of the item, and in braces only required choices."
                )
        return self

    @model_validator(mode="after")
    def _script_can_be_filled(self) -> Self:
        if len({reason.code for reason in self.return_reasons}) < len(self.return_reasons):
            raise PydanticCustomError("return_reasons", "Every reason for a return needs a code of its own.")
        if self.consult != (self.ask_contact is not None):
            raise PydanticCustomError("ask_contact", "Give [ask_contact] exactly where consult = true.")
        if self.ask_contact and not placeholders(self.ask_contact) <= set(self.required):
            raise PydanticCustomError("ask_contact", "[ask_contact] may name in braces only required roles and details.")
        if self.reads and not placeholders(self.reads) <= set(self.required):
            raise PydanticCustomError("reads", "[reads] may name in braces only required roles and details.")
        return self


def placeholders(text: Text) -> set[str]:
    """The names in braces, in either language; `?` for braces that do not close."""
    try:
        return {name for words in (text.zh, text.en) for _, name, _, _ in Formatter().parse(words) if name is not None}
    except ValueError:
        return {"?"}


def detail_schema(detail: Detail, locale: str) -> Json:
    """One detail for a form."""
    schema = {"name": detail.name, "kind": detail.kind, "label": detail.label.say(locale), "required": detail.required}
    return schema | {"choices": [{"code": choice.code, "label": choice.say(locale)} for choice in detail.choices]}
