"""An entry as it is read: days that stand for none, times with a zone, names of which a part is hidden."""

from datetime import UTC, datetime

import pytest

from responders.sources.entries import read_entry, read_since
from tests.rooms.responders.agent.stores import SON


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("0001-01-01T00:00:00", "?"),
        ("1900/1/1", "?"),
        ("1970-01-01", "?"),
        ("9999-12-31", ""),
        ("9999-12-31T23:59:59Z", ""),
        ("2019-12-31T16:00:00.000+00:00", "2020-01-01"),
        ("2019-12-31T16:00:00Z", "2020-01-01"),
        (datetime(2019, 12, 31, 16, tzinfo=UTC), "2020-01-01"),
        ("2019-12-31 16:00:00", "2019-12-31"),
        ("2019-12-31 4:00:00 PM", "2019-12-31"),
        ("2019/12/31 16:00:00 GMT", "?"),
        (False, "?"),
    ],
)
def test_a_day_is_one_of_the_office_or_none(cell: object, day: str) -> None:
    assert read_since(cell, ("9999-12-31",)) == day


@pytest.mark.parametrize("days", [{"from": "2020-01-01", "until": "2010-01-01"}, {"from": "9999-12-31", "until": ""}])
def test_days_that_cross_are_not_read(days: dict[str, str]) -> None:
    entry = read_entry({"number": SON, "name": "王建国", **days}, (), True, ())
    assert "?" in (entry.since, entry.until)


@pytest.mark.parametrize(
    "name", ["赵*", "赵＊", "王?国", "王\ufffd国", "NULL", ["王建国"], "王建国(已故)", "王建国、李平", "王建国1"]
)
def test_a_name_that_is_hidden_is_none(name: object) -> None:
    assert not read_entry({"number": SON, "name": name}, (), True, ()).names


def test_other_names_stay() -> None:
    assert read_entry({"number": SON, "name": "王建国", "former_name": "无"}, (), True, ()).names == {"王建国"}
    assert read_entry({"number": "", "name": "义乌市小商品(集团)有限公司"}, (), False, ()).names
    assert not read_entry({"number": SON, "name": "王大国", "former_name": "王*国"}, (), True, ()).names
