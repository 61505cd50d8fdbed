"""Finding an item or matter among titles, codes and the keywords of its file (which hold pinyin initials), the best first."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
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
MOST_KNOWN = 20_000  # titles, codes and keywords of a large city


def search(entries: Iterable[Found], text: str, locale: str) -> list[Found]:
    """Entries that every word of `text` is found in, best first; all of them in the order of their titles for no words."""
    return [entry for _, entry in ranked(entries, text, locale)]


def ranked(entries: Iterable[Found], text: str, locale: str) -> list[tuple[int, Found]]:
    """The same, each with how well it fits: so what was found of several kinds can be put into one order."""
    words = _plain(text).split()
    scored = [(sum(scores), entry) for entry in entries if all(scores := [_score(entry, word, locale) for word in words])]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].title.say(locale)))


def _score(entry: Entry, word: str, locale: str) -> int:
    title, other = entry.title.say(locale), entry.title.say("zh" if locale.lower().startswith("en") else "en")
    best = max(_nearness(word, title, 100), _nearness(word, other, 90), _nearness(word, entry.code, 80))
    return max([best, *(_nearness(word, keyword, 90) for keyword in entry.keywords)])


def _nearness(word: str, known: str, most: int) -> int:
    """`most` for the whole text, less for its beginning, less again for the beginning of a word in it or Chinese anywhere."""
    text, parts = _known(known)
    if text == word:
        return most
    if text.startswith(word):
        return most - 20
    chinese = any(sign >= CJK_STARTS for sign in word)  # also behind digits: 15位
    anywhere = word in text if chinese else any(part.startswith(word) for part in parts)
    return most - 40 if anywhere else 0


@lru_cache(MOST_KNOWN)
def _known(text: str) -> tuple[str, tuple[str, ...]]:
    """A title, code or keyword as it is compared, and its words; made once for each. What somebody types is not kept."""
    plain = _plain(text)
    return plain, tuple(plain.replace("_", " ").split())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
