"""Two addresses are one only where that is certain: whole numbers, a named street, and nothing unknown before it."""

import pytest

from responders.handlers.places import same_place
from tests.rooms.responders.agent.conftest import Opener
from tests.rooms.responders.agent.stores import FAMILY, SON, entry, line

HOME = "浙江省金华市义乌市"
DOOR = "大陈镇东溪沿社区银杏路{}号"
OTHERS = [
    ("89号", "189"), ("189号", "189"), ("3号", "343"), ("银杏路89号", "189"), ("路189号", "189"), ("16-2号", "162"),
    ("银杏路16-2号", "162"), ("银杏路32.5号", "325"), ("银杏路162号", "16-2"), ("银杏路A3号", "3"), ("银杏路3号", "A3"),
    ("银杏路1 6号", "16"), ("社区银杏路5号", "5"), ("杏路5号", "5"), ("银杏路", "5"), ("银杏路5", "5"),
    (f"北京市{DOOR.format(5)}", "5"), (f"不在{DOOR.format(5)}", "5"), (f"江东街道{DOOR.format(5)}", "5"),
    (f"东阳市{DOOR.format(5)}", "5"), (f"非义乌市{DOOR.format(5)}", "5"), (f"浙江省杭州市{DOOR.format(5)}", "5"),
    (f"不是浙江省{DOOR.format(5)}", "5"), ("佛堂镇银杏路5号", "5"),
]  # fmt: skip
SAME = [
    (DOOR, "5"), ("银杏路{}号", "5"), ("东溪沿社区银杏路 {} 号", "189"), ("义乌市" + DOOR, "16-2"), ("浙江省义乌市" + DOOR, "5"),
    ("浙江省金华市义乌市" + DOOR, "5"), ("浙江省，义乌市，大陈镇（东溪沿社区）银杏路{}号", "5"), ("义乌市银杏路{}号", "32.5"),
    ("大陈镇 东溪沿社区 银杏路{}号", "A3"),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "number"), OTHERS)
def test_another_door_is_not_this_one(wanted: str, number: str) -> None:
    assert not same_place(wanted, DOOR.format(number), HOME)


@pytest.mark.parametrize(("wanted", "number"), SAME)
def test_the_same_door_in_other_words(wanted: str, number: str) -> None:
    for written in (DOOR, "义乌市" + DOOR, HOME + DOOR):
        assert same_place(wanted.format(number), written.format(number), HOME)


def test_a_register_that_does_not_say_where_it_is_takes_no_city_before_the_town() -> None:
    assert not same_place(f"义乌市{DOOR.format(5)}", DOOR.format(5))
    assert same_place(DOOR.format(5), f"义乌市{DOOR.format(5)}")


@pytest.mark.parametrize(("wanted", "number"), OTHERS)
def test_what_is_not_certain_is_for_a_person(store: Opener, wanted: str, number: str) -> None:
    """Whichever register holds the address."""
    what = DOOR.format(number)
    houses = store("resources", real_estate=[entry(SON, "2010-01-01", None, what)])
    police = store(
        "police",
        member=[*FAMILY[4:], line(SON, "户主", "H9", "1974-05-01")],
        household=[(f"H{n}", "大陈镇", "东溪沿社区", what) for n in (2, 9)],
        residence_permit=[entry(SON, "2010-01-01", None, what)],
    )
    asked = [
        houses.ask("real_estate", SON, address=wanted),
        police.ask("residence_permit", SON, address=wanted),
        police.ask("household_history", SON, address=wanted),
    ]

    assert [(one.outcome, one.facts) for one in asked] == [("not_digitised", {})] * 3
