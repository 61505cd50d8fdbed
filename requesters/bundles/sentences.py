"""A bundle read back: each question as a sentence, and those that are asked only when their condition comes. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from cases.bundles.bundle_kind import BundleKind
from cases.bundles.expanding import Planned, expand
from cases.bundles.people import People, Person
from cases.catalogue.catalogue import Catalogue
from requesters.bundles.bundle_form import Row


@dataclass(frozen=True, slots=True)
class Sentence:
    """One question in words, with its code in the bundle; `waits`: it is asked only if its condition comes."""

    words: str
    waits: bool
    code: str


def sentences(
    kind: BundleKind, rows: Sequence[Row], chosen: Collection[str] | None, catalogue: Catalogue, locale: str
) -> list[Sentence]:
    """What will be asked about those who stand in the form so far, in the order of the bundle."""
    people: People = {}
    for row in rows:
        if row.filled:
            said = {name: value.strip() for name, value in row.details.items()}
            people.setdefault(row.role.role, []).append(Person.model_construct(name=row.named.name, details=said))
    planned = [one for one in expand(kind, people, chosen) if one.asked or one.waits]
    return [Sentence(_words(kind, one, people, catalogue, locale), one.waits, one.code) for one in planned]


def is_long_list(said: Sequence[Sentence], tries: int) -> bool:
    """Whether so many people are named about one that the file behind the bundle will have to be shown.

    `tries` is the fishing guard's: so many questions that were not confirmed are let pass (cases/safeguards/fishing_guard.py).
    """
    return max(Counter(one.code for one in said if not one.waits).values(), default=0) > tries


def _words(kind: BundleKind, planned: Planned, people: People, catalogue: Catalogue, locale: str) -> str:
    question = kind.by_question[planned.code]
    standing = {key: people[role][int(place)] for key in planned.people.values() for role, _, place in [key.rpartition(".")]}
    names = {role: standing[planned.people[name]].name for role, name in question.subjects.items()}
    stated = {name: _stated(planned, standing, source) for name, source in question.details.items()}
    said = catalogue.item(question.item).read_back(names, {**stated, **question.fixed}, locale)
    about = ("、" if locale == "zh" else ", ").join(filter(None, names.values()))
    return said or f"{question.label.say(locale)}{'：' if locale == 'zh' else ': '}{about}"


def _stated(planned: Planned, standing: Mapping[str, Person], source: str) -> str:
    role, _, name = source.partition(".")
    return standing[planned.people[role]].details.get(name, "")
