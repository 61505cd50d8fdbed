"""Values of a record's fields: one form for each kind, and when two are the same."""

import pytest

from cases.question import FieldKind
from cases.records.field_values import BadValue, read_value, same_value


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("text", " 义乌市稠城街道  ", "义乌市稠城街道"), ("date", "2019年3月2日", "2019-03-02"),
        ("date", "２０１９０３０２", "2019-03-02"),
        ("number", "１，２３４", "1234"), ("number", "89.50", "89.50"), ("money", "￥1,250.5元", "1250.50"),
        ("money", "-3", "-3.00"),
        ("choice", "owned", "owned"), ("id", "浙（2019）义乌市不动产权第0012345号", "浙(2019)义乌市不动产权第0012345号"),
        ("id", "33078219 900101 123x", "33078219900101123X"),
    ],
)  # fmt: skip
def test_a_value_is_written_in_the_form_of_its_kind(kind: FieldKind, typed: str, value: str) -> None:
    assert read_value(kind, typed) == value
    assert read_value(kind, value) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("text", ""), ("text", "two\nlines"), ("text", "一" * 201), ("date", "2019-02-30"), ("date", "1998"), ("number", "twelve"),
        ("number", "1,23"), ("money", "1.234"), ("money", "NaN"), ("money", "1e9"), ("choice", "Owned!"),
        ("id", "<script>"), ("id", ""),
    ],
)  # fmt: skip
def test_what_is_no_value_of_its_kind_is_refused_without_repeating_it(kind: FieldKind, typed: str) -> None:
    with pytest.raises(BadValue) as caught:
        read_value(kind, typed)

    assert not typed or typed not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("text", "阿依古丽•买买提", "阿依古丽·买买提", True), ("text", "稠城街道1号", "稠城街道１号", True),
        ("text", "吴一", "吴二", False),
        ("date", "2019/3/2", "2019-03-02", True), ("number", "89.5", "89.50", True), ("money", "1250", "1250.00", True),
        ("id", "330725760110021", "330725197601100212", True), ("id", "33072519760110021X", "330725197601100212", False),
        ("choice", "owned", "rented", False), ("date", "no day", "no day", False),
    ],
)  # fmt: skip
def test_values_are_compared_in_the_form_of_their_kind(kind: FieldKind, one: str, other: str, same: bool) -> None:
    assert same_value(kind, one, other) is same
    assert same_value(kind, other, one) is same
