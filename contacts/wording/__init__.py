"""The wording of every text message: one TOML file per template, the same for everybody, without a word about anybody."""

import string
import tomllib
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
PLACEHOLDERS = frozenset({"number_tail", "code", "minutes", "due", "window_phone", "count"})


class UnknownWording(LookupError):
    """There is no such template."""


class MissingWord(ValueError):
    """A placeholder of the template was not given, or something was given that no text may hold."""


def templates() -> list[str]:
    """The names of all templates."""
    return sorted(_files())


def render(template: str, locale: str, **params: str | int) -> str:
    """The text in Chinese for every zh locale, otherwise in English; raises UnknownWording or MissingWord."""
    text = read_wording(template)["zh" if locale.startswith("zh") else "en"]
    surplus, missing = set(params) - PLACEHOLDERS, placeholders(text) - set(params)
    if surplus or missing:
        raise MissingWord(f"{template}: {', '.join(sorted(surplus | missing))}")
    return text.format(**params)


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@lru_cache
def read_wording(template: str) -> dict[str, str]:
    """`used`, `zh` and `en` of one template; raises UnknownWording."""
    if template not in _files():
        raise UnknownWording(template)
    return tomllib.loads(_files()[template].read_text(encoding="utf-8"))


@lru_cache
def _files() -> dict[str, Path]:
    """The file of each template; they stand in folders by who is texted."""
    return {path.stem: path for path in FOLDER.rglob("*.toml")}
