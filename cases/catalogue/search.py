"""Finding an item or matter among titles, codes and the keywords of its file (which hold pinyin initials), the best first."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from cases.catalogue.part import Text


class Entry(Protocol):
    """What can be searched."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> Text: ...
    @property
    def keywords(self) -> Sequence[str]: ...


Found = TypeVar("Found", bound=Entry)
CJK_STARTS = "\u2e80"


def search(entries: Iterable[Found], text: str, locale: str) -> list[Found]:
    """Entries that every word of `text` is found in, best first; all of them in the order of their titles for no words."""
    return [entry for _, entry in ranked(entries, text, locale)]


def ranked(entries: Iterable[Found], text: str, locale: str) -> list[tuple[int, Found]]:
    """The same, each with how well it fits: so what was found of several kinds can be put into one order."""
    words = _plain(text).split()
    scored = [(sum(scores), entry) for entry in entries if all(scores := [_score(entry, word, locale) for word in words])]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].title.say(locale)))


def _score(entry: Entry, word: str, locale: str) -> int:
    title, other = _plain(entry.title.say(locale)), _plain(entry.title.say("zh" if locale.lower().startswith("en") else "en"))
    best = max(_nearness(word, title, 100), _nearness(word, other, 90), _nearness(word, _plain(entry.code), 80))
    return max([best, *(_nearness(word, _plain(keyword), 90) for keyword in entry.keywords)])


def _nearness(word: str, text: str, most: int) -> int:
    """`most` for the whole text, less for its beginning, less again for the beginning of a word in it or Chinese anywhere."""
    if text == word:
        return most
    if text.startswith(word):
        return most - 20
    anywhere = word in text if word[0] >= CJK_STARTS else any(part.startswith(word) for part in text.replace("_", " ").split())
    return most - 40 if anywhere else 0


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
