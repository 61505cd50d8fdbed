"""ID numbers and credit codes: check digits, both forms, centuries, places."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from cases.documents.id_numbers import BadNumber, ResidentId, bridge, parse_credit_code, plain

KNOWN = "11010519491231002X"  # the example of GB 11643-1999
STEADY = settings(derandomize=True, deadline=None, database=None)  # the same examples on every run
DAYS = st.dates(date(1900, 1, 1), date(2026, 8, 31))
PLACES = st.sampled_from(["330782", "330725", "330681", "110105", "522725"])
SERIALS = st.integers(1, 995)


def made(place: str, birth: date, serial: int) -> str:
    """A valid number."""
    body = f"{place}{birth:%Y%m%d}{serial:03d}"
    return body + str(mod_11_2.calc_check_digit(body))


def refusal(text: str, today: date | None = None) -> str:
    """The code with which this text is refused."""
    with pytest.raises(BadNumber) as bad:
        ResidentId.parse(text, today)
    assert text.strip() not in str(bad.value) + bad.value.message
    return bad.value.code


@STEADY
@given(PLACES, DAYS, SERIALS)
def test_a_valid_number_is_read_as_it_stands(place: str, birth: date, serial: int) -> None:
    resident = ResidentId.parse(made(place, birth, serial))

    assert (resident.number, resident.place, resident.birth) == (made(place, birth, serial), place, birth)
    assert resident.sex == ("male" if serial % 2 else "female")


@STEADY
@given(PLACES, DAYS, SERIALS, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place: str, birth: date, serial: int, where: int, by: int) -> None:
    number = made(place, birth, serial)
    digit = "0123456789X".index(number[where])
    wrong = number[:where] + str((digit + by) % 10 if digit < 10 else by) + number[where + 1 :]

    assert refusal(wrong) in {"id_number_check_digit", "id_number_birth"}


@STEADY
@given(PLACES, DAYS, SERIALS, st.integers(0, 16))
def test_two_neighbours_changed_over_are_always_noticed(place: str, birth: date, serial: int, where: int) -> None:
    number = made(place, birth, serial)
    wrong = number[:where] + number[where + 1] + number[where] + number[where + 2 :]
    if wrong != number:
        assert refusal(wrong) in {"id_number_check_digit", "id_number_birth", "id_number_form"}


@STEADY
@given(PLACES, st.dates(date(1900, 1, 1), date(1999, 12, 31)), SERIALS)
def test_both_forms_of_a_number_lead_to_each_other(place: str, birth: date, serial: int) -> None:
    """Records made before 1999 stand under 15 digits."""
    resident = ResidentId.parse(made(place, birth, serial))

    assert resident.old_number == resident.number[:6] + resident.number[8:17]
    assert ResidentId.parse(resident.old_number) == resident
    assert bridge(resident.old_number) == resident.number


@STEADY
@given(PLACES, st.dates(date(2000, 1, 1), date(2026, 8, 31)), SERIALS)
def test_who_was_born_since_2000_never_had_15_digits(place: str, birth: date, serial: int) -> None:
    assert ResidentId.parse(made(place, birth, serial)).old_number is None


@pytest.mark.parametrize("serial", [996, 997, 998, 999])
def test_serials_of_centenarians_mean_the_century_before(serial: int) -> None:
    resident = ResidentId.parse(f"330725981231{serial}")

    assert resident.birth == date(1898, 12, 31)
    assert resident.old_number == f"330725981231{serial}"
    assert ResidentId(made("330725", date(1998, 12, 31), serial)).old_number is None


def test_serial_995_belongs_to_the_own_century() -> None:
    assert ResidentId.parse("330725981231995").birth == date(1998, 12, 31)


@pytest.mark.parametrize("text", [
    "11010519491231002x", " 110105 19491231 002X ", "110105-19491231-002X", "110105491231002",
    "１１０１０５１９４９１２３１００２Ｘ", "110105　19491231　002ｘ",
])  # fmt: skip
def test_numbers_as_people_write_them(text: str) -> None:
    assert ResidentId.parse(text).number == KNOWN


FORMS = [
    "", "1", KNOWN[:17], KNOWN + "1", "1101054912310021", "11010549123100", "A" * 18, "1101O519491231002X", "11010519491231002Y",
    "X1010519491231002X", "²²²²²²²²²²²²²²²²²²٣", "٣٣٠٧٢٥٩٨١٢٣١٩٩٥",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMS)
def test_what_has_not_the_form_of_a_number(text: str) -> None:
    with pytest.raises(BadNumber) as bad:
        ResidentId.parse(text)

    assert bad.value.code == "id_number_form"


@pytest.mark.parametrize("birth", ["19490231", "19491301", "19490100", "18491231", "00001231", "19010229"])
def test_births_that_are_no_days_or_too_long_ago(birth: str) -> None:
    body = f"110105{birth}002"

    assert refusal(body + str(mod_11_2.calc_check_digit(body))) == "id_number_birth"


def test_a_birth_on_29_february_of_a_leap_year_is_a_day() -> None:
    assert ResidentId.parse(made("330782", date(2000, 2, 29), 11)).birth == date(2000, 2, 29)


def test_a_birth_in_the_future_is_refused_only_where_today_is_known() -> None:
    today = date(2026, 9, 1)
    coming = made("330782", today + timedelta(days=1), 11)

    assert refusal(coming, today) == "id_number_future"
    assert ResidentId.parse(coming).number == coming
    assert ResidentId.parse(made("330782", today, 11), today).birth == today


@pytest.mark.parametrize("place", ["330725", "330724", "330625", "999999", "000000"])
def test_retired_and_unknown_place_codes_are_kept(place: str) -> None:
    assert ResidentId.parse(made(place, date(1970, 1, 1), 11)).place == place


def test_a_masked_number_keeps_three_and_four_characters() -> None:
    assert ResidentId(KNOWN).masked == "110***********002X"


def test_plain_forgives_width_spaces_and_hyphens() -> None:
    assert plain(" ａ-1　2 ") == "A12"


CREDIT_CODES = ["91330782MA2E00001P", "91330782ma2e00001p", " 9133 0782-MA2E00001P", "９１３３０７８２ＭＡ２Ｅ００００１Ｐ"]


@pytest.mark.parametrize("text", CREDIT_CODES)
def test_credit_codes_as_people_write_them(text: str) -> None:
    assert parse_credit_code(text) == "91330782MA2E00001P"


@pytest.mark.parametrize("text", ["", "91330782MA2E00001", "91330782MA2E000010", "91330782MA2E00002P", "9133O782MA2E00001P", KNOWN])
def test_wrong_credit_codes_are_refused(text: str) -> None:
    with pytest.raises(BadNumber) as bad:
        parse_credit_code(text)

    assert bad.value.code == "credit_code"


@STEADY
@given(st.text(max_size=20))
def test_any_text_is_read_or_refused_and_never_anything_else(text: str) -> None:
    for read in (ResidentId.parse, parse_credit_code):
        with suppress(BadNumber):
            assert read(text)
