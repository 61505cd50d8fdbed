"""Stations and their rules from sheets: what is refused by row, what overlaps and is told by name."""

from pathlib import Path

import pytest
from sqlmodel import select

from access.units import Unit
from cases.stations.rule_checks import NEVER_FITS, NO_COMMUNITY, NO_PREFIX, NO_STATION, OVERLAP, UNREACHABLE
from cases.stations.rules import StationRule
from deploy.load.sheets import read_sheets
from deploy.load.station_rules import HOLDS_ITEMS, NO_PARENT, STATION_ASKS
from deploy.load.writing import RowsRefused, apply
from storage.database import Database
from storage.sheets.rows import SAID_TWICE
from tests.rooms.deploy.load.test_load import AREAS, NOW
from tests.routes import RULEBOOK
from tests.sheets import xlsx

HEAD: list[object] = ["单位代码", "中文名称", "英文名称", "可提问", "可答复", "上级单位代码"]
POLICE: list[object] = ["police", "公安局", "Police", "是", "是", None]
EAST: list[object] = ["police-east", "城东派出所", "East Station", None, "是", "police"]
RULES: list[object] = ["单位代码", "下属所代码", "依据", "内容", "核查事项"]


def load(database: Database, folder: Path, units: list[list[object]], rules: list[list[object]]) -> list[str]:
    """Loads these; the sentences that are to be looked at again."""
    (folder / "all.xlsx").write_bytes(xlsx({"单位": [HEAD, *units], "区域": AREAS, "移交规则": [RULES, *rules]}))
    return [note.words() for note in apply(database, read_sheets([folder / "all.xlsx"]), RULEBOOK, NOW).notes]


def test_stations_and_rules_are_loaded_once_and_what_overlaps_is_told_by_name(database: Database, tmp_path: Path) -> None:
    west = ["police-west", "城西派出所", "West Station", None, "是", "police"]
    rules = [
        ["police", "police-east", "社区", "丹溪社区", None],
        ["police", "police-west", "地址", "丹溪社区银杏路", None],
        ["police", "police-east", "号码前缀", 330782, None],
        ["police", "police-west", "prefix", "3307", "kinship"],
    ]
    notes = load(database, tmp_path, [POLICE, EAST, west], rules)
    east, road = "丹溪社区 → police-east", "丹溪社区银杏路 → police-west"
    assert notes == [UNREACHABLE.format(rule=road, other=east)]
    with database.read() as session:
        assert session.get_one(Unit, "police-east").parent == "police"
        found = {(rule.kind, rule.value, rule.item, rule.station) for rule in session.exec(select(StationRule))}
    assert ("prefix", "330782", "", "police-east") in found
    assert len(found) == 4
    more = [["police", "police-west", "prefix", "33", None], ["police", "police-east", "社区", "丹溪社区", None]]
    city = "330782 → police-east"
    assert OVERLAP.format(rule="33 → police-west", other=city) in load(database, tmp_path, [POLICE, EAST, west], more)


@pytest.mark.parametrize(
    ("unit", "fault"),
    [
        (["police-east", "x", "x", None, "是", "nowhere"], NO_PARENT),
        (["police-east", "x", "x", None, "是", "police-east"], NO_PARENT),
        (["police-east", "x", "x", "是", "是", "police"], STATION_ASKS),
        (["civil", "x", "x", None, "是", "police"], HOLDS_ITEMS),
    ],
)
def test_what_is_no_station_is_refused_by_row(database: Database, tmp_path: Path, unit: list[object], fault: str) -> None:
    with pytest.raises(RowsRefused) as refused:
        load(database, tmp_path, [POLICE, unit], [])
    assert fault in {one.message for one in refused.value.faults}
    assert {one.row for one in refused.value.faults} == {3}


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (["police", "police", "every", None, None], NO_STATION),
        (["bank", "police-east", "every", None, None], NO_STATION),
        (["police", "police-east", "prefix", "3307821", None], NO_PREFIX),
        (["police", "police-east", "prefix", "33o782", None], NO_PREFIX),
        (["police", "police-east", "社区", "无名社区", None], NO_COMMUNITY),
        (["police", "police-east", "地址", "佛堂镇", "kinship"], NEVER_FITS),
    ],
)
def test_a_bad_rule_is_refused_by_row(database: Database, tmp_path: Path, rule: list[object], fault: str) -> None:
    with pytest.raises(RowsRefused) as refused:
        load(database, tmp_path, [POLICE, EAST], [rule])
    assert [one.message for one in refused.value.faults] == [fault]


def test_two_rows_that_ask_for_the_same_are_a_fault_whichever_station_they_name(database: Database, tmp_path: Path) -> None:
    west = ["police-west", "城西派出所", "West", None, "是", "police"]
    twice = [["police", station, "prefix", "330782", None] for station in ("police-east", "police-west")]
    with pytest.raises(RowsRefused) as refused:
        load(database, tmp_path, [POLICE, EAST, west], twice)
    assert [one.message for one in refused.value.faults] == [SAID_TWICE]
