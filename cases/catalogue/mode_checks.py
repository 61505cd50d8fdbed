"""Whether a matter may ask an item of class query in this way, and compare these fields; every error is named by its field."""

from collections.abc import Iterator
from typing import TypeVar

from cases.catalogue.catalogue import Catalogue
from cases.catalogue.item import Item
from cases.catalogue.record_field import Mode
from cases.question import Question
from cases.records.field_values import BadValue, read_value
from storage.problem import N_, FieldFault, field_path

NO_MODE = N_("This item gives back no fields of a record: leave the mode out.")
WHICH_MODE = N_("Say whether you want the fields of the record (query) or to compare what you state (compare).")
NOT_SO = N_("This matter does not allow asking the item in this way. It allows: {known}.")
OF_THE_HOUSE = N_("Which fields are given follows from the matter: leave this out.")
ONLY_COMPARED = N_("Values are stated only to be compared: leave them out, or choose to compare.")
NOTHING_STATED = N_("State at least one value that is to be compared. For this matter these can be: {known}.")
NOT_COMPARED = N_("For this matter this is not compared. These can be: {known}.")
Asked = TypeVar("Asked", bound=Question)


def with_mode(question: Asked, catalogue: Catalogue) -> Asked:
    """The question with the mode filled in where its matter leaves no choice, and stated values written as their kind is."""
    item, matter = catalogue.items.get(question.item), catalogue.matters.get(question.matter)
    if item is None or matter is None or not item.is_query:
        return question
    modes = matter.modes_of(item.code)
    if not question.mode and len(modes) == 1:
        question.mode = modes[0]
    question.details = {name: _plain(name, text, item) for name, text in question.details.items()}
    return question


def _plain(name: str, text: str, item: Item) -> str:
    """What is no value of its kind stays, to be told of; of a text every sign stays, too."""
    field = item.by_field.get(name)
    if field is None or field.kind == "text" or not text.strip():
        return text
    try:
        return read_value(field.kind, text)
    except BadValue:
        return text


def mode_faults(question: Question, catalogue: Catalogue) -> list[FieldFault]:
    """Faults of the way in which its matter wants to ask the item; says nothing about grants."""
    item = catalogue.item(question.item)
    if question.wanted:
        return [FieldFault("wanted", "of_the_house", OF_THE_HOUSE)]
    if not item.is_query:
        return [FieldFault("mode", "no_mode", NO_MODE)] if question.mode else []
    modes = catalogue.matter(question.matter).modes_of(item.code)
    if not question.mode:
        return [FieldFault("mode", "missing", WHICH_MODE)]
    if question.mode not in modes:
        return [FieldFault("mode", "mode_not_allowed", NOT_SO, {"known": ", ".join(modes)})]
    stated = [name for name, said in question.details.items() if said.strip() and name in item.by_field]
    return [*_wrong_stated(question.mode, stated, catalogue.matter(question.matter).listed(item.code, "compare"))]


def _wrong_stated(mode: Mode, stated: list[str], listed: tuple[str, ...]) -> Iterator[FieldFault]:
    if mode == "query":
        yield from (FieldFault(field_path("details", name), "only_compared", ONLY_COMPARED) for name in stated)
        return
    known = {"known": ", ".join(listed)}
    if not stated:
        yield FieldFault("details", "missing", NOTHING_STATED, known)
    yield from (
        FieldFault(field_path("details", name), "not_compared", NOT_COMPARED, known) for name in stated if name not in listed
    )
