"""Lists of the asking unit's cases: unread first, nothing twice, never more queries for more rows; and finding a case again."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select, update

from access.principal import Principal
from cases.case import Case
from cases.case_search import note_search
from cases.lifecycle import State
from cases.subject_index import key_of
from cases.trail.trail import Trail
from requesters.ask.item_choice import often_asked
from requesters.own_cases.case_lists import STATES, Wish, list_values, wish_of
from requesters.own_cases.case_lookup import find_cases
from requesters.own_cases.unread import mark_unread
from tests.broadcasters import hub_of
from tests.rooms.county import County, counted
from tests.routes import FATHER, RULEBOOK, SON
from tests.vaults import VAULT
from web.context import Context
from web.languages import say

TODAY = date(2026, 3, 2)
ME = Principal("asker", "甲", "bank", frozenset({"asker"}), "zh")


def house(county: County) -> Context:
    return Context(
        county.database, RULEBOOK, lambda: county.now, hub_of(county.database), say, lambda *_: None, "https://hecha.example"
    )


def values(county: County, **wish: Any) -> dict[str, Any]:
    with county.database.read() as session:
        return list_values(session, house(county), Wish(unit="bank", **{"asked_by": "asker", **wish}))


def shown(county: County, **wish: Any) -> list[str]:
    return [case.number for case in values(county, **wish)["cases"]]


def test_unread_answers_come_first_and_nothing_stands_twice(county: County) -> None:
    """Also where the unread answer is the oldest case of all."""
    (old,) = county.asked_into(State.ANSWERED)
    county.later(hours=1)
    newer = county.ask(2)
    with county.database.write() as session:
        mark_unread(session, [old], county.now)
    found = values(county)

    assert found["cases"][0].number == old
    assert sorted(case.number for case in found["cases"]) == sorted([old, *newer])
    assert (found["unread"], found["count"]) == ({old}, 1)
    assert shown(county, state="new") == [old]
    assert shown(county, state="open", item="kinship") == [case for case in shown(county) if case != old]


@pytest.mark.parametrize("state", sorted(set(STATES) - {"all", "new"}))
def test_each_list_holds_its_states(county: County, state: str) -> None:
    for one in State:
        county.asked_into(one)
    with county.database.read() as session:
        states = {case.number: case.state for case in session.exec(select(Case))}

    assert {states[number] for number in shown(county, state=state)} == set(STATES[state])


def test_one_s_own_and_the_unit_s(county: County) -> None:
    mine, colleague = county.ask(2)
    with county.database.write() as session:
        session.connection().execute(update(Case).where(col(Case.number) == colleague).values(asked_by="colleague"))
    county.ask(1, unit="court")

    assert (shown(county), sorted(shown(county, asked_by=""))) == ([mine], sorted([mine, colleague]))


def test_a_list_is_paged_to_its_end(county: County) -> None:
    numbers = county.ask(65)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        found = values(county, cursor=cursor)
        seen += [case.number for case in found["cases"]]
        cursor = found["next"]

    assert sorted(seen) == sorted(numbers)


def test_more_rows_make_no_more_queries(county: County) -> None:
    def queries() -> int:
        with counted(county.database) as statements:
            values(county)
        return len(statements)

    with county.database.write() as session:
        mark_unread(session, county.asked_into(State.ANSWERED, 2), county.now)
    few = queries()
    with county.database.write() as session:
        mark_unread(session, [*county.asked_into(State.ANSWERED, 25), *county.ask(25)], county.now)

    assert queries() == few


def test_an_address_that_means_nothing_shows_everything(county: County) -> None:
    wish = wish_of(house(county), ME, "<script>", "unit", "no_such_item")

    assert (wish, wish.query) == (Wish(unit="bank"), {"whose": "unit"})


@pytest.mark.parametrize("words", ["{number}", " {number} ", "{begin}", "B-0", "{lower}"])
def test_a_case_is_found_by_the_beginning_of_its_numbers(county: County, words: str) -> None:
    (number,) = county.ask()
    county.ask(1, unit="court")
    text = words.format(number=number, begin=number[:12], lower=number.lower())
    with county.database.read() as session:
        assert [case.number for case in find_cases(session, "bank", text, TODAY).cases] == [number]


@pytest.mark.parametrize("words", ["", "%", "_", "B_0", "nothing"])
def test_what_fits_nothing_finds_nothing(county: County, words: str) -> None:
    county.ask()
    with county.database.read() as session:
        assert find_cases(session, "bank", words, TODAY).cases == []


@pytest.mark.parametrize("typed", [SON, SON[:6] + SON[8:17], f" {FATHER} "])
def test_a_person_s_cases_are_found_in_one_s_own_unit_and_the_search_is_recorded(county: County, typed: str) -> None:
    """By either form of the number; the trail holds the index's hash and not the number."""
    (number,) = county.ask()
    county.ask(1, unit="court")
    with county.database.read() as session:
        found = find_cases(session, "bank", typed, TODAY)
    note_search(county.database, found, ME, county.now)
    with county.database.read() as session:
        line = session.exec(select(Trail).where(Trail.action == "look_up")).one()

    assert [case.number for case in found.cases] == [number]
    assert line.details == {"subject": key_of(FATHER if FATHER in typed else SON, VAULT), "found": 1}
    assert SON not in str(line)


def test_what_one_asks_most_is_offered_as_far_as_it_is_granted(county: County) -> None:
    county.ask(3)
    county.ask(1, matter="inheritance")
    pairs = {("kinship", "close_relative_card"), ("marriage", "mortgage")}
    with county.database.read() as session:
        assert often_asked(session, ME, pairs) == [("kinship", "close_relative_card")]


def test_however_many_are_unread_each_is_found_once_page_by_page(county: County) -> None:
    """More than stand at the beginning of the list: the others follow in their order, marked, and none stands there twice."""
    numbers = county.asked_into(State.ANSWERED, 70)
    with county.database.write() as session:
        mark_unread(session, numbers, county.now)
    for state in ("all", "new", "answered"):
        pages, cursor = [values(county, state=state)], ""
        while cursor := pages[-1]["next"] or "":
            pages.append(values(county, state=state, cursor=cursor))
        found = [case.number for page in pages for case in page["cases"]]
        assert sorted(found) == sorted(numbers), state
        assert all(page["unread"] >= {case.number for case in page["cases"]} for page in pages)
