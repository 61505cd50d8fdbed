"""Both languages are whole: every sentence a person may read has its Chinese, with the same placeholders."""

import re
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po
from jinja2 import Environment

from tests.house.messages import ROOMS, ROOT, messages
from web.languages import CATALOG, say
from web.words import words

PRINTF = re.compile(r"%\((\w+)\)s")
# Each language is offered in its own words; a dash for an empty entry.
OWN_WORDS = {"English", "中文", "–", "→"}


def _translated() -> dict[str, str | tuple[str, ...]]:
    catalog = read_po(BytesIO(CATALOG.read_bytes()), locale="zh")
    return {message.id[0] if isinstance(message.id, tuple) else message.id: message.string for message in catalog if message.id}


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name} | set(PRINTF.findall(text))


def test_every_sentence_has_its_chinese() -> None:
    """A sentence without Chinese would stand in English in the middle of a Chinese page."""
    known = _translated()
    missing = sorted({f"{file}: {message[0]}" for message, file in messages() if not known.get(message[0])})
    assert not missing, f"add these to {CATALOG.relative_to(ROOT)}:\n" + "\n".join(missing)


def test_no_sentence_stands_twice() -> None:
    """Of two translations the last would win, whichever somebody mends."""
    blocks = CATALOG.read_text(encoding="utf-8").split("\n\n")
    assert [block for block in blocks if len(re.findall(r"(?m)^msgid ", block)) > 1] == []
    keys = [block.rpartition("\nmsgstr")[0] for block in blocks if "msgid_plural" not in block]
    assert sorted({key for key in keys if keys.count(key) > 1 and key}) == []


def test_the_chinese_fills_in_the_same_things() -> None:
    """A placeholder lost or misspelt would lose a number, or fail when the page is shown."""
    wrong = []
    for english, chinese in _translated().items():
        for text in chinese if isinstance(chinese, tuple) else (chinese,):
            if _placeholders(english) - {"num"} != _placeholders(text) - {"num"}:
                wrong.append(english)
    assert not wrong


def test_no_sentence_is_kept_that_nobody_says() -> None:
    """The catalogue holds nothing but what the code and the templates say."""
    said = {message[0] for message, _ in messages()}
    assert not sorted(set(_translated()) - said)


def _bare_words(page: Path) -> list[str]:
    """Words in a template that go around the translator: outside of braces, tags and comments, or in attributes people read."""
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"{%\s*trans.*?{%\s*endtrans\s*%}", " ", text, flags=re.DOTALL)
    plain = "".join(value if kind == "data" else " " for _, kind, value in Environment().lex(_without_expressions(text)))
    plain = re.sub(r"<(script|style)\b.*?</\1>", " ", plain, flags=re.DOTALL)
    shown = re.findall(r'\b(?:title|alt|placeholder|aria-label|data-label)="([^"]*)"', plain)
    shown += re.sub(r"<kbd>.*?</kbd>|<[^>]*>|&\w+;|[\w-]+=\"[^\"]*\"", "\n", plain, flags=re.DOTALL).splitlines()
    words = (line.strip() for line in shown)
    return [word for word in words if re.search(r"[A-Za-z\u4e00-\u9fff]", word) and word not in OWN_WORDS]


def _without_expressions(text: str) -> str:
    return re.sub(r"{{.*?}}", " ", text, flags=re.DOTALL)


def test_no_template_speaks_one_language_only() -> None:
    """Every word of a page goes through the translator."""
    pages = [page for room in ROOMS for page in sorted((ROOT / room).rglob("pages/*.html"))]
    assert len(pages) > 10
    bare = {str(page.relative_to(ROOT)): words for page in pages if (words := _bare_words(page))}
    assert not bare


def test_what_a_person_wrote_is_never_read_as_a_placeholder() -> None:
    """A note is shown through the same door as our own sentences: braces and percent signs in it stay as they are."""
    note = "100% {sure} <b>"
    assert say("zh", note) == note
    assert say("zh", "") == ""


def test_every_list_of_words_that_a_page_names_is_there() -> None:
    """A page that names a list that is not there fails only when somebody opens it."""
    pages = [page for room in ROOMS for page in (ROOT / room).rglob("pages/*.html")]
    named = {(page.name, name) for page in pages for name in re.findall(r"\bwords\.([A-Z]\w*)", page.read_text(encoding="utf-8"))}

    assert len(named) > 50
    assert {(page, name) for page, name in named if not hasattr(words, name)} == set()
