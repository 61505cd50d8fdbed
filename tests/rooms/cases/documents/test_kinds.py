"""Every kind of document: what is read, what is refused, what is shown, and who counts as one person."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from babel.core import get_global
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from cases.documents.countries import BESIDE, BY_DIGITS, TWO, country_of
from cases.documents.document import Document
from cases.documents.id_numbers import BadNumber
from cases.documents.known_kinds import KINDS, documents_of, kinds_of, read_document, words_of_kinds

STEADY = settings(derandomize=True, deadline=None, database=None, max_examples=60)
TODAY = date(2026, 9, 1)
DAYS = st.dates(date(1930, 1, 1), date(2026, 8, 31))


def checked(body: str) -> str:
    """With the check character of GB 11643."""
    return body + str(mod_11_2.calc_check_digit(body))


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


NUMBERS: dict[str, st.SearchStrategy[str]] = {
    "resident_id_card": st.builds(lambda day, n: checked(f"330782{day:%Y%m%d}{n:03d}"), DAYS, st.integers(1, 995)),
    "hmt_residence_permit": st.builds(
        lambda place, day, n: checked(f"{place}{day:%Y%m%d}{n:03d}"),
        st.sampled_from(["810000", "820000", "830000"]), DAYS, st.integers(0, 999),
    ),
    "hk_macao_travel_permit": st.builds("{}{}{}".format, st.sampled_from("HM"), digits(8), st.sampled_from(["", "00", "07"])),
    "taiwan_travel_permit": digits(8) | digits(10),
    "permanent_residence_card": st.builds(
        lambda place, country, day, n: checked(f"9{place}{country}{day:%Y%m%d}{n:03d}"),
        st.sampled_from(["11", "33", "44"]), st.sampled_from(sorted(BY_DIGITS)), DAYS, st.integers(0, 999),
    )
    | st.builds(lambda c, day, n: f"{c}3301{day:%y%m%d}{n:02d}", st.sampled_from(sorted(TWO)), DAYS, st.integers(0, 99)),
    "passport": st.from_regex(r"[A-Z]{1,2}[0-9]{6,7}", fullmatch=True) | digits(9),
}  # fmt: skip
ANY = st.sampled_from(sorted(NUMBERS)).flatmap(lambda kind: NUMBERS[kind].map(lambda number: (kind, number)))
CHECKED = {"resident_id_card", "hmt_residence_permit", "permanent_residence_card"}


def read(kind: str, number: str) -> Document:
    return read_document(kind, number, "USA" if KINDS[kind].has_country else "", TODAY)


def refusal(act: Callable[[], Any], typed: str) -> str:
    """The code of the refusal, whose words hold nothing of what was typed and are there in Chinese."""
    with pytest.raises(BadNumber) as bad:
        act()
    assert not typed or typed not in str(bad.value) + bad.value.message
    return bad.value.code


def test_every_kind_has_its_numbers_here() -> None:
    assert list(NUMBERS) == list(KINDS)


@STEADY
@given(ANY)
def test_what_is_read_is_read_again_and_written_as_it_was(one: tuple[str, str]) -> None:
    kind, number = one
    document = read(kind, number)

    assert (document.kind, document.number) == one
    assert read(kind, document.number) == document
    assert kind in kinds_of(number)
    assert document.key in {found.key for found in documents_of(number, TODAY)}, "a search finds it without its kind and country"


@STEADY
@given(ANY, st.integers(0, 4))
def test_full_width_small_letters_and_blanks_are_the_same_number(one: tuple[str, str], where: int) -> None:
    kind, number = one
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number.lower())

    for typed in (wide, f"  {number[:where]} {number[where:]}\u200b", f"{number[:2]}-{number[2:]}".lower()):
        assert read(kind, typed) == read(kind, number)


@STEADY
@given(ANY)
def test_a_mask_keeps_the_length_and_never_shows_half(one: tuple[str, str]) -> None:
    document = read(*one)
    shown = [sign for sign in document.masked if sign != "*"]

    assert len(document.masked) == len(document.number)
    assert len(shown) <= min(7, len(document.number) / 2)
    assert all(a in ("*", b) for a, b in zip(document.masked, document.number, strict=True))
    if document.birth:
        assert f"{document.birth:%m%d}" not in document.masked[:14]


@STEADY
@given(ANY, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_noticed_where_there_is_a_check_digit(one: tuple[str, str], where: int, by: int) -> None:
    kind, number = one
    if kind not in CHECKED or len(number) != 18:
        return
    digit = "0123456789X".index(number[where])
    wrong = number[:where] + str((digit + by) % 10 if digit < 10 else by) + number[where + 1 :]

    with pytest.raises(BadNumber):
        read(kind, wrong)


@pytest.mark.parametrize(
    ("kind", "number", "code"),
    [
        ("hmt_residence_permit", checked("11000019900101001"), "document_number"),
        ("hmt_residence_permit", checked("81000020270101001"), "document_birth"),
        ("hmt_residence_permit", checked("81000019900231001"), "document_birth"),
        ("hk_macao_travel_permit", "T12345678", "document_number"),
        ("hk_macao_travel_permit", "H123456789", "document_number"),
        ("hk_macao_travel_permit", "H12345678\n1", "document_number"),
        ("taiwan_travel_permit", "1234567", "document_number"),
        ("taiwan_travel_permit", "١٢٣٤٥٦٧٨", "document_number"),
        ("permanent_residence_card", checked("91100019900101001"), "document_number"),
        ("permanent_residence_card", "QQQ330190010112", "document_number"),
        ("permanent_residence_card", "USA330190023112", "document_birth"),
        ("passport", "E1234567890", "document_number"),
        ("passport", "ABCDEFG", "document_number"),
        ("passport", "E12'; DROP", "document_number"),
        ("passport", "E1234<567", "document_number"),
        ("passport", "", "document_number"),
    ],
)
def test_what_cannot_be_one_is_refused_without_repeating_it(kind: str, number: str, code: str) -> None:
    assert refusal(lambda: read(kind, number), number) == code


def test_all_that_a_kind_says_is_there_in_both_languages_and_its_own() -> None:
    told = words_of_kinds()

    assert len({words.en for words in told}) == len(told)
    assert all(re.search("[\u4e00-\u9fff]", words.zh) and not re.search("[\u4e00-\u9fff{}]", words.en) for words in told)


def test_a_permit_and_the_one_renewed_are_one_person() -> None:
    first, renewed, of_today = (read("hk_macao_travel_permit", one) for one in ("H1234567800", "H1234567803", "H12345678"))
    booklet, card = read("taiwan_travel_permit", "0012345601(B)"), read("taiwan_travel_permit", "00123456")

    assert first.key == renewed.key == of_today.key != read("hk_macao_travel_permit", "M12345678").key
    assert booklet.key == card.key != read("passport", "00123456").key
    assert first.forms == ("H12345678", "H1234567800")


def test_a_passport_has_a_country_and_residents_of_three_places_have_permits() -> None:
    assert read_document("passport", "C01X00T47", "D").country == "DEU"
    assert country_of("US") == country_of("USA") == "USA"
    assert refusal(lambda: read_document("passport", "E12345678", "QQQ"), "E12345678") == "document_country"
    for place in ("HKG", "MAC", "TWN"):
        assert refusal(lambda place=place: read_document("passport", "E12345678", place), "") == "document_country"


def test_the_kind_follows_from_the_shape_where_it_can() -> None:
    assert kinds_of("330725196205140015") == kinds_of("330725620514001") == ["resident_id_card"]
    assert kinds_of("810000199001010011") == ["hmt_residence_permit"]
    assert kinds_of("911840198001010012") == kinds_of("CAN330180010112") == ["permanent_residence_card"]
    assert kinds_of("H1234567801") == ["hk_macao_travel_permit"]
    assert kinds_of("E1234567") == ["passport"]
    assert kinds_of("H12345678") == ["hk_macao_travel_permit", "passport"]
    assert kinds_of("12345678") == ["taiwan_travel_permit", "passport"]
    assert kinds_of("张三") == kinds_of("") == []


@STEADY
@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for kind in KINDS:
        with suppress(BadNumber):
            assert read(kind, text).number
    assert set(kinds_of(text)) <= set(KINDS)


def test_countries_are_those_of_iso_as_cldr_has_them() -> None:
    known = get_global("territory_aliases")

    assert all(known[letters] == [two] for letters, two in TWO.items())
    assert all(known[digits] == [TWO[letters]] for digits, letters in BY_DIGITS.items())
    assert len(TWO) == 249
    assert not set(TWO) & BESIDE
