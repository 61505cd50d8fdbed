"""Names: one form in which they are compared, and what it must never do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.names import comparison_form, mended, same_name, without_unseen

UYGHUR = "古丽米热·艾比布力"
DOTS = "•・．‧⋅\u0387.･∙。ㆍ\u119e⦁◦∘˙°ᐧ\U00010101⬝⸰"

UNSEEN = (
    "\u200b\u202d\ufeff\u2060\u00ad\u3164\ufe00\u0000\u034f\u061c\u115f\u17b4\u180b\u180c\u180d\u180e\u180f\u2065\u206a\u2800\uffa0\ufff0"
    "\ufff8\U00016fe4\U0001bca0\U0001d173\U0001d17a\U000e0000\U000e0001\U000e0080\U000e0100\U000e01ef\U000e01f0\U000e0fff"
)
SAME = [
    *(pytest.param(UYGHUR, UYGHUR.replace("·", dot), id=f"dot U+{ord(dot[-1]):04X}") for dot in DOTS),
    pytest.param(UYGHUR, UYGHUR.replace("·", " · "), id="blanks around the dot"),
    pytest.param("叶巧", "叶　巧", id="ideographic blank"),
    pytest.param("叶巧", "叶 巧 ", id="blank"),
    *(pytest.param("叶巧", f"叶{sign}巧", id=f"U+{ord(sign):04X}") for sign in UNSEEN),
    pytest.param("叶巧", "\u202e叶巧\u202c", id="direction"),
    pytest.param("高山", "⾼山", id="Kangxi radical"),
    pytest.param("黄民", "⻩⺠", id="CJK radicals"),
    pytest.param("李", "\uf9e1", id="compatibility ideograph"),
    pytest.param("䶮", "\ue863", id="private area of GBK"),
    pytest.param("龴", "\ue81e", id="private area of GB 18030-2000"),
    pytest.param("葛\U000e0100巧", "葛巧", id="variation selector"),
    pytest.param("ANNA LI", "Anna Li", id="capitals"),
    pytest.param("Anna  Li", "ＡＮＮＡ　ＬＩ", id="full width"),
    pytest.param("O'Neill", "O’Neill", id="apostrophe"),
    pytest.param("甲乙（浙江）贸易有限公司", "甲乙(浙江)贸易有限公司", id="half-width brackets"),
    pytest.param("甲乙〔浙江〕贸易有限公司", "甲乙（浙江）贸易有限责任公司", id="legal form"),
    pytest.param("甲乙股份公司", "甲乙股份有限公司", id="legal form of shares"),
    pytest.param("Lilong Co., Ltd.", "LILONG Company Limited", id="legal form in English"),
]
DIFFERENT = [
    ("叶巧", "叶乔"), ("叶巧", "巧叶"), ("叶巧", "叶巧巧"), ("José", "Jose"), ("Li Anna", "Anna Li"), ("李", "季"), ("已", "己"),
    ("甲乙（浙江）有限公司", "甲乙（江苏）有限公司"), ("甲乙有限公司", "甲乙股份有限公司"), ("\ue001", "\ue002"),
    ("Ann Ali", "Anna Li"), ("A°B", "A·B"),
]  # fmt: skip
TEXTS = st.text(min_size=1, max_size=12)
HAN = st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF, categories=["Lo"])


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_name_written_otherwise(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_letters_that_truly_differ_stay_different(one: str, other: str) -> None:
    assert not same_name(one, other)


@settings(max_examples=1000)
@given(TEXTS)
def test_the_form_is_a_form(name: str) -> None:
    form = comparison_form(name)

    assert form
    assert comparison_form(form) == form
    assert same_name(name, name)
    assert same_name(name, form)
    assert mended(mended(name)) == mended(name)


@given(TEXTS, TEXTS)
def test_it_does_not_matter_which_is_named_first(one: str, other: str) -> None:
    assert same_name(one, other) == same_name(other, one)


@given(HAN, HAN)
def test_two_characters_are_never_one(one: str, other: str) -> None:
    assert same_name(one, other) == (one == other)
    assert same_name(f"张{one}", f"张{other}") == (one == other)


def test_no_two_characters_of_the_unified_blocks_share_a_form() -> None:
    blocks = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x2A6E0), (0x2A700, 0x2EBE1), (0x30000, 0x31350))
    signs = [chr(code) for first, last in blocks for code in range(first, last)]

    assert len({comparison_form(sign) for sign in signs}) == len(signs)


@given(TEXTS)
def test_what_is_shown_lacks_only_what_nobody_sees(text: str) -> None:
    assert without_unseen(without_unseen(text)) == without_unseen(text)
    assert all(sign in text or sign == " " for sign in without_unseen(text))
