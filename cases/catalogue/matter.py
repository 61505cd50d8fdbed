"""A matter: what the asker does for the citizen, and the items that it may ask for that."""

from cases.catalogue.part import Code, Part, Text


class Matter(Part):
    """One matter, as its TOML file says it. Items may add themselves to it in their own files."""

    code: str = Code
    title: Text
    keywords: tuple[str, ...]
    items: tuple[str, ...]
