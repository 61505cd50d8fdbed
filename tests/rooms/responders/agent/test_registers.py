"""Registers of what one person holds: in force, ended, silent, under another name."""

import pytest

from cases.catalogue.catalogue import load
from cases.catalogue.headline import headline
from tests.rooms.responders.agent.conftest import Opener
from tests.rooms.responders.agent.stores import BRIDE, FATHER, NAMES, SON, YOUTH, about, entry

# item, unit, what is held, the detail that names it
REGISTERS = [
    ("residence_permit", "police", "稠城街道银杏路5号", "address"),
    ("real_estate", "resources", "稠城街道银杏路5号", "address"),
    ("social_insurance", "social", "职工基本养老保险", ""),
    ("housing_fund", "housing-fund", "住房公积金", ""),
    ("vehicle", "transport", "浙GA00001", "plate"),
    ("low_income", "civil", "最低生活保障", ""),
    ("disability", "disabled", "肢残二级", ""),
]


@pytest.mark.parametrize(("item", "unit", "what", "detail"), REGISTERS)
def test_a_register_tells_what_is_in_force_what_was_and_what_is_not(
    store: Opener, item: str, unit: str, what: str, detail: str
) -> None:
    records = store(unit, **{item: [entry(SON, "2010-01-01", None, what), entry(YOUTH, "2020-01-01", "2024-05-05", what)]})
    found = [
        records.ask(item, SON),
        records.ask(item, YOUTH),
        records.ask(item, YOUTH, year=2021),
        records.ask(item, SON, year=2009),
    ]

    assert [one.outcome for one in found] == ["confirmed", "contradicted", "confirmed", "contradicted"]
    assert found[0].evidence == {"id_form": "18", "from": "2010", "as_of": "2026-09-01"}
    assert found[1].evidence == {"id_form": "18", "from": "2020", "to": "2024", "as_of": "2026-09-01"}


@pytest.mark.parametrize(("item", "unit", "what", "detail"), REGISTERS)
def test_what_ended_on_the_records_day_is_not_in_force_on_it(store: Opener, item: str, unit: str, what: str, detail: str) -> None:
    """And whatever is said without a year is said as of that day, in both languages: of later ones nothing is known."""
    days = ("2026-08-31", "2026-09-01", "2026-09-02", None)
    for day, told in zip(days, ("contradicted", "contradicted", "confirmed", "confirmed"), strict=True):
        records = store(unit, **{item: [entry(SON, "2010-01-01", day, what)]})
        found = records.ask(item, SON)
        assert (found.outcome, "to" in found.evidence) == (told, told == "contradicted"), day
        for year, times in (
            (None, ("截至登记数据日", "on the day of the records")),
            (2020, ("所问年份", "in the year asked about")),
        ):
            asked = about(item, SON, year=year)
            said = headline(load().item(item), asked, records.find([asked])[0].plain())
            assert (times[0] in said.zh, times[1] in said.en) == (True, True), said


@pytest.mark.parametrize(("item", "unit", "what", "detail"), REGISTERS)
def test_a_silent_register_says_none_of_today_and_sends_the_past_to_the_paper(
    store: Opener, item: str, unit: str, what: str, detail: str
) -> None:
    """What was never entered in the machine is for a person."""
    records = store(unit)
    first = load().items[item].electronic_from or 0

    none = records.ask(item, FATHER)
    assert (none.outcome, none.evidence["as_of"]) == ("no_record", "2026-09-01")
    assert none.evidence["complete_since"] == load().items[item].complete_since.isoformat()
    # What ended in the months before the register was complete may stand on paper, where it had begun before.
    whole_year = none.evidence["complete_since"] <= f"{first}-01-01"
    assert records.ask(item, FATHER, year=first).outcome == ("no_record" if whole_year else "not_digitised")
    assert records.ask(item, FATHER, year=first + 1).outcome == "no_record"
    early = records.ask(item, FATHER, year=first - 1).evidence
    assert early == {"electronic_from": str(first), "as_of": "2026-09-01", "near": "not_searched"}


