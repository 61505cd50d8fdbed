"""The rules of the reconciliation: which answers of which units do not fit."""

import pytest

from reform.survey.points import PointKind
from reform.survey.reconciliation import FEW, Stated, points_of

OWN = {"single": "单身证明"}


def taken(unit: str, volume: int | None = 100, name: str = "单身证明", issuer: str = "民政局") -> Stated:
    return Stated(unit, "taken", "single", name, name, issuer, volume)


def issued(unit: str, volume: int | None = 100, name: str = "单身证明") -> Stated:
    return Stated(unit, "issued", "single", name, name, "", volume)


def kinds(*stated: Stated) -> list[tuple[str, str]]:
    """The points that are found, as (kind, unit)."""
    return [(kind, unit) for kind, unit, _ in points_of(stated, OWN)]


def test_what_fits_is_no_point() -> None:
    assert kinds(taken("bank"), issued("civil")) == []


def test_what_is_taken_and_issued_by_nobody_is_a_point_of_each_taker() -> None:
    assert kinds(taken("bank"), taken("court")) == [("nobody_issues", "bank"), ("nobody_issues", "court")]
    [figures] = points_of([taken("bank")], OWN).values()
    assert figures == {"volume": 100, "issuer": "民政局"}


def test_what_is_issued_and_taken_by_nobody_is_a_point_of_each_issuer() -> None:
    assert kinds(issued("civil"), issued("town")) == [("nobody_takes", "civil"), ("nobody_takes", "town")]


def test_figures_that_do_not_fit_are_one_point_at_whoever_says_most_on_the_larger_side() -> None:
    found = points_of([taken("bank", 900), taken("court", 300), issued("civil", 400)], OWN)

    assert found == {("volumes", "bank", "single"): {"taken": 1200, "issued": 400}}
    assert kinds(taken("bank", 40), issued("civil", 500), issued("town", 10)) == [("volumes", "civil")]


@pytest.mark.parametrize(
    ("one", "other"),
    [(100, 150), (FEW - 1, 0), (None, 900), (900, None)],
    ids=["within half", "few", "not said", "not said either"],
)
def test_estimates_and_what_is_not_said_are_no_point(one: int | None, other: int | None) -> None:
    assert kinds(taken("bank", one), issued("civil", other)) == []


def test_several_lines_of_a_unit_are_added_up() -> None:
    assert kinds(taken("bank", 50), taken("bank", 60), issued("civil", 100)) == []


def test_another_name_than_the_directory_has_is_a_point_of_who_uses_it() -> None:
    found = points_of([taken("bank", 40, "未婚证明"), taken("bank", 60), issued("civil")], OWN)

    assert found == {(PointKind.OTHER_NAME.value, "bank", "single"): {"names": ["未婚证明"]}}
