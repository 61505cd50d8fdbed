"""The document that a question states of a person who has no resident ID card: its kind, the country that issued it, the number."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from cases.documents.document import Document
from cases.documents.id_numbers import BadNumber
from cases.documents.known_kinds import KINDS, NEEDS_COUNTRY, NO_KIND, read_document


class StatedDocument(BaseModel):
    """A person's document in place of an ID number: its kind, the number, and of a passport the country that issued it.

    Where records know people by resident ID cards alone, a machine says `not_digitised` to any other kind without looking, and
    never `no_record`. Of a travel permit the first nine characters (Hong Kong, Macao) or eight digits (Taiwan) are the person; what
    follows counts renewals. Latin names are one whatever their order, capitals, hyphens and accents. The number is kept as it
    stands on the document: capitals, no blanks; full width, small letters and blanks are read.
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
