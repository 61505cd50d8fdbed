"""Matter: the TOML shape of a purpose (such as a mortgage) and the items that may be asked for it."""

from cases.catalogue.part import Entry, Text


class Matter(Entry):
    """One matter, as its TOML file says it. Items may add themselves to it in their own files."""

    title: Text
    keywords: tuple[str, ...]
    items: tuple[str, ...]
