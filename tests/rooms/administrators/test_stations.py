"""The administrators' pages of stations: a unit's parent, and the rules that lead there."""

from access.units import Unit
from cases.stations.rules import StationRule
from tests.rooms.cases.stations.house import EAST, EAST1, WEST, at_east, build, done, rule
from tests.rooms.office import Desk, Office, faults_in


def test_a_rule_is_added_led_elsewhere_and_taken_away_and_each_is_remembered(office: Office, desk: Desk) -> None:
    build(office.county)
    assert desk.post("/admin/stations", kind="prefix", value="３３０７２５", item="", station=EAST).status_code == 303
    key = ("police", "", "prefix", "330725")
    assert office.one(StationRule, key).station == EAST
    desk.post("/admin/stations", kind="prefix", value="330725", station=WEST)
    assert (office.one(StationRule, key).station, office.changed()) == (WEST, {"station": [EAST, WEST]})
    page = desk.get("/admin/stations")
    assert "330725" in page
    assert "Station rule leads elsewhere" in page
    desk.post("/admin/stations/remove", picked=["police||prefix|330725"])
    assert office.one(StationRule, key) is None
    assert [action for action, _ in office.acts("station_rule")] == ["rule_add", "rule_change", "rule_remove"]


def test_what_is_wrong_is_told_by_field_and_nothing_typed_is_lost(office: Office, desk: Desk) -> None:
    build(office.county)
    answer = desk.post("/admin/stations", kind="community", value="无名社区", station=EAST)
    assert (answer.status_code, faults_in(answer.text)) == (422, ["value"])
    assert 'value="无名社区"' in answer.text
    assert faults_in(desk.post("/admin/stations", kind="", station=EAST).text) == ["kind"]
    assert faults_in(desk.post("/admin/stations", kind="every", station="bank").text) == ["station"]
    assert faults_in(desk.post("/admin/stations", kind="address", value="佛堂镇", item="kinship", station=EAST).text) == ["kind"]
    assert faults_in(desk.post("/admin/stations/remove").text) == ["picked"]


def test_rules_that_touch_each_other_are_named_above_the_list(office: Office, desk: Desk) -> None:
    build(office.county, rule(EAST, "prefix", "330725"), rule(WEST, "prefix", "3307"))
    page = desk.get("/admin/stations")
    assert "3307 → police-west" in page  # a station of this county is called by its code in English
    assert "330725 → police-east" in page
    assert "3307 → 城西派出所" in office.client("admin", "zh").get("/admin/stations")


def test_a_unit_becomes_a_station_only_where_it_can_be_one(office: Office, desk: Desk) -> None:
    fields = {"name_zh": "城东派出所", "name_en": "East", "answers": "yes"}
    made = desk.post("/admin/new/unit", unit_code=EAST, station_of="police", **fields)
    assert made.status_code == 303
    assert office.one(Unit, EAST).parent == "police"
    assert faults_in(desk.post("/admin/new/unit", unit_code="x1", station_of=EAST, **fields).text) == ["station_of"]
    assert faults_in(desk.post("/admin/new/unit", unit_code="x1", station_of="police", asks="yes", **fields).text) == ["asks"]
    police = {**fields, "name_zh": "公安局", "name_en": "Police"}
    assert faults_in(desk.post("/admin/units/police", station_of="civil", **police).text) == ["station_of", "station_of"]
    assert 'href="/admin/units/police-east"' in desk.get("/admin/units/police")


def test_switching_a_station_off_brings_its_cases_home_at_once(office: Office, desk: Desk) -> None:
    build(office.county, rule(EAST, "prefix", "330725"))
    (number,) = at_east(office.county)
    done(office.county, number, "take", EAST1)
    off = desk.post(f"/admin/units/{EAST}", name_zh="城东派出所", name_en="East", station_of="police")
    assert off.status_code == 303
    case = office.county.case(number)
    assert (case.desk, case.taken_by) == ("police", "")
    assert "switched off" in desk.get(f"/admin/units/{EAST}")
    assert "nothing goes there" in desk.get("/admin/stations")
