"""Matter: the TOML shape of a purpose (such as a mortgage) and the items that may be asked for it."""

from cases.catalogue.part import Code, Part, Text


class Matter(Part):
    """One matter, as its TOML file says it. Items may add themselves to it in their own files."""

    code: str = Code
    title: Text
    keywords: tuple[str, ...]
    items: tuple[str, ...]
