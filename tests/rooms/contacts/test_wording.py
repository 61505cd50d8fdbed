"""What every text message says, and what it may never say."""

import re

import pytest

from contacts.wording import PLACEHOLDERS, MissingWord, UnknownWording, placeholders, read_wording, render, templates
from tests.house.rooms import files

LONGEST = {"count": "1000", "number_tail": "8888", "code": "8888", "minutes": 1440}
LONGEST |= {"due": "11-24 09:00", "window_phone": "0579-85234567"}
UCS2_ONE_TEXT = 70
BANK_WORDS = ("银行", "信用卡", "贷款", "账户", "bank", "credit", "loan", "card", "account")


def rendered(template: str, locale: str) -> str:
    wanted = placeholders(read_wording(template)[locale])
    return render(template, locale, **{name: LONGEST[name] for name in wanted})


def test_every_template_is_sent_by_somebody() -> None:
    """One that nobody names would be reworded in vain."""
    code = "".join(text for _, text in files())

    assert [name for name in templates() if f'"{name}"' not in code] == []


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("template", templates())
def test_trap_7_no_text_holds_a_link_a_bank_word_or_personal_data(template: str, locale: str):
    """Trap 7: texts to +86 with a link or with the words of a bank are not carried; and nothing says whom a case is about."""
    text = rendered(template, locale).lower()

    assert not re.search(r"https?:|www\.|[a-z0-9-]+\.(cn|com|net|org|gov)\b", text)
    assert [word for word in BANK_WORDS if word in text] == []
    assert placeholders(read_wording(template)[locale]) <= PLACEHOLDERS


@pytest.mark.parametrize("template", templates())
def test_trap_7_every_chinese_text_fits_one_message(template: str):
    """Trap 7: 70 UCS-2 characters travel and are counted as one message, with the longest values filled in."""
    text = rendered(template, "zh")

    assert len(text.encode("utf-16-be")) // 2 <= UCS2_ONE_TEXT
    assert text.startswith("【核查】")


@pytest.mark.parametrize("template", templates())
def test_every_english_text_fits_one_gsm_message(template: str):
    text = rendered(template, "en")

    assert len(text) + text.count("[") + text.count("]") <= 160
    assert text.isascii()


def test_the_locale_chooses_the_language():
    assert "尾号1234" in render("desk_new", "zh-CN", number_tail="1234", due="11-24 09:00")
    assert "ending 1234" in render("desk_new", "en", number_tail="1234", due="11-24 09:00")


def test_a_missing_word_is_refused():
    with pytest.raises(MissingWord, match="due"):
        render("desk_new", "zh", number_tail="1234")


def test_a_name_can_never_get_into_a_text():
    with pytest.raises(MissingWord, match="name"):
        render("desk_new", "zh", number_tail="1234", due="11-24 09:00", name="张三")


def test_an_unknown_template_is_refused():
    with pytest.raises(UnknownWording):
        render("../desk_new", "zh")


@pytest.mark.parametrize("template", templates())
def test_trap_29_no_text_asks_for_something_by_a_moment_that_may_have_passed(template: str):
    """Trap 29: a text about an overdue case names its deadline and asks for what can still be done."""
    assert not re.search(r"(answer|finish|take|correct|see to) it by \{due\}", read_wording(template)["en"])
    assert "{due}前" not in read_wording(template)["zh"]
