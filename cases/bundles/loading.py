"""The kinds of bundles, read from TOML files and checked against the catalogue's items and matters."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from cases.bundles.bundle_kind import BundleKind, BundleQuestion, RoleField
from cases.bundles.expression import FACT_WORDS, Expression, loose_words, parse, words_of
from cases.catalogue.catalogue import OURS, Catalogue, CatalogueProblem, read_all
from cases.catalogue.detail import Detail
from cases.catalogue.item import Item


def load_bundles(catalogue: Catalogue, folders: Sequence[Path] = ()) -> dict[str, BundleKind]:
    """The packaged files and those in `bundles` of each folder, by code. Raises CatalogueProblem."""
    read = read_all([OURS, *folders], "bundles", BundleKind)
    for file, kind in read.values():
        faults = list(_faults(kind, catalogue))
        if faults:
            raise CatalogueProblem(file, *faults)
    return {code: kind for code, (_, kind) in read.items()}


def _faults(kind: BundleKind, catalogue: Catalogue) -> Iterable[tuple[str, str]]:
    if kind.matter not in catalogue.matters:
        yield "matter", f'there is no matter "{kind.matter}"; known are {_list(catalogue.matters)}'
        return
    faults = [fault for question in kind.questions for fault in _of_question(kind, question, catalogue)]
    yield from faults or [*_of_fields(kind, catalogue), *_of_rules(kind, catalogue)]  # the latter take it that all names are known


def _of_question(kind: BundleKind, question: BundleQuestion, catalogue: Catalogue) -> list[tuple[str, str]]:
    where, allowed = f"questions.{question.code}", catalogue.matters[kind.matter].items
    if question.item not in allowed:
        return [(f"{where}.item", f'the matter "{kind.matter}" does not allow "{question.item}"; it allows {_list(allowed)}')]
    item = catalogue.items[question.item]
    return [
        *_of_mode(kind, question, item, catalogue),
        *_of_subjects(kind, question, item, where),
        *_of_details(kind, question, item, where),
    ]


def _of_mode(kind: BundleKind, question: BundleQuestion, item: Item, catalogue: Catalogue) -> Iterable[tuple[str, str]]:
    """A bundle says of each query how it is asked: nobody chooses it at the window."""
    modes = catalogue.matters[kind.matter].modes_of(item.code) if item.is_query else ("",)
    if question.mode not in modes:
        known = f"must be one of {_list(modes)}" if item.is_query else f'"{item.code}" gives back no fields: take it out'
        yield f"questions.{question.code}.mode", known


def _of_subjects(kind: BundleKind, question: BundleQuestion, item: Item, where: str) -> Iterable[tuple[str, str]]:
    for role, name in question.subjects.items():
        if role not in item.roles:
            yield f"{where}.subjects", f'"{item.code}" has no role "{role}"; it has {_list(item.roles)}'
        elif name not in kind.by_role:
            yield f"{where}.subjects", f'the bundle has no role "{name}"; it has {_list(kind.by_role)}'
        elif kind.by_role[name].kind != item.roles[role].kind:
            yield f"{where}.subjects", f'"{role}" of "{item.code}" must be a role with kind = "{item.roles[role].kind}"'
    filled = {*question.subjects, *question.details, *question.fixed}
    for missing in [name for name in item.required if name not in filled]:
        yield where, f'"{item.code}" needs "{missing}": name it in subjects, details or fixed'


def _of_details(kind: BundleKind, question: BundleQuestion, item: Item, where: str) -> Iterable[tuple[str, str]]:
    for name in [name for name in (*question.details, *question.fixed) if name not in item.fields]:
        yield f"{where}.details", f'"{item.code}" has no detail "{name}"; it has {_list(item.fields)}'
    for name, value in question.fixed.items():
        if name in item.fields and item.fields[name].choices and value not in item.fields[name].by_code:
            yield f"{where}.fixed", f'"{name}" must be one of {_list(item.fields[name].by_code)}'
    fields = [
        f"{role}.{one.name}" for role in set(question.subjects.values()) & set(kind.by_role) for one in kind.by_role[role].fields
    ]
    for source in question.details.values():
        if source not in fields:
            yield f"{where}.details", f'"{source}" must be ROLE.FIELD: a role in subjects, and a field in its [[roles]]'


def _of_fields(kind: BundleKind, catalogue: Catalogue) -> Iterable[tuple[str, str]]:
    for role in kind.roles:
        for field in role.fields:
            details = details_of(kind, role.role, field.name, catalogue)
            if not details:
                yield f"roles.{role.role}.fields", f'"{field.name}" fills nothing: name it in details of a question'
            for detail in details:
                if wrong := [code for code in field.choices if code not in detail.by_code]:
                    yield (
                        f"roles.{role.role}.fields",
                        f'"{wrong[0]}" is no choice of "{field.name}"; choices are {_list(detail.by_code)}',
                    )


def details_of(kind: BundleKind, role: str, field: str, catalogue: Catalogue) -> list[Detail]:
    """The details of items that a field of a role fills."""
    source = f"{role}.{field}"
    return [
        catalogue.items[question.item].fields[name]
        for question in kind.questions
        for name, filled_from in question.details.items()
        if filled_from == source and question.item in catalogue.items and name in catalogue.items[question.item].fields
    ]


def field_detail(kind: BundleKind, role: str, field: RoleField, catalogue: Catalogue) -> Detail:
    """A role's field as a form shows it: kind and choices of the detail that it fills, needed where one of these needs it."""
    details = details_of(kind, role, field.name, catalogue)
    choices = [choice for choice in details[0].choices if not field.choices or choice.code in field.choices]
    needed = any(detail.required for detail in details)
    return details[0].model_copy(update={"name": field.name, "label": field.label, "required": needed, "choices": tuple(choices)})


