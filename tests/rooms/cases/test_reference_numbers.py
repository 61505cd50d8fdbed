"""References: a file number is one, and holds nothing about a person."""

import pytest

from cases.question import Question
from cases.reference_numbers import reference_faults
from tests.routes import SON, kinship


def codes(reference: str) -> list[str]:
    return [fault.code for fault in reference_faults(Question.model_validate(kinship(reference)))]


@pytest.mark.parametrize("reference", ["HC-1", "滨银贷〔2026〕0417号", "XYK-000815", "2026-0815", "ＬＤ－７２", "B7"])
def test_a_file_number_is_taken(reference: str) -> None:
    assert codes(reference) == []


@pytest.mark.parametrize("reference", ["无", "测试", "test", "-", "1", "000000", "111-111", "123456", "0123", "aaa", "贷款"])
def test_what_is_no_file_number_is_refused(reference: str) -> None:
    assert codes(reference) == ["implausible"]


@pytest.mark.parametrize("reference", ["吴一 2026-1", SON, f"{SON[:6]} {SON[6:]}", "330725620514001"])
def test_nobody_is_named_in_it(reference: str) -> None:
    """File numbers stand in clear in lists and addresses of files; a person's name or number does not."""
    assert codes(reference) == ["names_somebody"]
