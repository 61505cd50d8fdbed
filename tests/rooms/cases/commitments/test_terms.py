"""What a certificate's file may say of its commitment, and a city's own wording."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cases.calendar.deadlines import Calendar
from cases.catalogue.catalogue import load
from cases.commitments.days import days_before, latest_day, months_after, working_day
from cases.commitments.signature import is_signed
from cases.commitments.stated import read_stated
from cases.commitments.terms import check_faults, read_terms
from cases.commitments.text import value_words
from cases.commitments.wording import OURS, WrongWording, load_wording
from storage.problem import Problem
from tests.rooms.requesters.commitments.counter import INCOME, drawn

CALENDAR = Calendar()
SAYS = {"zh": "本人{who}，{when}起。", "en": "I, {who}, since {when}."}
ONE = {"code": "a", "zh": "甲", "en": "A"}
FULL: dict[str, Any] = {
    "fields": [
        {"name": "who", "label": {"zh": "配偶", "en": "Spouse"}, "kind": "person"},
        {"name": "when", "label": {"zh": "日期", "en": "Day"}, "kind": "date"},
        {"name": "kind", "label": {"zh": "类型", "en": "Kind"}, "kind": "choice", "choices": [ONE]},
        {"name": "count", "label": {"zh": "人数", "en": "Count"}, "kind": "number", "required": False},
    ],
    "states": [SAYS],
}  # fmt: skip
GOOD = {"who": {"name": "吴一", "id_number": "330725196205140015"}, "when": "2026年3月1日", "kind": "a", "count": "３"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"states": []}, "commitment.states"),
        ({"states": [{"zh": "本人{x}", "en": "I"}]}, "commitment"),
        ({"states": [{"zh": "本人{", "en": "I"}]}, "commitment"),
        ({"states": [{"zh": "本人{name!r}", "en": "I"}]}, "commitment"),
        ({"fields": [{"name": "name", "label": SAYS}]}, "commitment"),
        ({"fields": [{"name": "k", "label": SAYS, "kind": "choice"}]}, "commitment.fields.0"),
        ({"check": {"item": "kinship", "subjects": {"person": "nobody"}}}, "commitment"),
        ({"check": {"item": "kinship", "details": {"relation": "nothing"}}}, "commitment"),
        ({"paper_days": 900}, "commitment.paper_days"),
        ({"nonsense": 1}, "commitment.nonsense"),
    ],
)
def test_what_does_not_fit_together_is_named(change: Any, field: str) -> None:
    with pytest.raises(Problem) as refused:
        read_terms({**INCOME, **change})

    assert field in [fault.field for fault in refused.value.faults]


def test_the_own_check_fits_its_item() -> None:
    catalogue = load()
    assert [one.code for one in check_faults(read_terms({**INCOME, "check": {"item": "nothing"}}), catalogue)] == ["unknown_item"]
    fields = read_terms({**INCOME, "check": {"item": "household_page", "subjects": {"person": "person"}}})
    assert [one.code for one in check_faults(fields, catalogue)] == ["gives_fields"], "a record that is there proves nothing"
    lacking = read_terms({**INCOME, "check": {"item": "kinship", "subjects": {"person": "person"}}})
    assert "roles" in [one.code for one in check_faults(lacking, catalogue)]


def test_values_are_read_and_written_in_both_languages() -> None:
    terms = read_terms(FULL)
    stated = read_stated(terms, GOOD, date(2026, 3, 2))

    assert stated == {"who": GOOD["who"], "when": "2026-03-01", "kind": "a", "count": "3"}
    said = {one.name: [value_words(one, stated.get(one.name), locale) for locale in ("zh", "en")] for one in terms.fields}
    assert said["who"] == ["吴一（330725196205140015）", "吴一 (330725196205140015)"]
    assert said["when"] == ["2026年3月1日", "1 March 2026"]
    assert said["kind"] == ["甲", "A"]
    assert value_words(terms.by_name["count"], None, "en") == "(left empty)"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"who": {"name": "", "id_number": "330725196205140015"}}, "stated.who.name"),
        ({"who": {"name": "吴一", "id_number": "330725196205140019"}}, "stated.who.id_number"),
        ({"when": "2026-02-30"}, "stated.when"),
        ({"kind": "z"}, "stated.kind"),
        ({"count": "-1"}, "stated.count"),
        ({"when": 5}, "stated.when"),
    ],
)
def test_a_wrong_value_is_named_by_its_field(change: Any, field: str) -> None:
    with pytest.raises(Problem) as refused:
        read_stated(read_terms(FULL), {**GOOD, **change}, date(2026, 3, 2))

    assert [fault.field for fault in refused.value.faults] == [field]


def test_a_city_brings_its_own_wording_and_a_wrong_one_is_refused_by_name(tmp_path: Path) -> None:
    own, file = OURS.read_text(encoding="utf-8"), tmp_path / "commitment.toml"
    file.write_text(own.replace('version = "2026-12"', 'version = "ours-1"'), encoding="utf-8")
    assert load_wording([tmp_path, tmp_path / "elsewhere"]).version == "ours-1"
    for wrong in ("nonsense", own.replace("{unit}", "{mayor}", 1), own.replace('code = "consequences"', 'code = "other"')):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(WrongWording, match=r"commitment\.toml"):
            load_wording([tmp_path])


def test_days_follow_the_calendar() -> None:
    assert working_day(CALENDAR, date(2026, 3, 7)) == date(2026, 3, 9)
    assert latest_day(CALENDAR, date(2026, 3, 6), 1) == date(2026, 3, 9)
    assert days_before(CALENDAR, date(2026, 3, 10), 3) == date(2026, 3, 5)
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)


def test_a_line_is_ink_and_a_dot_is_none() -> None:
    assert is_signed(drawn(kind="JPEG"))
    assert not is_signed(drawn(ink=False, kind="JPEG"))
