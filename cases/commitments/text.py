"""The text of a commitment: everything that stands on the page that is read and signed, in both languages. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cases.catalogue.part import Text
from cases.commitments.terms import PERSON, StatedField, Terms
from cases.commitments.wording import CHECKS, CONSEQUENCES, STATES, Line, Wording
from cases.documents.subject import Subject
from storage.json import Json

LANGUAGES = ("zh", "en")
BRACKETS = {"zh": "（{}）", "en": " ({})"}
Stated = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Occasion:
    """For what a commitment is made. What is empty, or None, it has not; `phone` is masked."""

    unit: Text
    matter: Text
    certificate: Text
    basis: str
    person: Subject
    stated: Stated = field(default_factory=dict)
    counts_until: date | None = None
    due_on: date | None = None
    check_on: date | None = None
    check_item: Text | None = None
    check_holder: Text | None = None
    phone: str = ""


def text_of(wording: Wording, terms: Terms, occasion: Occasion) -> Json:
    """The whole text as it is kept: title, and sections with their lines, each in both languages."""
    values = {locale: _values(terms, occasion, locale) for locale in LANGUAGES}
    sections = []
    for section in wording.sections:
        lines = [shown for line in section.lines if (shown := _line(line, values))]
        if section.code == STATES:
            lines = [*_own(terms.states, values), *lines]
        if section.code == CONSEQUENCES:
            lines = [*lines, *_own(terms.consequences, values)]
        if section.code == CHECKS and terms.checked_by:
            lines = [*lines, *_own([terms.checked_by], values)]
        if lines:
            sections.append({"code": section.code, "zh": section.title.zh, "en": section.title.en, "lines": lines})
    title = wording.paper_title if terms.paper_follows else wording.title
    return {"version": wording.version, "title": {"zh": title.zh, "en": title.en}, "sections": sections}


def digest_of(text: Mapping[str, Any]) -> str:
    """The SHA-256 by which this text and no other is known, in hexadecimal."""
    return hashlib.sha256(json.dumps(text, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _line(line: Line, values: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    if any(not values["zh"].get(name) for name in line.named):
        return {}
    return {locale: _said(line, values[locale], locale) for locale in LANGUAGES}


def _said(line: Line, values: Mapping[str, str], locale: str) -> str:
    said = line.say(locale).format_map(values)
    if line.rule is None:
        return said
    end = said[-1] if said[-1] in "。." else ""
    return said.removesuffix(end) + BRACKETS[locale].format(line.rule.say(locale)) + end


def _own(texts: Sequence[Text], values: Mapping[str, Mapping[str, str]]) -> list[dict[str, str]]:
    return [{locale: text.say(locale).format_map(values[locale]) for locale in LANGUAGES} for text in texts]


def _values(terms: Terms, occasion: Occasion, locale: str) -> dict[str, str]:
    paper = terms.paper_follows
    days = {"due_on": occasion.due_on, "check_on": occasion.check_on, "counts_until": occasion.counts_until}
    kept = {name: getattr(occasion, name) for name in ("unit", "matter", "certificate", "check_item", "check_holder")}
    return {
        **{name: day_words(day, locale) if day else "" for name, day in days.items()},
        **{name: text.say(locale) if text else "" for name, text in kept.items()},
        "basis": occasion.basis,
        "instead": "" if paper else occasion.certificate.say(locale),
        "objection_days": "" if paper else str(terms.objection_days),
        "listed_months": "" if paper else str(terms.listed_months),
        "phone": occasion.phone,
        "name": occasion.person.name,
        "number": occasion.person.number,
        **{one.name: value_words(one, occasion.stated.get(one.name), locale) for one in terms.fields},
    }


def value_words(stated: StatedField, value: Any, locale: str) -> str:
    """A value as it stands in a sentence."""
    if value in (None, ""):
        return {"zh": "（未填）", "en": "(left empty)"}[locale]
    if stated.kind == "date":
        return day_words(date.fromisoformat(value), locale)
    if stated.kind == "choice":
        return next((choice.say(locale) for choice in stated.choices if choice.code == value), str(value))
    if stated.kind == PERSON:
        return f"{value['name']}{BRACKETS[locale].format(value['id_number'])}"
    return f"{value}{' 元' if locale == 'zh' else ' yuan'}" if stated.kind == "money" else str(value)


def day_words(day: date, locale: str) -> str:
    """A day as people write it."""
    return f"{day.day} {day:%B} {day.year}" if locale == "en" else f"{day.year}年{day.month}月{day.day}日"
