"""The year of a question: of what the records do not reach, no machine says anything."""

import pytest

from sample.city.archives import ELECTRONIC_FROM, HOLDINGS, Row
from tests.rooms.responders.agent.conftest import Opener
from tests.rooms.responders.agent.stores import BRIDE, CODE, FATHER, NAMES, SON, about, couple, entry, firm, kinship

UNITS = [(item, unit) for unit, items in ELECTRONIC_FROM.items() for item in items]
ROWS: dict[str, list[Row]] = {
    "marriage": [(FATHER, NAMES[FATHER], BRIDE, NAMES[BRIDE], "1995-01-01", None, "")],
    "enterprise_archive": [(CODE, "新名厂", "", "王建国", SON, "2003-03-03", None, "")],
    "enterprise_tax": [(CODE, "新名厂", "", 2025, "2003-03-03", None)],
    "adopter_children": [(SON, NAMES[SON], "2005-04-04", "生育")],
}
TABLES = {"enterprise_archive": "enterprise", "enterprise_tax": "taxpayer", "adopter_children": "child"}


@pytest.mark.parametrize(("item", "unit"), UNITS)
def test_a_year_after_the_records_day_is_for_a_person(store: Opener, item: str, unit: str) -> None:
    """Every register alike: what is on record today is not said of a year to come."""
    held = ROWS.get(item) or ([entry(SON, "2010-01-01", None, "浙GA00001")] if item in HOLDINGS.get(unit, ()) else [])
    records = store(unit, **({TABLES.get(item, item): held} if held else {}))
    for year in (2027, 2099):
        asked = {
            "kinship": kinship(SON, FATHER, "father", year), "marriage": couple(FATHER, BRIDE, year),
            "enterprise_archive": firm(item, "新名厂", year=year), "enterprise_tax": firm(item, "新名厂", year=year),
        }.get(item, about(item, SON, year=year))  # fmt: skip
        found = records.find([asked])[0]
        assert (found.outcome, found.facts, found.evidence["near"]) == ("not_digitised", {}, "not_searched")
        assert "2026-09-01" in found.words
