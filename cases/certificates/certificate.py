"""Certificate: the table of what used to be brought on paper, with its class and what replaces it."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from cases.catalogue.part import Text

CODE = r"^[a-z][a-z0-9_]{1,39}$"
MOST_KEYWORDS, MOST_ITEMS = 40, 8


class CertificateClass(StrEnum):
    """What replaces a certificate. Empty, in a certificate: it is not classified yet, and may be asked for."""

    NOT_NEEDED = "not_needed"  # 无需证明: a card or book that the person has proves it already
    CANCELLED = "cancelled"  # 取消: nobody may ask for it any more
    COMMITMENT = "commitment"  # 告知承诺: the person states it and answers for it
    QUERY = "query"  # 直接查询: the record's fields are looked up
    CHECK = "check"  # 部门核查: the department that knows is asked


class Certificate(SQLModel, table=True):
    """One certificate as people name it. `version` goes up with every change; see changes.py for who may change what.

    `clause_zh` and `clause_en` say what proves the fact instead, or why nobody asks for it; `document` by which document its class
    was decided, `since` from which day on. `commitment` is the text to be signed, only where the class is commitment.
    """

    __tablename__ = "certificate"

    code: str = Field(primary_key=True, max_length=40, schema_extra={"pattern": CODE})
    zh: str = Field(min_length=1, max_length=80)
    en: str = Field(min_length=1, max_length=160)
    keywords: list[str] = Field(default_factory=list, sa_type=JSON)  # as people say it, pinyin initials, English
    issuer: str = Field(default="", max_length=120)  # who issued it, in words
    issuer_unit: str = Field(default="", max_length=32)  # the same as a unit of the house, where it is one
    legal_basis: str = Field(default="", max_length=300)
    yearly_volume: int = Field(default=0, ge=0)
    sample_volume: bool = False  # the volume is invented: a packaged example, until the survey brings the city's own
    certificate_class: str = Field(default="", max_length=16)
    since: date | None = None
    document: str = Field(default="", max_length=200)
    clause_zh: str = Field(default="", max_length=500)
    clause_en: str = Field(default="", max_length=1000)
    items: list[str] = Field(default_factory=list, sa_type=JSON)  # codes, the one that replaces it best first
    bundle: str = Field(default="", max_length=40)
    commitment: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    active: bool = True  # one that is not is shown to nobody but the reform office
    version: int = 1

    @property
    def title(self) -> Text:
        """The name in both languages."""
        return Text.model_construct(zh=self.zh, en=self.en)

    @property
    def clause(self) -> Text:
        """What proves it instead, or why it went, in both languages; empty where nothing is said."""
        return Text.model_construct(zh=self.clause_zh, en=self.clause_en or self.clause_zh)


# What decides where a clerk is led and what they read there: a change of it needs a second person.
DECIDED = (
    "certificate_class", "since", "document", "commitment", "clause_zh", "clause_en", "items", "bundle", "legal_basis", "active",
)  # fmt: skip
# What everybody of the reform office may put right alone; the history shows it.
PLAIN = ("zh", "en", "keywords", "issuer", "issuer_unit", "yearly_volume", "sample_volume")
# Of a certificate that is new these stand at once, too: without a class nobody is led anywhere yet.
AT_FIRST = ("legal_basis", "active")


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a certificate as JSON keeps them: days as text, classes as their codes."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
