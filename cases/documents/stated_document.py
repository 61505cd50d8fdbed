"""The document that a question states of a person who has no resident ID card: its kind, the country that issued it, the number."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from cases.documents.document import Document
from cases.documents.id_numbers import BadNumber
from cases.documents.known_kinds import KINDS, NEEDS_COUNTRY, NO_KIND, read_document


class StatedDocument(BaseModel):
    """`kind` is one of the codes in cases/documents/kinds, `country` three letters for a passport and left out for all others.

    The number is kept as it stands on the document: capitals, no blanks. Numbers in full width, small letters and blanks are read.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    kind: str = Field(json_schema_extra={"enum": list(KINDS)})
    country: str | None = Field(default=None, description="Of a passport: who issued it, three letters of ISO 3166-1")
    number: str = Field(max_length=64)

    @model_validator(mode="after")
    def _can_be_one(self, info: ValidationInfo) -> "StatedDocument":
        kind = KINDS.get(self.kind)
        if kind is None:
            raise PydanticCustomError("document_kind", NO_KIND.en)
        if kind.has_country and not self.country:
            raise PydanticCustomError("document_country", NEEDS_COUNTRY.en)
        try:
            read = self.read((info.context or {}).get("today"))
        except BadNumber as bad:
            code = bad.code if bad.code.startswith("document") else "document_number"  # a resident's number, said to be another's
            raise PydanticCustomError(code, bad.message) from None
        self.number, self.country = read.number, read.country if kind.has_country else None
        return self

    def read(self, today: date | None = None) -> Document:
        """Everything that follows from the number."""
        return read_document(self.kind, self.number, self.country or "", today)
