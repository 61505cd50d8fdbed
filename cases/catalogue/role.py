"""A role: one person or enterprise that an item asks about, and the kinds of document by which a person may be."""

from typing import Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from cases.catalogue.part import Code, Part, Text
from cases.documents.known_kinds import CITIZENS, KINDS
from storage.json import Json


class Role(Part):
    """Who a question must or may name: a person by ID number or an enterprise by credit code."""

    role: str = Code
    kind: Literal["person", "enterprise"]
    label: Text
    required: bool = True
    documents: tuple[str, ...] = CITIZENS  # kinds of document that a person may be asked about by
    instead: Text | None = None  # what to do about people who have none of these

    @property
    def number_field(self) -> str:
        """The field of a subject that this kind needs."""
        return "id_number" if self.kind == "person" else "credit_code"

    @property
    def takes_others(self) -> bool:
        """Whether people may be asked about who have no citizen's number."""
        return self.kind == "person" and not set(self.documents) <= set(CITIZENS)

    @model_validator(mode="after")
    def _documents_are_known(self) -> Self:
        if not self.documents or set(self.documents) - set(KINDS) or len(set(self.documents)) < len(self.documents):
            raise PydanticCustomError("documents", "documents names some of these: {known}.", {"known": ", ".join(KINDS)})
        if self.kind != "person" and (self.documents != CITIZENS or self.instead):
            raise PydanticCustomError("documents", 'documents and instead stand only where kind is "person".')
        return self


def role_schema(role: Role, locale: str) -> Json:
    """One role for a form."""
    schema = {"role": role.role, "kind": role.kind, "label": role.label.say(locale), "required": role.required}
    documents = {"documents": list(role.documents)} if role.kind == "person" else {}
    fields = ["name", role.number_field, *(["document", "other_name"] if role.takes_others else [])]
    return schema | {"fields": fields, **documents}
