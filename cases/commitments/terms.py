"""Terms: what a certificate's file says in `[commitment]`: what is stated, how it is checked, how long it counts, what follows.

[commitment]                       # only where the class is commitment; every line but `states` may be left out
counts_months = 12                 # so long it counts, for the one matter for which it was signed
objection_days = 10                # working days in which somebody may object to "found false"
listed_months = 12                 # so long a false one stands on the list
paper_days = 0                     # more than 0: no commitment in place of the paper, but the paper follows within so many
                                   # working days at the latest (容缺受理); then the lines about checks and the list are not needed
[[commitment.fields]]              # what is filled in beside name and number of the person, in this order
code = "household"                 # in sentences: {household}
label = { zh = "家庭人数", en = "Members of the household" }
kind = "number"                    # text, date, number, money, choice, person (a name and an ID number)
[[commitment.states]]              # the sentences that the person states, each beginning with "I"
zh = "本人家庭共有 {household} 人。"
en = "My household has {household} members."
[[commitment.consequences]]        # what follows here beside what always follows (see wording.toml), and by which rule
zh = "……（依据：……）"
en = "... (rule: ...)"
[commitment.check]                 # how our own check asks later; left out: it is checked by lot alone
item = "household_page"
after_days = 7
subjects = { person = "person" }   # for each role of the item "person" (who signs) or the name of a field of kind person
details = {}                       # for each detail of the item the name of a field
"""

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any, Literal, Self

from pydantic import AliasChoices, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from cases.catalogue.catalogue import Catalogue
from cases.catalogue.part import Part, Text
from storage.problem import N_, FieldFault, Problem, faults_of

NO_ITEM = N_("There is no such item in the catalogue.")
GIVES_FIELDS = N_("An own check asks an item that is answered by true or not. This one gives back fields of a record.")
ROLES = N_("Say who of the commitment stands for each person that the item asks about: {roles}.")
DETAILS = N_("Say which field of the commitment gives each detail of the item: {details}.")
PERSON = "person"
GIVEN = frozenset({"name", "number", "unit", "matter", "certificate", "due_on"})  # what every sentence may name beside the fields
NO_TEXT = N_("The reform office has not written the text of this commitment yet: ask for the certificate as before.")


class Choice(Text):
    """One of the values among which is chosen."""

    code: str = Field(pattern=r"^[a-z0-9_]{1,40}$")


class StatedField(Part):
    """Something that is filled in and stands in the text."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", validation_alias=AliasChoices("code", "name"))
    label: Text
    kind: Literal["text", "date", "number", "money", "choice", "person"] = "text"
    required: bool = True
    most: int = Field(default=100, ge=1, le=400)  # characters
    choices: tuple[Choice, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _choices_where_chosen(self) -> Self:
        if (self.kind == "choice") != bool(self.choices):
            raise PydanticCustomError("choices", "choices stand where kind is choice, and nowhere else.")
        return self


class OwnCheck(Part):
    """How the house itself asks later whether it is true."""

    item: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    after_days: int = Field(default=7, ge=1, le=365)
    subjects: Mapping[str, str] = Field(default_factory=lambda: {PERSON: PERSON})
    details: Mapping[str, str] = Field(default_factory=dict)


class Terms(Part):
    """The `[commitment]` of a certificate."""

    states: tuple[Text, ...] = Field(min_length=1, max_length=12)
    fields: tuple[StatedField, ...] = Field(default=(), max_length=12)
    consequences: tuple[Text, ...] = Field(default=(), max_length=8)
    checked_by: Text | None = None
    check: OwnCheck | None = None
    counts_months: int = Field(default=12, ge=1, le=60)
    objection_days: int = Field(default=10, ge=3, le=60)
    listed_months: int = Field(default=12, ge=1, le=60)
    paper_days: int = Field(default=0, ge=0, le=90)

    @field_validator("consequences", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        """A single sentence may stand there without a list around it."""
        return [value] if isinstance(value, dict) else value

    @property
    def by_name(self) -> dict[str, StatedField]:
        """The fields by their name."""
        return {field.name: field for field in self.fields}

    @property
    def paper_follows(self) -> bool:
        """Whether this is a paper that follows, and not a commitment in its place."""
        return self.paper_days > 0

    @model_validator(mode="after")
    def _names_only_what_there_is(self) -> Self:
        known, people = GIVEN | set(self.by_name), {f.name for f in self.fields if f.kind == PERSON}
        if len(self.by_name) != len(self.fields) or GIVEN & set(self.by_name):
            raise PydanticCustomError("fields", "Each field has a name of its own, and none of those that always stand there.")
        if unknown := sorted(set(self._named()) - known):
            raise PydanticCustomError("placeholder", "There is no field {names}.", {"names": ", ".join(unknown)})
        if self.check and (unknown := sorted(set(self.check.subjects.values()) - people - {PERSON})):
            raise PydanticCustomError("subjects", "No field of kind person: {names}.", {"names": ", ".join(unknown)})
        if self.check and (unknown := sorted(set(self.check.details.values()) - set(self.by_name))):
            raise PydanticCustomError("details", "There is no field {names}.", {"names": ", ".join(unknown)})
        return self

    def _named(self) -> Iterator[str]:
        for text in (*self.states, *self.consequences, *filter(None, [self.checked_by])):
            for words in (text.zh, text.en):
                yield from names_in(words)


def names_in(words: str) -> list[str]:
    """What stands in braces in a sentence. Raises PydanticCustomError where the braces are none."""
    try:
        parts = list(Formatter().parse(words))
    except ValueError:
        raise PydanticCustomError("braces", "A brace is not closed, or stands alone.") from None
    if any(name == "" or conversion or wanted for _, name, wanted, conversion in parts if name is not None):
        raise PydanticCustomError("braces", "In braces stands the code of a field and nothing else.")
    return [name for _, name, _, _ in parts if name]


def read_terms(plain: Mapping[str, Any]) -> Terms:
    """The terms as a file or the browser gave them. Raises Problem with every fault, each naming its field under `commitment`."""
    try:
        return Terms.model_validate(dict(plain))
    except ValidationError as error:
        where = [FieldFault(f"commitment.{one.field}".rstrip("."), one.code, one.message, one.params) for one in faults_of(error)]
        raise Problem(where) from None


def terms_of(plain: Mapping[str, Any]) -> Terms:
    """The terms that a certificate of the directory holds. Raises Problem (409) where nobody has written them yet."""
    if not plain:
        raise Problem([FieldFault("certificate", "no_text", NO_TEXT)], 409)
    return read_terms(plain)


def check_faults(terms: Terms, catalogue: Catalogue) -> Iterator[FieldFault]:
    """What does not fit between the own check and the item that it asks, each with its field under `commitment`."""
    check = terms.check
    if check is None:
        return
    item = catalogue.items.get(check.item)
    if item is None:
        yield FieldFault("commitment.check.item", "unknown_item", NO_ITEM)
        return
    if item.is_query:
        yield FieldFault("commitment.check.item", "gives_fields", GIVES_FIELDS)
        return
    needed = {role.role for role in item.subjects if role.required}
    if not needed <= set(check.subjects) or set(check.subjects) - set(item.roles):
        yield FieldFault("commitment.check.subjects", "roles", ROLES, {"roles": ", ".join(item.roles)})
    if {one.name for one in item.details if one.required} - set(check.details) or set(check.details) - set(item.fields):
        yield FieldFault("commitment.check.details", "details", DETAILS, {"details": ", ".join(item.fields)})
