"""Whom a bundle's questions name now: one that was corrected may be about somebody else than it was asked about. Pure.

A person whom every question about them names anew is that person from then on. Where questions that ought to be about one person
name several, those that do not name whom the bundle was asked about count for nothing in it: no answer speaks for another person.
"""

from collections.abc import Iterator, Mapping, Sequence

from cases.bundles.bundle_kind import BundleKind
from cases.bundles.expanding import Planned
from cases.bundles.people import People, Person
from cases.case import Case
from cases.question import Subject

Known = Mapping[str, Case]


def people_now(kind: BundleKind, plan: Sequence[Planned], asked: People, cases: Known) -> People:
    """The people as the questions about them agree to name them; `asked`: as they were when the bundle was asked."""
    named, stated = dict[str, list[Subject]](), dict[tuple[str, str], list[str]]()
    for planned, case in _asked(plan, cases):
        question = kind.by_question[planned.code]
        for role, name in question.subjects.items():
            if role in case.subjects:
                named.setdefault(planned.people[name], []).append(case.subjects[role])
        for detail, source in question.details.items():
            role, _, field = source.partition(".")
            stated.setdefault((planned.people[role], field), []).append(case.details.get(detail, ""))
    return {
        role: [_now(person, f"{role}.{place}", named, stated) for place, person in enumerate(people)]
        for role, people in asked.items()
    }


def about_others(kind: BundleKind, plan: Sequence[Planned], people: People, cases: Known) -> set[str]:
    """The places whose question names somebody else, or states something else, than the bundle does."""
    return {planned.place for planned, case in _asked(plan, cases) if not _fits(kind, planned, people, case)}


def _asked(plan: Sequence[Planned], cases: Known) -> Iterator[tuple[Planned, Case]]:
    yield from ((planned, cases[planned.place]) for planned in plan if planned.place in cases)


def _now(
    person: Person, key: str, named: Mapping[str, Sequence[Subject]], stated: Mapping[tuple[str, str], Sequence[str]]
) -> Person:
    subjects, details = named.get(key, ()), dict(person.details)
    for (whose, field), values in stated.items():
        if whose == key and len(set(values)) == 1:
            details[field] = values[0]
    subject = subjects[0] if len({_who(one) for one in subjects}) == 1 else person.subject
    return Person.model_construct(**dict(subject), details={name: text for name, text in details.items() if text})


def _fits(kind: BundleKind, planned: Planned, people: People, case: Case) -> bool:
    question = kind.by_question[planned.code]
    for role, name in question.subjects.items():
        if role not in case.subjects or _who(case.subjects[role]) != _who(_person(people, planned.people[name])):
            return False
    said = dict(question.fixed)
    for detail, source in question.details.items():
        role, _, field = source.partition(".")
        said[detail] = _person(people, planned.people[role]).details.get(field, "").strip()
    return all(case.details.get(detail, "").strip() == text for detail, text in said.items())


def _who(subject: Subject) -> tuple[str, str]:
    return subject.whole_key, subject.name_form


def _person(people: People, key: str) -> Person:
    role, _, place = key.rpartition(".")
    return people[role][int(place)]
