"""A source's file beside its item: what it names must be there, and what the item states must be found somewhere."""

from collections.abc import Iterator

from cases.catalogue.item import Item
from responders.sources.canaries import canary_question
from responders.sources.fault_words import said
from responders.sources.source_file import SourceFile

Faults = Iterator[tuple[str, str]]  # a key, and what is wrong with it


def check_item(file: SourceFile, item: Item) -> list[tuple[str, str]]:
    """The faults; none where the file can answer for this item."""
    if len([role for role in item.subjects if role.required]) > 1:
        return [("", said("two_roles"))]
    own = _of_query(file, item) if item.is_query else _of_check(file, item)
    return [*own, *_choices(file, item), *_canaries(file, item)]


def _of_check(file: SourceFile, item: Item) -> Faults:
    known = [fact.code for fact in item.facts]
    details = [*item.fields, "year", ""]
    for code, rule in file.facts.items():
        if code not in known:
            yield f"facts.{code}", said("no_fact", known=", ".join(known))
        if rule.detail not in details:
            yield f"facts.{code}.detail", said("no_detail", known=", ".join([*item.fields, "year"]))
    if file.coverage.keeps == "past" and known and (first := file.facts.get(known[0])) and not first.held:
        yield f"facts.{known[0]}", said("past_held")
    if not known or known[0] not in file.facts:
        yield "facts", said("needs_fact") + (f": [facts.{known[0]}]" if known else "")


def _of_query(file: SourceFile, item: Item) -> Faults:
    if file.facts:
        yield "facts", said("facts_of_query")
    for name in file.values.keys() - item.by_field.keys():
        yield f"values.{name}", said("no_field", known=", ".join(item.by_field))
    if not file.values:
        yield "values", said("needs_fields") + f": {', '.join(item.by_field)}"


def _canaries(file: SourceFile, item: Item) -> Faults:
    for place, canary in enumerate(file.canaries):
        if canary_question(canary, item) is None or canary.details.keys() - item.fields.keys():
            yield f"canaries.{place}", said("no_canary")


def _choices(file: SourceFile, item: Item) -> Faults:
    """Codes into which the register's words are translated are those of the field, or of the detail compared with it."""
    for name, codes in file.choices.items():
        field = item.by_field.get(name)
        known = list(field.by_code) if field else [code for detail in item.details for code in detail.by_code]
        for choice in codes.values():
            if choice not in known:
                yield f"choices.{name}", said("no_choice", choice=choice, known=", ".join(known))
    for name, field in item.by_field.items():
        if field.kind == "choice" and name in file.values and name not in file.choices:
            yield f"choices.{name}", said("missing_key")