def documents_of(kind: BundleKind, role: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The kinds of document by which a person in this role may be asked about: those that every question about the role takes."""
    taken = [
        catalogue.items[question.item].roles[of_item].documents
        for question in kind.questions
        for of_item, of_bundle in question.subjects.items()
        if of_bundle == role and catalogue.items[question.item].roles[of_item].kind == "person"
    ]
    return tuple(code for code in (taken[0] if taken else ()) if all(code in others for others in taken))


def _of_rules(kind: BundleKind, catalogue: Catalogue) -> Iterable[tuple[str, str]]:
    for place, question in enumerate(kind.questions):
        if question.condition:
            known = [one.code for one in kind.questions[:place]]
            bound = set(kind.many_roles(question.code))
            yield from _of_rule(kind, parse(question.condition), f"questions.{question.code}.condition", known, bound, catalogue)
    codes = list(kind.by_question)
    for result in kind.results:
        if result.rule:
            yield from _of_rule(kind, result.rule, f"results.{result.code}.when", codes, set(), catalogue)
    for part in kind.parts:
        if part.each and part.each not in kind.by_role:
            yield f"parts.{part.code}.each", f'there is no role "{part.each}"; known are {_list(kind.by_role)}'
            continue
        yield from _of_rule(kind, part.rule, f"parts.{part.code}.when", codes, {part.each} if part.each else set(), catalogue)


def _of_rule(
    kind: BundleKind, rule: Expression, where: str, known: Sequence[str], bound: set[str], catalogue: Catalogue
) -> Iterable[tuple[str, str]]:
    for word in words_of(rule):
        if word.question not in known:
            yield where, f'there is no question "{word.question}" before it; known are {_list(known)}'
            return
        facts = [fact.code for fact in catalogue.items[kind.by_question[word.question].item].facts]
        if word.word in FACT_WORDS and word.fact not in facts:
            yield where, f'"{word.question}" states no fact "{word.fact}"; it states {_list(facts)}'
    for word in loose_words(rule):
        if not set(kind.many_roles(word.question)) <= bound:
            yield where, f'"{word.question}" may be asked about several people: put it into all(...), any(...) or count(...)'


def _list(names: Collection[str] | Mapping[str, object]) -> str:
    return ", ".join(sorted(names)) or "none"
