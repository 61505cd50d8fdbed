"""Comparing: of each stated value whether it is on record, whatever stands beside it there."""

from typing import Any

import pytest

from cases.question import Finding, Outcome, Question
from cases.records.comparing import compared
from cases.records.minimising import leaving

WANTED = {"address": "text", "member": "text", "born": "date"}
ROWS = [
    {"address": "丹溪路1号", "member": "吴一", "born": "1976-01-10", "secret": "M1"},
    {"address": "丹溪路1号", "member": "吴二", "born": "2005-04-04", "secret": "M2"},
]


def question(**stated: str) -> Question:
    return Question.model_construct(mode="compare", wanted={n: k for n, k in WANTED.items() if n in stated}, details=stated)


def record(rows: list[dict[str, str]], outcome: str = "confirmed", **more: Any) -> Finding:
    return Finding.model_validate({"outcome": outcome, "source": "record", "words": "M3", "records": rows, **more})


@pytest.mark.parametrize(
    ("stated", "outcome", "facts"),
    [
        ({"address": "丹溪路１号"}, "confirmed", {"address": "agrees"}),
        ({"address": "丹溪路2号"}, "contradicted", {"address": "differs"}),
        ({"member": "吴二", "born": "2005年4月4日"}, "confirmed", {"member": "agrees", "born": "agrees"}),
        ({"member": "吴一", "born": "2005-04-04", "address": "丹溪路1号"}, "contradicted",
         {"address": "agrees", "member": "agrees", "born": "differs"}),
    ],
)  # fmt: skip
def test_stated_values_must_stand_in_one_row(stated: dict[str, str], outcome: str, facts: dict[str, str]) -> None:
    found = leaving(question(**stated), compared(question(**stated), record(ROWS)))

    assert (found.outcome, found.facts) == (outcome, facts)
    assert (found.records, found.words, found.values) == ([], "", {})
    assert "M" not in found.model_dump_json()


def test_nothing_on_record_is_told_like_another_value_on_record() -> None:
    """Whoever may only compare learns of neither which it was: the two findings are the same."""
    asked = question(address="丹溪路2号")
    none = compared(asked, record([], "no_record", evidence={"as_of": "2026-01-01", "complete_since": "1998-01-01"}))
    another = compared(asked, record(ROWS, evidence={"as_of": "2026-01-01", "electronic_from": "1998"}))

    assert none.outcome == Outcome.CONTRADICTED
    assert leaving(asked, none) == leaving(asked, another)


def test_nothing_found_in_a_register_that_may_be_incomplete_is_no_difference() -> None:
    none = compared(question(address="丹溪路2号"), record([], "no_record"))

    assert (none.outcome, none.facts) == (Outcome.CANNOT_SAY, {"address": "unknown"})


def test_a_field_that_is_empty_on_record_is_unknown() -> None:
    asked = question(address="丹溪路1号", born="1976-01-10")
    found = compared(asked, record([{"address": "丹溪路1号"}]))

    assert found.facts == {"address": "agrees", "born": "unknown"}
    assert compared(question(born="1976-01-10"), record([{"address": "丹溪路1号"}])).outcome == Outcome.CANNOT_SAY


@pytest.mark.parametrize("outcome", ["not_digitised", "cannot_say"])
def test_what_a_machine_cannot_tell_it_cannot_compare(outcome: str) -> None:
    assert compared(question(address="x"), record([], outcome)).outcome == outcome


def test_a_record_that_is_not_shown_to_the_agent_goes_to_a_person() -> None:
    assert compared(question(address="x"), record([])).outcome == Outcome.NOT_DIGITISED


def test_a_handler_that_compares_by_itself_is_believed() -> None:
    said = record([], "contradicted", facts={"address": "differs"})

    assert compared(question(address="x"), said) is said
