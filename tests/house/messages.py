"""Every sentence that a person may read: collected from the code and the templates, as the translator needs them."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.extract import extract

from tests.house.rooms import ROOMS, ROOT

# Which argument of these calls is a sentence: N_ marks any, the others say what was wrong.
SAYING = {"N_": None, "NotNow": (2,), "BadNumber": (2,), "PydanticCustomError": (2,), "RosterProblem": (2,), "Refusal": (3,),
          "_refuse": (4,)}  # fmt: skip
SAYS = re.compile("|".join(SAYING))
SAYING_IN_PAGES = {"_": None, "gettext": None, "ngettext": (1, 2)}


@cache
def messages() -> list[tuple[tuple[str, ...], str]]:
    """Each sentence (with its plural, where it has one) and the file where it stands."""
    return list(_messages())


def _messages() -> Iterator[tuple[tuple[str, ...], str]]:
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            if SAYS.search(file.read_text(encoding="utf-8")):
                yield from _of_file(file, "python", SAYING, {})
        for page in sorted((ROOT / room).rglob("pages/*.html")):
            yield from _of_file(page, "jinja2.ext:babel_extract", SAYING_IN_PAGES, {"trimmed": "true", "newstyle_gettext": "true"})


def _of_file(file: Path, method: str, keywords: dict, options: dict) -> Iterator[tuple[tuple[str, ...], str]]:
    with file.open("rb") as text:
        for _line, message, _comments, _context in extract(method, text, keywords, options=options):
            several = message if isinstance(message, tuple) else (message,)
            yield tuple(filter(None, several)), str(file.relative_to(ROOT))
