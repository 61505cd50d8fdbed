"""One word for one thing: words that were given up for a better one are used no more."""

import re
from functools import cache

from storage.problem import N_
from tests.house.rooms import ROOMS, ROOT
from web.languages import say

FOLDERS = (*ROOMS, "tests", "docs", "scripts")
KINDS = {".py", ".html", ".js", ".css", ".toml", ".md", ".yaml", ".sh", ".po", ".service", ".example", ".txt"}
ALLOWED = {"CHANGELOG.md", "DECISIONS.md"}


@cache
def given_up() -> set[str]:
    """The words of CHANGELOG's table that are used no more."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    rows = text.partition("<!-- words -->\n")[2].partition("<!-- /words -->")[0].splitlines()[2:]
    return {word.strip() for row in rows for word in row.split("|")[1].split(",")}


@cache
def _any_of_them() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-])({'|'.join(sorted(given_up()))})(?![\w-])")


def found_in(text: str) -> set[str]:
    """Those of them in this text."""
    return set(_any_of_them().findall(text))


# What a template shows and a colon of ASCII behind it, outside of sentences that are translated whole.
WHOLE = re.compile(r"\{%-? ?trans.*?endtrans ?-?%\}", re.DOTALL)
COLON = re.compile(r"[}%]\}(?:</\w+>)?:(?:</\w+>)?(?=[ {<])")


def test_a_colon_behind_words_is_that_of_the_reader_s_language() -> None:
    """`{{ _(": ") }}` is full-width in Chinese; one that stands in the template is not."""
    templates = [path for folder in ROOMS for path in (ROOT / folder).rglob("*.html")]
    ascii_colons = {path.name for path in templates if COLON.search(WHOLE.sub("", path.read_text(encoding="utf-8")))}

    assert ascii_colons == set()
    assert say("zh", N_(": ")) == "："


def test_no_word_that_was_given_up_is_used() -> None:
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in KINDS]
    files += [path for path in ROOT.iterdir() if path.suffix in KINDS and path.name not in ALLOWED]
    used = {path.relative_to(ROOT).as_posix(): words for path in files if (words := found_in(path.read_text(encoding="utf-8")))}

    assert used == {}


def test_a_word_that_was_given_up_would_be_seen() -> None:
    assert len(given_up()) > 40
    assert {found for word in given_up() for found in found_in(f"from x import {word}, y")} == given_up()
