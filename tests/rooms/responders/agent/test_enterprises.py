"""Enterprise archives and taxes."""

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
    item, rows = "enterprise_tax", [(CODE, "新名厂", "旧名厂", 2025), (DEAD_CODE, "欠税厂", "", 2022)]
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
