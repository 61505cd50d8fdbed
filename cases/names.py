"""Names of people: normalised for comparison, cleaned of invisible characters. Pure.

People write one name in many ways: with a blank that an input method put in, with one of a dozen middle dots, with a radical in
place of the character, in capitals. None of these is another name. Letters that truly differ (乔 and 巧, é and e) stay different.
"""

import re
import unicodedata

from storage.unseen_signs import is_unseen

DOT = "·"  # between the parts of a name that came from another language: GB 18030, and the police's own registers
# What is written or typed for it, in alphabets beside (U+0387), in mathematics, in half width, or as another script's sign.
_DOTS = dict.fromkeys(map(ord, "•●∙⋅・･‧⸱⸳ꞏ·᛫・ㆍ\u119e⦁◦∘˙ᐧ\U00010101⬝⸰"), DOT)
_HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_STOP_FOR_DOT = re.compile(rf"(?<=[{_HAN}])[ .]*[.。｡°][ .]*(?=[{_HAN}])")
_BLANK_IN_HAN = re.compile(rf"(?<=[{_HAN}{DOT}()]) +| +(?=[{_HAN}{DOT}()])")
_BRACKETS = str.maketrans("〔〕【】[]{}〈〉《》「」『』", "()" * 8)
_SIGNS = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "`": "'", "´": "'", "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-"}
)
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# Characters of GBK and GB 18030-2000 that had no place in Unicode and stood in its private area; since GB 18030-2005 and -2022
# they have one. Those that Python's codec knows are read from it, in the order in which both were given.
_PRIVATE = {
    0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14, 0xE792: 0xFE15, 0xE793: 0xFE16,
    0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19, 0xE7C7: 0x1E3F, 0xE7C8: 0x01F9,
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7,
    0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip
_FIRST_PRIVATE, _ROW = 0xE815, [*range(0x50, 0x7F), *range(0x80, 0xA1)]
for _place, _low in enumerate(_ROW):
    _PRIVATE.setdefault(_FIRST_PRIVATE + _place, ord(bytes((0xFE, _low)).decode("gb18030")))

# CJK radicals (U+2E80 to U+2EFF) that look like a character, to that character: what PDF files give when a name is copied out of
# them. By Unicode's EquivalentUnifiedIdeograph; the other radicals (U+2F00 to U+2FD5) NFKC knows by itself.
_RADICALS = str.maketrans(
    "⺁⺂⺃⺅⺉⺋⺍⺎⺏⺐⺒⺓⺔⺖⺘⺙⺛⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺨⺪⺫⺬⺭⺮⺯⺰⺱⺲⺸⺹⺺⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
    "厂乛乚亻刂㔾⺍兀尣尢巳幺彑忄扌攵旡月歺母民氵氺灬爫爫丬犭疋罒示礻⺮糹纟罓罒⺶耂肀臼艹艹艹虎衤覀西见角讠贝车辶辶辶阝钅長镸长门阜阝⻗青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
)

_PLAIN = re.compile("[一-鿿]{1,5}")  # most names: nothing to mend, and too short for a firm's legal form

# By law one and the same form (公司法 art. 7: 有限责任公司 or 有限公司; 股份有限公司 or 股份公司).
_LEGAL_FORMS = ((re.compile("股份有限公司"), "股份公司"), (re.compile("有限责任公司"), "有限公司"))
_LATIN_FORMS = {"company": "co", "limited": "ltd", "incorporated": "inc", "corporation": "corp"}
_WORD_SIGNS = re.compile(r"[.,]")


def without_unseen(text: str) -> str:
    """The text without characters that nobody sees; blanks of any kind and line breaks stay, as one blank each."""
    return "".join(" " if sign.isspace() else sign for sign in text if sign.isspace() or not is_unseen(sign))


def visible(name: str) -> str:
    """The name as it was typed, without what nobody sees; characters that had no place in Unicode stand where they have one now."""
    return without_unseen(name).translate(_PRIVATE)


def is_one_line(text: str) -> bool:
    """Whether a text holds no line break and nothing that controls a device or the direction in which it is read."""
    return not any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") or sign in _DIRECTIONS for sign in text)


def mended(name: str) -> str:
    """A name as a register would write it: every sign of it in its usual form, capitals and legal forms kept.

    May be empty where nothing in it can be seen.
    """
    text = visible(name).translate(_RADICALS).translate(_DOTS)
    text = without_unseen(unicodedata.normalize("NFKC", text)).translate(_DOTS).translate(_BRACKETS).translate(_SIGNS)
    text = _STOP_FOR_DOT.sub(DOT, " ".join(text.split()))
    return unicodedata.normalize("NFC", _BLANK_IN_HAN.sub("", text)).strip()


def comparison_form(name: str) -> str:
    """The form in which a name is compared: two names are one where these are equal. Applied twice it is the same.

    Never empty for a name that is not: what cannot be seen at all stays as it is.
    """
    if _PLAIN.fullmatch(name):
        return name
    text = name
    for _ in range(4):  # folding capitals may make what the other steps know
        before, text = text, _folded(text)
        if text == before:
            break
    return text or name


def _folded(name: str) -> str:
    text = mended(name).casefold()
    for pattern, form in _LEGAL_FORMS:
        text = pattern.sub(form, text)
    if not text.isascii():
        return mended(text)
    words = _WORD_SIGNS.sub(" ", text).split() or [text]
    return " ".join(_LATIN_FORMS.get(word, word) for word in words)


def same_name(one: str, other: str) -> bool:
    """Whether both are the same name, however they were written."""
    return one == other or comparison_form(one) == comparison_form(other)
