"""Validation of the asker's own file number: plausible, and without names or ID numbers. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from itertools import accumulate, combinations

from cases.documents.id_numbers import BadNumber, ResidentId
from cases.documents.known_kinds import documents_of
from cases.question import Question, Subject
from storage.problem import N_, FieldFault

NO_FILE = N_("This is no file number. Give the number under which your unit keeps this citizen's file.")
NO_PERSON = N_("A file number holds no name and no ID number. Give the number under which your unit keeps the file.")
_SIGNS = re.compile(r"[\W_]+")
_RUNS = "01234567890123456789"
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_KIND_OF_PLACE = re.compile(r"(?:特别行政区|自治[区州县旗]|地区|林区|新区|矿区|[省市县区盟州旗])$")
# Words of other letters; LiLong is two.
_WORDS = re.compile(r"[^\W\d_\u4e00-\u9fff]+")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBER = re.compile(r"\d(?:[\W_]*\d)*(?:[\W_]*[Xx](?![A-Za-z]))?")
_GROUPS = re.compile(r"\d+|[Xx]")
# An official number, 张检刑诉〔2024〕12号: the place in one or two characters, the office and kind of case, the year.
_OFFICIAL = re.compile(r"([\u4e00-\u9fff]+)[〔\[(【]?(?:19|20)\d{2}[〕\])】]?(?:第|字)*\d+号?")
_OFFICE = re.compile(r"[检法公刑民行执诉终初审赔调申监再抗侦捕拘罚裁仲字]{2,}")
_PROVINCES = frozenset(
    map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83))
)


def reference_faults(question: Question) -> list[FieldFault]:
    """A fault where the reference cannot be a file number: without a digit, too short, all alike, counted up, or a person's."""
    even = unicodedata.normalize("NFKC", question.reference)
    if _holds_id_number(even) or any(_names(even, subject) for subject in question.subjects.values()):
        return [FieldFault("reference", "names_somebody", NO_PERSON)]
    return [] if _could_be(_SIGNS.sub("", even)) else [FieldFault("reference", "implausible", NO_FILE)]


def _could_be(text: str) -> bool:
    digits = "".join(one for one in text if one.isdigit())
    alike = len(set(text)) == 1 and len(text) > 1
    counted = len(text) > 2 and text in _RUNS
    return bool(digits) and len(text) > 1 and not alike and not counted


def _names(text: str, subject: Subject) -> bool:
    """Whether the subject's whole name or number stands in it. A part of a name is none: Li in Lilong, 华 in 金华."""
    joined, name = _SIGNS.sub("", text), unicodedata.normalize("NFKC", subject.name)
    if _is_in(subject.number, joined.upper()):
        return True
    if _HAN.search(name):
        return _names_in_han(text, joined, _SIGNS.sub("", name))
    own, there = _words(name), _words(text)
    short = len(own) < 2 and len("".join(own)) < 3
    return not short and any(there[start : start + len(own)] == own for start in range(len(there) - len(own) + 1))


def _is_in(number: str, text: str) -> bool:
    """Whether the number stands there; one of fewer than eight signs only as the whole: it may stand in others by chance."""
    return number in text if len(number) > 7 else number == text


def _words(text: str) -> list[str]:
    return [word.casefold() for found in _WORDS.findall(text) for word in _HUMPS.split(found)]


def _names_in_han(text: str, joined: str, name: str) -> bool:
    """Whether the name stands there as a name: not where it is that of a place, nor cut out of an official number's code."""
    if len(name) < 2 or name.casefold() not in joined.casefold() or is_place(name):
        return False
    official = _OFFICIAL.fullmatch(re.sub(r"\s", "", text))
    return official is None or not _is_office(official[1], name)


def _is_office(code: str, name: str) -> bool:
    """张检刑诉 is the procuratorate of 张 and not somebody called 张检: after the place only offices follow."""
    return code != name and code.count(name) == 1 and any(_OFFICE.fullmatch(code[head:]) and code[:head] != name for head in (1, 2))


def is_place(name: str) -> bool:
    """Whether a province, city or county has this name, with or without what kind of place it is: 金华, 金华市."""
    return name in _places()


@lru_cache
def _places() -> frozenset[str]:
    # The register that comes with stdnum; read when a name stands in a file number, which is rare, and kept.
    text = resources.files("stdnum.cn").joinpath("loc.dat").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    whole = {name for line in lines for name in _HAN.findall(line) if len(name) > 1}
    return frozenset(whole | {short for name in whole if len(short := _KIND_OF_PLACE.sub("", name)) > 1})


def _holds_id_number(text: str) -> bool:
    """An ID number, whatever signs stand between its digits and whatever digits are joined to it."""
    for found in _NUMBER.findall(text):
        groups = _GROUPS.findall(found)
        whole = "".join(groups)
        windows = {whole[start : start + 18] for start in range(len(whole) - 17)}
        if any(map(_is_id_number, (*windows, *_of_fifteen(groups)))):
            return True
    return False


def _of_fifteen(groups: list[str]) -> Iterable[str]:
    """Groups side by side with 15 digits together. Inside longer ones nearly anything would be a number of the old form."""
    sums = [0, *accumulate(map(len, groups))]
    spans = [(start, end) for start, end in combinations(range(len(sums)), 2) if sums[end] - sums[start] == 15]
    return ("".join(groups[start:end]) for start, end in spans)


def _is_id_number(number: str) -> bool:
    if number[:1] == "9" and documents_of(number):
        return True  # a foreigner's
    if number[:2] not in _PROVINCES:
        return False
    try:
        ResidentId.parse(number)
    except BadNumber:
        return False
    return True
