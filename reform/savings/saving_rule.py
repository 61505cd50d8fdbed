"""Saving rules: the table of how many journeys, papers and days one certificate stands for, and which rule holds when."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from sqlmodel import Field, Session, SQLModel, col, select

from cases.certificates.certificate import Certificate, CertificateClass
from reform.savings.class_then import Then

CLASS, CERTIFICATE = "class", "certificate"
PACKAGED = Path(__file__).with_name("rules.toml")
FIGURES = ("journeys", "papers", "days")
MOST = 50  # of each figure


class SavingRule(SQLModel, table=True):
    """What one certificate of this class, or this certificate, stands for from a month on (its first day)."""

    __tablename__ = "saving_rule"

    kind: str = Field(primary_key=True, max_length=16)
    code: str = Field(primary_key=True, max_length=40)
    since: date = Field(primary_key=True)
    journeys: int = Field(ge=0, le=MOST)
    papers: int = Field(ge=0, le=MOST)
    days: int = Field(ge=0, le=MOST)
    document: str = Field(max_length=200)
    by: str = Field(max_length=64)
    at: datetime


@dataclass(frozen=True, slots=True)
class Worth:
    """What one stands for; `document` is empty for a packaged assumption."""

    journeys: int
    papers: int
    days: int
    document: str = ""


@lru_cache(maxsize=1)
def packaged() -> Mapping[str, Worth]:
    """The assumptions by class, as they are packaged."""
    return {code: Worth(**one) for code, one in tomllib.loads(PACKAGED.read_text(encoding="utf-8")).items()}


@dataclass
class Rules:
    """The rules of all classes and certificates, and which certificates an item replaced in a month."""

    by_key: dict[tuple[str, str], list[SavingRule]]
    then: Then

    @property
    def certificates(self) -> Mapping[str, Certificate]:
        """The directory as it stands."""
        return self.then.certificates

    def own(self, kind: str, code: str, month: date) -> Worth | None:
        """The rule that somebody set for this class or certificate and that held in the month."""
        held = [one for one in self.by_key.get((kind, code), ()) if one.since <= month]
        last = max(held, key=lambda one: one.since, default=None)
        return Worth(last.journeys, last.papers, last.days, last.document) if last else None

    def of_class(self, code: str, month: date) -> Worth:
        """The rule of a class in a month."""
        return self.own(CLASS, code, month) or packaged()[code]

    def worth(self, way: str, subject: str, month: date) -> Worth:
        """What one of these stands for. Of an item that replaces several certificates the smallest figures hold."""
        whole = self.of_class(way, month)
        if way not in (CertificateClass.CHECK, CertificateClass.QUERY):
            return self.own(CERTIFICATE, subject, month) or whole
        codes = self.then.replaced_by(subject, way, month)
        owned = [self.own(CERTIFICATE, code, month) for code in codes]
        return _smallest([one or whole for one in owned]) if any(owned) else whole


def _smallest(worths: Sequence[Worth]) -> Worth:
    documents = dict.fromkeys(one.document for one in worths if one.document)
    return Worth(**{name: min(getattr(one, name) for one in worths) for name in FIGURES}, document=" · ".join(documents))


def read_rules(session: Session, then: Then) -> Rules:
    """Every rule. One statement."""
    return Rules(by_keys(session.exec(select(SavingRule).order_by(col(SavingRule.since)))), then)


def by_keys(rules: Iterable[SavingRule]) -> dict[tuple[str, str], list[SavingRule]]:
    """The rules by kind and code, in their order."""
    found: dict[tuple[str, str], list[SavingRule]] = {}
    for one in rules:
        found.setdefault((one.kind, one.code), []).append(one)
    return found
