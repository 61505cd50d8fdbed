"""The catalogue: every item, matter and ladder, loaded from TOML files and checked."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

from pydantic import ValidationError

from cases.catalogue.checks import check_finding, check_question
from cases.catalogue.item import Item
from cases.catalogue.ladder import Ladder, Rung, Step
from cases.catalogue.matter import Matter
from cases.catalogue.part import Entry
from cases.catalogue.record_field import FurtherFields
from cases.catalogue.search import search
from cases.question import FieldKind
from storage.problem import N_, FieldFault, Problem, faults_of

__all__ = [
    "Catalogue", "CatalogueProblem", "Item", "Ladder", "Matter", "Rung", "Step", "check_finding", "check_question", "load",
]  # fmt: skip

OURS = Path(__file__).parent  # what is packaged; everything else is the city's own
NO_ITEM = N_("There is no such item in the catalogue.")
NO_MATTER = N_("There is no such matter in the catalogue.")
Kind = TypeVar("Kind", bound=Entry)
Files: TypeAlias = dict[str, tuple[Path, Kind]]
Adding: TypeAlias = Item | FurtherFields  # what adds itself to matters


class Asked(Protocol):
    """What is asked, as far as the list of data depends on it."""

    @property
    def item(self) -> str: ...
    @property
    def matter(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def details(self) -> Mapping[str, str]: ...


class CatalogueProblem(Exception):
    """A catalogue file that cannot be used: says the file and, for each wrong key, what would be right."""

    def __init__(self, file: Path, *faults: tuple[str, str]) -> None:
        self.file, self.faults = file, faults
        super().__init__(f"{file}: " + "; ".join(": ".join(filter(None, fault)) for fault in faults))


@dataclass(frozen=True)
class Catalogue:
    """What can be asked, by code. Matters already hold the items that added themselves.

    `files` says where each was read, by kind and code: `items/kinship`.
    """

    items: Mapping[str, Item]
    matters: Mapping[str, Matter]
    ladders: Mapping[str, Ladder]
    files: Mapping[str, Path] = field(default_factory=dict)

    def item(self, code: str) -> Item:
        """The item of this code. Raises Problem, naming the field `item`."""
        if code not in self.items:
            raise Problem([FieldFault("item", "unknown_item", NO_ITEM)])
        return self.items[code]

    def matter(self, code: str) -> Matter:
        """The matter of this code. Raises Problem, naming the field `matter`."""
        if code not in self.matters:
            raise Problem([FieldFault("matter", "unknown_matter", NO_MATTER)])
        return self.matters[code]

    @cached_property
    def _allowed(self) -> frozenset[tuple[str, str]]:
        return frozenset((matter.code, item) for matter in self.matters.values() for item in matter.items)

    def allows(self, matter: str, item: str) -> bool:
        """Whether this item may be asked for this matter."""
        return (matter, item) in self._allowed

    def wanted(self, question: Asked) -> dict[str, FieldKind]:
        """The fields of records that this question may be answered with, or compares, with their kinds: nothing beyond these."""
        if not question.mode or question.item not in self.items or question.matter not in self.matters:
            return {}
        listed = self.matters[question.matter].listed(question.item, question.mode)
        stated = {name for name, said in question.details.items() if said.strip()}
        names = set(listed) & stated if question.mode == "compare" else set(listed)
        return {name: field.kind for name, field in self.items[question.item].by_field.items() if name in names}

    def search(self, text: str, locale: str, codes: Collection[str] | None = None) -> list[Item]:
        """Items found by title, code or keyword, best first; only those with one of `codes` where given."""
        return search([item for item in self.items.values() if codes is None or item.code in codes], text, locale)

    def search_matters(self, text: str, locale: str, codes: Collection[str] | None = None) -> list[Matter]:
        """Matters found in the same way."""
        return search([matter for matter in self.matters.values() if codes is None or matter.code in codes], text, locale)


def load(folders: Sequence[Path] = ()) -> Catalogue:
    """The packaged files and those in `items`, `matters` and `ladders` of each folder. Raises CatalogueProblem."""
    places = [OURS, *folders]
    items, matters = read_all(places, "items", Item), read_all(places, "matters", Matter)
    ladders, further = read_all(places, "ladders", Ladder), read_all(places, "fields", FurtherFields)
    items = {**items, **_with_further(items, further)}
    _check_names(items, matters, ladders)
    _check_lists(items, matters, further)
    known = _plain(items)
    adding: list[Adding] = [*known.values(), *_plain(further).values()]
    joined = {code: _with_joining(matter, adding) for code, matter in _plain(matters).items()}
    for matter in joined.values():
        _check_listed(matters[matter.code][0], matter, known)
    read: dict[str, Files[Any]] = {"items": items, "matters": matters, "ladders": ladders}
    files = {f"{kind}/{code}": file for kind, found in read.items() for code, (file, _) in found.items()}
    return Catalogue(known, joined, _plain(ladders), files)


def read_all(places: Sequence[Path], folder: str, kind: type[Kind]) -> Files[Kind]:
    """The entries in the TOML files of `folder` in each of the places, by code, with the file. Raises CatalogueProblem."""
    found: Files[Kind] = {}
    for file in (file for place in places for file in sorted((place / folder).rglob("*.toml"))):
        entry = _read(file, kind)
        if entry.code != file.stem:
            raise CatalogueProblem(file, ("code", f'must be the name of the file, "{file.stem}"'))
        if entry.code in found:
            raise CatalogueProblem(file, ("code", f"is taken by {found[entry.code][0]}; choose another"))
        found[entry.code] = (file, entry)
    return found


def _read(file: Path, kind: type[Kind]) -> Kind:
    try:
        return kind.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise CatalogueProblem(file, ("", f"cannot be read ({error.strerror})")) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueProblem(file, ("", f"must be TOML in UTF-8 ({error})")) from None
    except ValidationError as error:
        raise CatalogueProblem(file, *((fault.field, fault.words()) for fault in faults_of(error))) from None


def _check_names(items: Files[Item], matters: Files[Matter], ladders: Files[Ladder]) -> None:
    """What one file says of another must be there."""
    for file, item in items.values():
        _check_known(file, "ladder", "ladder", [item.ladder], ladders)
        _check_known(file, "matters", "matter", item.matters, matters)
    for file, matter in matters.values():
        _check_known(file, "items", "item", matter.items, items)


def _check_known(file: Path, key: str, noun: str, names: Sequence[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise CatalogueProblem(file, (key, f'there is no {noun} "{name}"; known are {", ".join(sorted(known))}'))


def _with_further(items: Files[Item], further: Files[FurtherFields]) -> Files[Item]:
    """The items to which a city adds fields."""
    found: Files[Item] = {}
    for code, (file, added) in further.items():
        _check_known(file, "code", "item of class query", [code], [one for one, (_, item) in items.items() if item.is_query])
        where, item = items[code]
        try:
            found[code] = (where, item.with_further(added))
        except ValidationError as error:
            raise CatalogueProblem(file, *((fault.field, fault.words()) for fault in faults_of(error))) from None
    return found


def _with_joining(matter: Matter, adding: Collection[Adding]) -> Matter:
    joining = tuple(one.code for one in adding if isinstance(one, Item) and matter.code in one.matters)
    needed, compared = dict[str, tuple[str, ...]](), dict[str, tuple[str, ...]]()
    for one in adding:
        for lists, said in ((needed, one.needed_by), (compared, one.compared_by)):
            if matter.code in said:
                lists[one.code] = (*lists.get(one.code, ()), *said[matter.code])
    return matter.joined_by(joining, needed, compared)


def _check_lists(items: Files[Item], matters: Files[Matter], further: Files[FurtherFields]) -> None:
    """What a matter needs of an item must be fields of it, and the item must allow that use of them."""
    queries = [code for code, (_, item) in items.items() if item.is_query]
    for file, matter in matters.values():
        for mode, key, lists in (("query", "fields", matter.fields), ("compare", "compares", matter.compares)):
            _check_known(file, key, "item of class query", list(lists), queries)
            for code, names in lists.items():
                _check_list(file, f"{key}.{code}", names, mode, items[code][1])
    every: list[tuple[Path, Adding]] = [*items.values(), *further.values()]
    for file, adding in every:
        for mode, key, lists in (("query", "needed_by", adding.needed_by), ("compare", "compared_by", adding.compared_by)):
            _check_known(file, key, "matter", list(lists), matters)
            for code, names in lists.items():
                _check_list(file, f"{key}.{code}", names, mode, items[adding.code][1])


def _check_listed(file: Path, matter: Matter, items: Mapping[str, Item]) -> None:
    for code in matter.items:
        if items[code].is_query and not matter.modes_of(code):
            raise CatalogueProblem(file, ("items", f"{code} gives fields of a record: say which in [fields] or [compares]"))


def _check_list(file: Path, key: str, names: Sequence[str], mode: str, item: Item) -> None:
    if mode not in item.modes:
        raise CatalogueProblem(file, (key, f"{item.code} is not asked by {mode}; its modes are {', '.join(item.modes)}"))
    if not names:
        raise CatalogueProblem(file, (key, "names no field; take the line out"))
    _check_known(file, key, f"field of {item.code}", names, item.by_field)


def _plain(files: Files[Kind]) -> dict[str, Kind]:
    return {code: entry for code, (_, entry) in files.items()}