@pytest.mark.parametrize(("item", "unit", "what", "detail"), REGISTERS)
def test_a_register_never_confirms_nor_tells_another_name(store: Opener, item: str, unit: str, what: str, detail: str) -> None:
    """Trap 14."""
    found = store(unit, **{item: [entry(SON, "2010-01-01", None, what)]}).ask(item, SON, "李平")

    assert (found.outcome, found.facts) == ("identity_mismatch", {})
    assert NAMES[SON] not in found.words


@pytest.mark.parametrize(("item", "unit"), [("social_insurance", "social"), ("vehicle", "transport")])
def test_an_entry_of_before_1999_is_found_under_15_digits(store: Opener, item: str, unit: str) -> None:
    """Records made before 1999 stand under 15 digits."""
    records = store(unit, **{item: [entry(FATHER, "1997-07-01", None, "浙GA00001")]})

    assert records.ask(item, FATHER).evidence["id_form"] == "15"


def test_a_former_name_and_number_find_what_was_written_under_them(store: Opener) -> None:
    former = [(BRIDE, "吴小燕", SON, NAMES[SON], "2015-01-01")]
    records = store("transport", vehicle=[entry(SON, "2010-01-01", None, "浙GA00001")], former=former)

    assert [records.ask("vehicle", BRIDE, name).outcome for name in ("吴小燕", "李平")] == ["confirmed", "identity_mismatch"]


def test_what_was_written_in_15_digits_under_a_former_number_is_found(store: Opener) -> None:
    former = [(BRIDE, "吴小燕", SON, NAMES[SON], "2015-01-01")]
    records = store("transport", vehicle=[entry(SON, "1995-01-01", None, "浙GA00001")], former=former)
    found = records.ask("vehicle", BRIDE, "吴小燕")

    assert (found.outcome, found.evidence["id_form"]) == ("confirmed", "15")


def test_another_plate_contradicts_and_another_address_is_for_a_person(store: Opener) -> None:
    cars = store("transport", vehicle=[entry(SON, "2010-01-01", None, "浙GA00001")])
    houses = store("resources", real_estate=[entry(SON, "2010-01-01", None, "稠城街道银杏路5号")])

    assert [cars.ask("vehicle", SON, plate=plate).outcome for plate in ("浙ga 00001", "浙GA00002")] == ["confirmed", "contradicted"]
    same = ("浙G·A00001", "浙G-A00001", "浙G•A00001", "浙G.A00001", "浙Ｇ・Ａ００００１", "浙G A00001")
    assert {cars.ask("vehicle", SON, plate=plate).outcome for plate in same} == {"confirmed"}
    addresses = ("义乌市稠城街道银杏路5号", "银杏路5号", "稻香路9号")
    assert [houses.ask("real_estate", SON, address=text).outcome for text in addresses] == [
        "confirmed", "confirmed", "not_digitised",
    ]  # fmt: skip


def test_the_address_of_an_expired_permit_does_not_speak_for_the_one_in_force(store: Opener) -> None:
    permits = [
        entry(SON, "2010-01-01", "2012-01-01", "稠城街道银杏路5号"),
        entry(SON, "2020-01-01", "2030-01-01", "佛堂镇稻香路9号"),
    ]
    police = store("police", residence_permit=permits)
    found = [police.ask("residence_permit", SON, address=text) for text in ("稻香路9号", "银杏路5号")]
    old = police.ask("residence_permit", SON, year=2011, address="银杏路5号")

    assert [one.outcome for one in found] == ["confirmed", "not_digitised"]
    assert old.facts == found[0].facts == {"registered": "agrees", "address": "agrees"}
    assert police.ask("residence_permit", SON, year=2015, address="稻香路9号").facts == {
        "registered": "differs",
        "address": "agrees",
    }
