"""Words for the codes in a history: units and items by name, and what a page adds of its own."""

from collections.abc import Mapping

from access.units import Units
from cases.catalogue.catalogue import Catalogue


def known_words(units: Units, catalogue: Catalogue, locale: str, more: Mapping[str, str]) -> dict[str, str]:
    """By code what it is called in the reader's language."""
    items = {item.code: item.title.say(locale) for item in catalogue.items.values()}
    matters = {matter.code: matter.title.say(locale) for matter in catalogue.matters.values()}
    return {**matters, **items, **{code: unit.name(locale) for code, unit in units.items()}, **more}
