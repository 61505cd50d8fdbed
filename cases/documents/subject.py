"""A subject: the person or enterprise a question is about, with the number by which it is known."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from cases.documents.document import Document
from cases.documents.id_numbers import BadNumber, ResidentId, parse_credit_code
from cases.documents.known_kinds import RESIDENT, kinds_of, read_document
from cases.documents.latin_names import latin_form, same_latin_name
from cases.documents.stated_document import StatedDocument
from cases.names import comparison_form, visible

Name = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Subject(BaseModel):
    """Whom or what the question is about: a person with a name and an ID number or another document, or an enterprise with a
    credit code.

    `document` is for people without a resident ID card; one that is said to be of such a card becomes the `id_number`. `other_name`
    is what the document has in other letters beside the name: the Chinese name beside the Latin one, or the other way round.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Name
    id_number: str | None = None
    credit_code: str | None = None
    # Left out where there is none: agents, keys and sheets of before know nothing of them.
    document: StatedDocument | None = Field(default=None, exclude_if=lambda value: value is None)
    other_name: Name | None = Field(default=None, exclude_if=lambda value: value is None)

    @field_validator("name", "other_name", mode="before")
    @classmethod
    def _read_name(cls, value: object) -> object:
        return visible(value) if isinstance(value, str) else value

    @field_validator("id_number")
    @classmethod
    def _read_id_number(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        try:
            return ResidentId.parse(value, (info.context or {}).get("today")).number
        except BadNumber as bad:
            raise PydanticCustomError(bad.code, bad.message) from None

    @field_validator("credit_code")
    @classmethod
    def _read_credit_code(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            return parse_credit_code(value)
        except BadNumber as bad:
            raise PydanticCustomError(bad.code, bad.message) from None

    @model_validator(mode="after")
    def _has_one_number(self) -> "Subject":
        if [self.id_number, self.credit_code, self.document].count(None) != 2:
            raise PydanticCustomError(
                "one_number", "Give an ID number or another document for a person, or a credit code for an enterprise."
            )
        if self.document and self.document.kind == RESIDENT:
            self.id_number, self.document = self.document.number, None
        return self

    @classmethod
    def stored(cls, plain: dict[str, Any]) -> "Subject":
        """A subject as it was kept, without checking again what was checked when it was asked."""
        if document := plain.get("document"):
            plain = {**plain, "document": StatedDocument.model_construct(**document)}
        return cls.model_construct(**plain)

    @property
    def name_form(self) -> str:
        """The name as it is compared (cases/names.py; with another document, latin_names.py). Never compare `name` itself."""
        return latin_form(self.name) if self.document else comparison_form(self.name)

    def is_called(self, name: str) -> bool:
        """Whether a record's name is one of this person's: the name or the one in other letters, however they were written."""
        own = filter(None, (self.name, self.other_name))
        if self.document:
            return any(same_latin_name(one, name) for one in own)
        return comparison_form(name) in map(comparison_form, own)

    @property
    def proof(self) -> Document | None:
        """The person's document with all that follows from its number; None for an enterprise."""
        if self.document:
            return self.document.read()
        return read_document(self.document_kind, self.id_number) if self.id_number else None

    @property
    def document_kind(self) -> str:
        """The code of the document's kind (cases/documents/kinds), also where a number that is no resident's came as `id_number`;
        empty for an enterprise."""
        if self.document:
            return self.document.kind
        return next(iter(kinds_of(self.id_number)), RESIDENT) if self.id_number else ""

    @property
    def number(self) -> str:
        """The number on the person's document, or the credit code."""
        return self.document.number if self.document else self.id_number or self.credit_code or ""

    @property
    def key(self) -> str:
        """By what people and enterprises are compared, indexed and searched for: the same for a permit and the one renewed."""
        return self.document.read().key if self.document else self.id_number or self.credit_code or ""

    @property
    def whole_key(self) -> str:
        """The same with the country of a passport: two questions that differ in it are not one asked twice."""
        country = self.document.country if self.document else None
        return f"{country}:{self.key}" if country else self.key

    @property
    def masked(self) -> str:
        """The number for those who need not see all of it; of an enterprise all of it."""
        proof = self.proof
        return proof.masked if proof else self.credit_code or ""

    @property
    def id_forms(self) -> list[str]:
        """Every form under which an archive may keep this person: 18 characters, then 15 digits where there was one."""
        if self.document:
            return list(self.document.read().forms)
        resident = ResidentId(self.id_number or "")
        return [number for number in (resident.number, resident.old_number) if number]
