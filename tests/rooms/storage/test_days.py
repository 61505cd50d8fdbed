"""Days are read as people type them, in every field, and what is none is told by name."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.catalogue.checks import with_plain_days
from storage.days import NO_DAY, NO_SUCH_DAY, NotADay, read_day
from storage.sheets.cells import Column, Kind, read_cell
from tests.rooms.office import Office, faults_in
from tests.routes import RULEBOOK

WAYS = [
    "20260901", "2026-09-01", "2026-9-1", "2026/9/1", "2026.9.1", "2026年9月1日", "2026年9月1", "2026年09月01日", " 2026-9-1 ",
    "２０２６０９０１", "２０２６－９－１", "２０２６／９／１", "２０２６．９．１", "2026。9。1", "２０２６年９月１日",
    "2026年9月1号", "2026 年 9 月 1 日",
]  # fmt: skip
FIRST = date(2026, 9, 1)


@pytest.mark.parametrize("text", WAYS)
def test_a_day_is_read_as_it_is_typed_in_forms_and_sheets(text: str) -> None:
    assert read_day(text) == FIRST
    assert read_cell(text, Column("day", "日期", "Day", Kind.DAY)) == FIRST


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_in_every_form(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    forms = {f"{y}-{m}-{d}", f"{y}{m:02}{d:02}", f"{y}年{m}月{d}日", f"{y}.{m}.{d}", f"{y}/{m:02}/{d:02}", day.isoformat()}

    assert {read_day(one) for one in forms} == {day}


@pytest.mark.parametrize(
    ("text", "why"),
    [("2026-02-30", NO_SUCH_DAY), ("20261301", NO_SUCH_DAY), ("2026年2月29日", NO_SUCH_DAY)]
    + [
        (text, NO_DAY)
        for text in ("", "60901", "2026091", "26-9-1", "2026-9", "2026/9-1", "2026年9-1", "2026-W36-2", "1788220800", "x")
    ],
)
def test_what_is_no_day_is_said_to_be_none(text: str, why: str) -> None:
    with pytest.raises(NotADay) as caught:
        read_day(text)

    assert caught.value.message == why


def test_a_days_detail_is_kept_in_one_form() -> None:
    items = [one for one in RULEBOOK.catalogue.items.values() if any(detail.kind == "date" for detail in one.details)]
    for item in items:
        name = next(detail.name for detail in item.details if detail.kind == "date")

        assert with_plain_days({name: "2020年9月1日"}, item) == {name: "2020-09-01"}
        assert with_plain_days({name: "2020-02-30"}, item) == {name: "2020-02-30"}
    assert items, "an item asks for a day"


FORMS = [
    ("clerk", "/duty/away", "last_day", {"first_day": "2026-3-3"}),
    ("clerk", "/duty/away", "first_day", {"last_day": "20260304"}),
    ("supervisor", "/looks", "first", {"last": "2026.3.1"}),
    ("supervisor", "/looks", "last", {"first": "2026年3月1日"}),
]


@pytest.mark.parametrize(("who", "address", "field", "good"), FORMS)
def test_an_impossible_date_names_its_field_and_the_possible_one_is_taken(
    office: Office, who: str, address: str, field: str, good: dict[str, str]
) -> None:
    answer = office.client(who).post(address, **good, **{field: "2026-02-30"})

    assert answer.status_code == 422
    assert [name.rpartition("f-")[2] for name in [*faults_in(answer.text), *_prefixed(answer.text)]] == [field]
    assert NO_SUCH_DAY in answer.text


def _prefixed(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('<li><a href="#away-')[1:]]


def test_a_list_of_the_board_takes_a_typed_day_and_names_an_impossible_one(office: Office) -> None:
    supervisor = office.client("supervisor")
    shown = supervisor.get("/board/cases?what=answered&first=20260301&last=2026年3月2日")
    refused = supervisor.get("/board/cases?what=answered&first=2026-02-30", 422)

    assert 'value="2026-03-01"' in shown
    assert 'type="date"' not in shown
    assert f"First day: {NO_SUCH_DAY}" in refused
