"""From people and choices to the questions of a bundle: one for each person of a role that may have several."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from cases.bundles.bundle_kind import BundleKind, BundleQuestion
from cases.bundles.people import People, Person, keys_of
from cases.question import Question
from storage.problem import FieldFault


@dataclass(frozen=True, slots=True)
class Planned:
    """One question of a bundle about certain people.

    `place`: where it stands, `death` or `kinship/heir.1`; `people`: the bundle's roles in it with the key of who stands there;
    `asked`: whether it is asked at once; `waits`: whether it is asked when its condition comes.
    """

    place: str
    code: str
    people: Mapping[str, str]
    asked: bool
    waits: bool


def expand(kind: BundleKind, people: People, chosen: Collection[str] | None = None) -> list[Planned]:
    """The questions of these people, in the order of the file; those that were offered and not chosen are there with `asked` false.

    `chosen`: codes of the offered questions that are wanted; None: those that are ticked from the beginning.
    """
    return [
        _planned(kind, question, dict(zip(many, keys, strict=True)), people, chosen)
        for question in kind.questions
        if all(people.get(role) for role in question.subjects.values())
        for many in [kind.many_roles(question.code)]
        for keys in product(*(keys_of(people, role) for role in many))
    ]


def _planned(
    kind: BundleKind, question: BundleQuestion, of_many: Mapping[str, str], people: People, chosen: Collection[str] | None
) -> Planned:
    standing = {role: of_many.get(role) or keys_of(people, role)[0] for role in question.subjects.values()}
    wanted = question.ticked if chosen is None else question.code in chosen
    asked = question.ask == "always" or (question.ask == "offered" and wanted)
    return Planned(place_of(question.code, of_many.values()), question.code, standing, asked, question.ask == "if")


def place_of(code: str, keys: Collection[str]) -> str:
    """Where a question stands in its bundle: its code, and whom of the many-roles it is about."""
    return "/".join([code, *keys])


def question_for(kind: BundleKind, planned: Planned, people: People, common: Mapping[str, Any]) -> Question:
    """The plain question; `common` has purpose, reference, urgent and its reason. Submitting checks it like any other."""
    question = kind.by_question[planned.code]
    subjects = {role: _person(people, planned.people[name]).subject for role, name in question.subjects.items()}
    details = {name: _stated(planned, people, source) for name, source in question.details.items()} | question.fixed
    plain = {"item": question.item, "matter": kind.matter, "subjects": subjects, "year": None, "mode": question.mode, **common}
    return Question.model_construct(**plain, details={name: value for name, value in details.items() if value})


def _person(people: People, key: str) -> Person:
    role, _, place = key.rpartition(".")
    return people[role][int(place)]


def _stated(planned: Planned, people: People, source: str) -> str:
    role, _, field = source.partition(".")
    return _person(people, planned.people[role]).details.get(field, "").strip()


def blamed(kind: BundleKind, planned: Planned, fault: FieldFault) -> FieldFault:
    """A fault of one question, with the field of the bundle that it is about: `people.heir.1.id_number`, `questions.kinship`."""
    question, (first, *rest) = kind.by_question[planned.code], fault.field.split(".")
    field = fault.field
    if first == "subjects" and rest and rest[0] in question.subjects:
        field = ".".join(["people", planned.people[question.subjects[rest[0]]], *rest[1:]])
    elif first == "details" and rest and rest[0] in question.details:
        role, _, name = question.details[rest[0]].partition(".")
        field = f"people.{planned.people[role]}.details.{name}"
    elif first in ("subjects", "details", "item", "year", "mode"):
        field = f"questions.{planned.code}"
    elif first == "matter":
        field = "kind"
    return FieldFault(field, fault.code, fault.message, fault.params)
