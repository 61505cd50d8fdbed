"""Matter: the TOML shape of a purpose (such as a mortgage) and the items that may be asked for it."""

from collections.abc import Mapping
from typing import Self

from cases.catalogue.part import Entry, Text
from cases.catalogue.record_field import Mode, Needs


class Matter(Entry):
    """One matter, as its TOML file says it. Items may add themselves to it in their own files.

    `fields` is its list of data (事项数据串): which fields it needs of each item of class query. `compares` are those of which
    values may be stated, to be compared with what is on record. Without either it may not ask such an item at all.
    """

    title: Text
    keywords: tuple[str, ...]
    items: tuple[str, ...]
    fields: Needs = {}
    compares: Needs = {}

    def listed(self, item: str, mode: str) -> tuple[str, ...]:
        """The fields of this item that the matter gets, or may compare; none where it may not ask it so."""
        return (self.fields if mode == "query" else self.compares).get(item, ())

    def modes_of(self, item: str) -> tuple[Mode, ...]:
        """How the matter may ask an item of class query."""
        named: dict[Mode, Needs] = {"query": self.fields, "compare": self.compares}
        return tuple(mode for mode, lists in named.items() if lists.get(item))

    def joined_by(self, items: tuple[str, ...], fields: Mapping[str, tuple[str, ...]], compares: Needs) -> Self:
        """The same matter with what items, and a city's further fields, add to it."""
        own, compared = _together(self.fields, fields), _together(self.compares, compares)
        every = dict.fromkeys([*self.items, *own, *compared, *items])
        return self.model_copy(update={"items": tuple(every), "fields": own, "compares": compared})


def _together(one: Needs, other: Mapping[str, tuple[str, ...]]) -> Needs:
    """Of both lists every field once."""
    return {item: tuple(dict.fromkeys([*one.get(item, ()), *other.get(item, ())])) for item in [*one, *other]}
