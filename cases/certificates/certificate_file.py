"""The TOML shape of a certificate: one file each, packaged or of a city."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field

from cases.catalogue.part import Entry, Text
from storage.json import Json


class CertificateFile(Entry):
    """One certificate, as its file says it. `matters` are codes: whoever handles one of these used to take it."""

    name: Text
    keywords: tuple[str, ...] = ()
    issuer: str = ""
    issuer_unit: str = ""
    legal_basis: str = ""
    yearly_volume: int = 0
    sample_volume: bool = False
    certificate_class: str = Field(default="", alias="class")
    since: date | None = None
    document: str = ""
    clause: Text | None = None
    items: tuple[str, ...] = ()
    bundle: str = ""
    matters: tuple[str, ...] = ()
    commitment: Mapping[str, Any] = Field(default_factory=dict)

    def row(self) -> Json:
        """The same as values of the table `certificate`."""
        same = self.model_dump(exclude={"name", "clause", "matters", "keywords", "items", "commitment"})
        lists = {"keywords": list(self.keywords), "items": list(self.items), "commitment": dict(self.commitment)}
        clause = {"clause_zh": self.clause.zh, "clause_en": self.clause.en} if self.clause else {}
        return {**same, **lists, **clause, "zh": self.name.zh, "en": self.name.en}
