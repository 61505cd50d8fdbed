"""Registers of the sample city's departments: how far the connecting of each is. Who is rung about one is an office."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, select

from access.principal import Principal
from reform.changes import ReformAct, note_acts
from reform.papers.paper import SOURCE, keep_paper
from reform.sources.source import RegisterSource, SourceState
from reform.sources.source_sheets import take_sources
from sample.reform.pictures import picture
from storage.office_time import office_date
from storage.sheets.rows import Row

CONNECTED, CONSENT, PLANNED = SourceState.CONNECTED.value, SourceState.CONSENT.value, SourceState.PLANNED.value
BUILDING, TESTING = SourceState.BUILDING.value, SourceState.TESTING.value
WITH_A_LETTER = "高校毕业生学历信息"
LETTER = (
    "关于申请共享高校毕业生学历信息的函（示例）", "", "省教育厅：", "    为减少群众提交学历证明，我市拟接入高校毕业生学历信息，",
    "按需比对姓名、证书编号和毕业时间三项，恳请同意。", "", "                              市教育局",
)  # fmt: skip
# When it was entered, in days ago; its unit, name and items; its state; the promised day, in days from now; what hinders it.
REGISTERS: tuple[tuple[int, str, str, str, str, int | None, str], ...] = (
    (330, "police", "公安人口信息库", "identity_change birth birth_record death household_page", CONNECTED, -300, ""),
    (300, "resources", "不动产登记系统", "real_estate property_register", CONNECTED, -290, ""),
    (300, "civil", "婚姻登记系统", "marriage marriage_record", CONNECTED, -270, ""),
    (240, "market", "企业登记系统", "enterprise_archive enterprise_register", CONNECTED, -230, ""),
    (210, "social", "社会保险业务系统", "social_insurance insured_periods", CONNECTED, -200, ""),
    (150, "transport", "机动车登记系统", "vehicle vehicle_record", CONNECTED, -140, ""),
    (60, "housing-fund", "住房公积金业务系统", "housing_fund housing_fund_record", TESTING, 12, ""),
    (60, "disabled", "残疾人证管理系统", "disability", TESTING, -6, "上级系统升级，测试账号停用两周"),
    (200, "police", "户籍纸质档案电子化", "household_history kinship", BUILDING, -21, "扫描件已完成七成，录入人手不足"),
    (90, "civil", "收养登记档案补录", "adopter_children", BUILDING, 75, ""),
    (45, "education", WITH_A_LETTER, "", CONSENT, 30, "等待省教育厅同意"),
    (40, "tax", "纳税信息共享接口", "enterprise_tax", CONSENT, None, "等待省税务局同意，函件尚未寄出"),
    (30, "police", "派出所日常走访台账", "moral_conduct", PLANNED, 120, "各所台账格式不一"),
)  # fmt: skip


def fill_registers(session: Session, principal: Principal, now: datetime) -> None:
    """Puts them on the board, each on the day on which it was entered, and the letter beside the one that has one."""
    for days in sorted({days for days, *_ in REGISTERS}, reverse=True):
        take_sources(session, list(_rows(days, now)), principal, now - timedelta(days=days))
    there = session.exec(select(RegisterSource).where(RegisterSource.name == WITH_A_LETTER)).one()
    sent = now - timedelta(days=33)
    keep_paper(session, SOURCE, str(there.id), principal, picture(LETTER), sent)
    note_acts(session, principal, sent, [ReformAct("source", str(there.id), "source_letter")])


def _rows(days: int, now: datetime) -> Iterator[Row]:
    for entered, unit, name, items, state, promised, obstacle in REGISTERS:
        if entered == days:
            day = None if promised is None else office_date(now) + timedelta(days=promised)
            office = {"responsible": "信息科", "phone": "", "promised_on": day, "obstacle": obstacle}
            yield Row("", 0, {"unit": unit, "name": name, "items": items.split(), "state": state, **office})
