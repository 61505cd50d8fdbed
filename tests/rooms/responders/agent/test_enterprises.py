"""Enterprise archives and taxes."""

from datetime import date

from tests.rooms.responders.agent.conftest import Opener
from tests.rooms.responders.agent.stores import CODE, DEAD_CODE, SON, firm


def test_enterprise_archives(store: Opener) -> None:
    item = "enterprise_archive"
    rows = [
        (CODE, "新名厂", "旧名厂", "王建国", SON, "2003-03-03", None, ""),
        (DEAD_CODE, "倒闭厂", "", "王建国", SON, "2003-03-03", "2010-01-01", "注销"),
    ]
    market = store("market", enterprise=rows)
    found = market.find([
        firm(item, "新名厂"), firm(item, "旧名厂"), firm(item, "别家厂"),
        firm(item, "倒闭厂", DEAD_CODE), firm(item, "倒闭厂", DEAD_CODE, 2005),
        firm(item, "无名厂", "91330782MA2E00003X"), firm(item, "新名厂", year=1990),
    ])  # fmt: skip

    assert [one.outcome for one in found] == [
        "confirmed", "confirmed", "identity_mismatch", "contradicted", "confirmed", "no_record", "not_digitised",
    ]  # fmt: skip
    assert found[0].evidence == {"from": "2003", "as_of": "2026-09-01"}
    assert found[2].outcome == "identity_mismatch"
    assert "新名厂" not in found[2].words


def test_enterprise_taxes(store: Opener) -> None:
    item, rows = "enterprise_tax", [
        (CODE, "新名厂", "旧名厂", 2025, "2003-03-03", None), (DEAD_CODE, "欠税厂", "", 2022, "2003-03-03", None),
    ]  # fmt: skip
    found = store("tax", taxpayer=rows).find([
        firm(item, "新名厂"), firm(item, "欠税厂", DEAD_CODE), firm(item, "欠税厂", DEAD_CODE, 2021), firm(item, "别家厂"),
        firm(item, "无名厂", "91330782MA2E00003X"), firm(item, "新名厂", year=2000),
    ])  # fmt: skip

    assert [one.outcome for one in found] == [
        "confirmed",
        "contradicted",
        "confirmed",
        "identity_mismatch",
        "no_record",
        "not_digitised",
    ]


def test_a_firm_owes_nothing_for_years_in_which_it_was_no_taxpayer(store: Opener) -> None:
    """Nothing can be unpaid for a year after its end or before its beginning; the year of its end is for a person."""
    item, rows = (
        "enterprise_tax",
        [(CODE, "关张厂", "", 2009, "2003-03-03", "2010-05-05"), (DEAD_CODE, "欠税厂", "", 2007, "2003-03-03", "2010-05-05")],
    )
    tax = store("tax", taxpayer=rows)
    found = tax.find([firm(item, "关张厂", year=year) for year in (None, 2009, 2015, 2002, 2010)])
    owing = tax.find([firm(item, "欠税厂", DEAD_CODE, year) for year in (None, 2007, 2008)])

    assert [one.outcome for one in found] == ["confirmed", "confirmed", "no_record", "no_record", "not_digitised"]
    assert [one.outcome for one in owing] == ["contradicted", "confirmed", "contradicted"]
    assert (found[0].evidence["year"], owing[0].evidence["year"]) == ("2009", "2009")


def test_a_taxpayer_of_its_first_year_is_never_told_of_as_none(store: Opener) -> None:
    rows = [
        (CODE, "新厂", "", 2025, "2026-02-02", None), (DEAD_CODE, "短命厂", "", 2025, "2026-02-02", "2026-06-06"),
        ("91330782MA2E00003X", "旧短命厂", "", 2020, "2020-02-02", "2020-06-06"),
    ]  # fmt: skip
    found = store("tax", taxpayer=rows).find([
        firm("enterprise_tax", "新厂"), firm("enterprise_tax", "短命厂", DEAD_CODE),
        firm("enterprise_tax", "旧短命厂", "91330782MA2E00003X"),
    ])  # fmt: skip

    assert [one.outcome for one in found] == ["available_from", "not_digitised", "not_digitised"]
    assert found[0].available_on == date(2027, 1, 1)


def test_a_year_that_is_not_over_can_be_told_from_the_next_on(store: Opener) -> None:
    tax = store("tax", taxpayer=[(CODE, "新名厂", "", 2025, "2003-03-03", None)])
    found = tax.find([firm("enterprise_tax", "新名厂", year=year) for year in (2026, 2025)])

    assert [one.outcome for one in found] == ["available_from", "confirmed"]
    assert found[0].available_on == date(2027, 1, 1)
