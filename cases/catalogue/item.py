"""An item: one thing that can be verified, as its TOML file says it."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from string import Formatter
from typing import Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cases.catalogue.answering import ArchiveForm, Phrase
from cases.catalogue.detail import Detail, detail_schema
from cases.catalogue.fact import WHEN, Fact
from cases.catalogue.part import Entry, Text
from cases.catalogue.record_field import MODES, FurtherFields, Mode, Needs, RecordField, field_schema, with_comparing
from cases.catalogue.return_reasons import USUAL, ReturnReason
from cases.catalogue.role import Role, role_schema
from cases.catalogue.stop import Stop
from cases.catalogue.times import AskBack, Deadline, Retention
from cases.question import Outcome, Question, Verdict
from storage.json import Json

# Without these a machine or a clerk would have no honest word left and would have to keep silent.
ALWAYS = (Outcome.CONFIRMED, Outcome.NO_RECORD, Outcome.NOT_DIGITISED, Outcome.CANNOT_SAY)
COMPARING = Text(zh="所填内容与登记一致吗？（{title}）", en="Is what is stated as on record? ({title})")


class Item(Entry):
    """What can be verified, by whom, and how it is asked and answered."""

    holder: str = Field(min_length=1, description="The code of the unit that answers")
    title: Text
    help: Text
    keywords: tuple[str, ...]
    sensitivity: Literal["normal", "high"] = "normal"
    certificate_class: Literal["check", "query"] = Field(alias="class", description="Its class in the city's list of certificates")
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
    record_fields: tuple[RecordField, ...] = Field(default=(), alias="fields", description="Class query: what a record holds")
    shows: Text | None = None  # ... what an answer shows, and what it does not say
    paper: Text | None = None  # ... what its sealed page is called: an electronic certificate
    rows: Literal["one", "many"] = "one"  # ... whether one person has one of it, or several (periods, properties)
    modes: tuple[Mode, ...] = MODES  # ... whether its fields can be asked for, values be compared with them, or both
    needed_by: Needs = {}  # ... which fields these matters get; a matter's own file may say it too
    compared_by: Needs = {}  # ... of which fields values may be compared for these matters

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

    @property
    def is_query(self) -> bool:
        """Whether it gives back fields of a record, or compares with them, instead of verifying what was stated."""
        return self.certificate_class == "query"

    @cached_property
    def by_field(self) -> dict[str, RecordField]:
        """The record's fields by name, in the order in which they are shown."""
        return {field.name: field for field in sorted(self.record_fields, key=lambda field: field.order)}

    def with_further(self, further: FurtherFields) -> Self:
        """The same item with the fields that a city adds. Raises ValidationError."""
        plain = self.model_dump(by_alias=True, exclude_unset=True)
        facts = [fact for fact in plain.get("facts", ()) if fact["code"] not in self.by_field]
        own = [detail for detail in plain.get("details", ()) if not detail.get("compares")]
        more = [field.model_dump() for field in further.fields]
        return type(self).model_validate({**plain, "details": own, "facts": facts, "fields": [*plain.get("fields", ()), *more]})

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

    def comparing(self, locale: str) -> str:
        """What is asked where values are only compared."""
        return COMPARING.say(locale).format(title=self.title.say(locale))

    def retold(self, words: str, locale: str) -> str:
        """Words of an answer or a return for a reader of this language: lines that are standard in theirs, others as written."""
        known = {said: phrase for phrase in (*self.phrases, *self.return_reasons) for said in (phrase.zh, phrase.en)}
        return "\n".join(known[line].say(locale) if line in known else line for line in words.splitlines())

    def sentence(self, question: Question, locale: str) -> str:
        """A whole question as a sentence; empty where the item has none."""
        if question.mode == "compare":
            return self.comparing(locale)
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
            **self._record_schema(locale),
        }

    def _record_schema(self, locale: str) -> Json:
        if not self.is_query:
            return {}
        fields = [field_schema(field, locale) for field in self.by_field.values()]
        return {"class": self.certificate_class, "rows": self.rows, "modes": list(self.modes), "fields": fields}

    @model_validator(mode="before")
    @classmethod
    def _can_be_compared(cls, data: Any) -> Any:
        plain = with_comparing(data) if isinstance(data, Mapping) and "compare" in data.get("modes", MODES) else data
        # Beside fields no words of the clerk's own: they could say what the matter does not need.
        return {"free_words": False, **plain} if isinstance(plain, Mapping) and plain.get("class") == "query" else plain

    @model_validator(mode="after")
    def _gives_fields_or_none(self) -> Self:
        if self.is_query != bool(self.record_fields):
            raise PydanticCustomError("fields", 'Give [[fields]] exactly where class is "query".')
        if self.is_query and (self.consult or self.free_words or self.matters or not self.modes or self.valid_days is None):
            raise PydanticCustomError(
                "fields",
                "An item of class query names valid_days and modes, its matters in [needed_by] and [compared_by], "
                "and has no consult, free_words or matters.",
            )
        if self.is_query and {fact.code for fact in self.facts} - self.by_field.keys():
            raise PydanticCustomError("facts", "The facts of an item of class query are its fields: give no [[facts]].")
        if self.is_query and "compare" in self.modes and Outcome.CONTRADICTED not in self.outcomes:
            raise PydanticCustomError("outcomes", "[outcomes] needs contradicted where values are compared.")
        if not self.is_query and (self.needed_by or self.compared_by):
            raise PydanticCustomError("fields", "[needed_by] and [compared_by] belong to an item of class query.")
        return self

    @model_validator(mode="after")
    def _names_are_single(self) -> Self:
        names = [role.role for role in self.subjects] + [detail.name for detail in self.details]
        names += [] if "compare" in self.modes else [field.name for field in self.record_fields]
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
        for fact in self.facts:
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
