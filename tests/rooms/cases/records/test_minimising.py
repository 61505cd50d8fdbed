"""Minimising: whatever a finding holds, nothing beyond what was asked for is left of it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from cases.question import Finding, Outcome, Question
from cases.records.minimising import count_beyond, leaving, minimised

NAMES = ["address", "head", "born", "household", "as_of", "near"]
VALUES = some.text("义乌市abc0123 -_", min_size=1, max_size=12).filter(str.strip)
ROWS = some.lists(some.dictionaries(some.sampled_from(NAMES), VALUES, max_size=5), max_size=5)
FINDINGS: Any = some.fixed_dictionaries(
    {
        "outcome": some.sampled_from([one.value for one in Outcome if one not in ("available_from", "identity_mismatch")]),
        "source": some.sampled_from(["record", "archive"]),
        "words": VALUES,
        "evidence": some.dictionaries(some.sampled_from([*NAMES, "archive"]), VALUES, max_size=4),
        "facts": some.dictionaries(some.sampled_from(NAMES), some.sampled_from(["agrees", "differs", "unknown"]), max_size=3),
        "values": some.dictionaries(some.sampled_from(NAMES), VALUES, max_size=3),
        "records": ROWS,
    }
)
WANTED = some.sets(some.sampled_from(NAMES[:4]))


@given(FINDINGS, WANTED)
def test_of_a_query_nothing_is_left_but_the_wanted_fields(plain: dict[str, Any], wanted: set[str]) -> None:
    finding = Finding.model_validate(plain).plain()
    kept = minimised(finding, "query", wanted)

    assert {name for row in kept.get("records", []) for name in row} <= wanted
    assert [row for row in kept.get("records", []) if not row] == []
    assert kept.keys() & {"facts", "values"} == set()
    everything = [{name: said for name, said in row.items() if name in wanted} for row in finding.get("records", [])]
    assert kept.get("records", []) == [row for row in everything if row], "and what is wanted is there, row for row"


@given(FINDINGS, WANTED)
def test_of_a_compare_no_value_at_all_is_left(plain: dict[str, Any], wanted: set[str]) -> None:
    kept = minimised(Finding.model_validate(plain).plain(), "compare", wanted)

    assert kept.keys() & {"records", "values"} == set()
    assert set(kept.get("facts", {})) <= wanted


@given(FINDINGS, some.sampled_from(["query", "compare"]), WANTED)
def test_what_a_machine_says_in_words_goes_once_and_for_all(plain: dict[str, Any], mode: str, wanted: set[str]) -> None:
    kept = minimised(Finding.model_validate({**plain, "source": "record"}).plain(), mode, wanted)

    assert kept["words"] == ""
    assert all(name in ("as_of", "near") for name in kept["evidence"])
    assert minimised(kept, mode, wanted) == kept
    assert count_beyond(kept, mode, wanted) == 0
    Finding.model_validate(kept)


@given(FINDINGS)
def test_an_item_of_another_class_has_no_records_and_keeps_the_rest(plain: dict[str, Any]) -> None:
    finding = Finding.model_validate(plain).plain()

    assert minimised(finding, "", NAMES) == {name: value for name, value in finding.items() if name != "records"}


def test_evidence_is_kept_that_can_hold_no_field() -> None:
    said = {"as_of": "2026-03-01", "near": "all", "forms": "15 18", "electronic_from": "1985", "household": "金华府1号"}
    finding = Finding.model_validate({"outcome": "no_record", "source": "record", "evidence": said | {"complete_since": "王根福"}})
    kept = minimised(finding.plain(), "query", ["address"])

    assert kept["evidence"] == {name: value for name, value in said.items() if name != "household"}


def test_a_finding_that_holds_nothing_beyond_leaves_as_it_is() -> None:
    question = Question.model_construct(mode="query", wanted={"address": "text"}, details={})
    finding = Finding.model_validate({"outcome": "confirmed", "source": "record", "records": [{"address": "丹溪路1号"}]})

    assert leaving(question, finding) is finding
