"""Receipts: one page in Chinese and English that says what was asked and what was found."""

import io
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import pylopdf_fonts_zh_cn
import segno
import typst
from fastapi import APIRouter, Depends, Request, Response

from cases import trail
from cases.case import Case
from cases.doing import seen_case
from cases.door import Door, NotAllowed, Visitor
from cases.house import house_of
from cases.idnumbers import ResidentId
from cases.item import Item
from cases.lifecycle import ANSWERED, CLOSED
from cases.matter import Matter
from cases.problem import N_, FieldFault, Problem
from cases.question import GRADES, Source
from cases.units import Unit, all_units

router = APIRouter(prefix="/api/v1", tags=["cases"])
OFFICE = ZoneInfo("Asia/Shanghai")
PAPER = Path(__file__).parent / "receipt.typ"
SIZES = ((400, 9.5), (1000, 7.5))  # points for words up to so many characters, so that one page holds them
SMALLEST = 5.5
NOT_ANSWERED = N_("There is no answer yet that a receipt could show.")
RARE = N_(
    "A character in this case cannot be printed with the fonts at hand, and a name is never left out. Install a font that has it."
)
FOOTER = (
    "本页依据核查系统中的记录生成，不含电子签章；请扫描二维码，用核查编号查验。",
    "Made from the record of the case; it carries no seal and no signature. Scan the code to check the case number.",
)
SOURCES = {
    Source.RECORD: ("数据记录", "record"),
    Source.ARCHIVE: ("档案", "archive"),
    Source.COMMUNITY: ("社区陈述", "a contact's statement"),
}
GRADE_WORDS = {
    "A": ("A（部门电子记录）", "A: read by machine from the department's own records"),
    "B": ("B（人工查阅档案）", "B: read by a clerk in the archive"),
    "C": ("C（社区联系人陈述）", "C: a contact's statement, confirmed by a clerk"),
}
Pair = tuple[str, str]


@router.get("/cases/{number}/receipt.pdf", response_class=Response)
def fetch_receipt(request: Request, number: str, visitor: Annotated[Visitor, Depends(Door())]) -> Response:
    """The receipt of an answered case, for the asking unit and supervisors. Who fetched it stands on it and on the trail."""
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        case = seen_case(session, number, visitor)
        if case.unit != visitor.unit and "supervisor" not in visitor.roles:
            raise NotAllowed
        if case.state not in (ANSWERED, CLOSED) or not case.finding:
            raise Problem([FieldFault("number", "not_answered", NOT_ANSWERED)], 409)
        units = all_units(session)
    catalogue = house.rulebook.catalogue
    rows = receipt_rows(case, catalogue.item(case.item), catalogue.matter(case.matter), units)
    pdf = make_receipt(case, rows, f"{house.public_url}/verify", watermark(visitor, units, now), now)
    line = {"at": now, "number": case.number, "action": "receipt", "actor": "person", "who": visitor.username, "unit": visitor.unit}
    with house.database.write() as session:
        trail.write(session, [line])
    name = f'attachment; filename="{case.number}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": name})


def watermark(visitor: Visitor, units: dict[str, Unit], now: datetime) -> str:
    """Whose paper this is: unit, person and time."""
    unit = units[visitor.unit].name_zh if visitor.unit in units else visitor.unit
    return f"{unit}  {visitor.name}  {_time(now)}"


def receipt_rows(case: Case, item: Item, matter: Matter, units: dict[str, Unit]) -> list[tuple[Pair, Pair]]:
    """What stands on the receipt, in order: label and value, each in Chinese and English. ID numbers are masked."""
    rows: list[tuple[Pair, Pair]] = [
        (("核查事项", "Item"), (item.title.zh, item.title.en)),
        (("办理事项", "Matter"), (matter.title.zh, matter.title.en)),
        (("申请单位", "Asked by"), _unit(units, case.unit)),
        (("业务编号", "Reference"), (case.reference, "")),
        (("用途", "Purpose"), (case.purpose, "")),
    ]
    rows += [(_label(item.roles[role].label), _subject(subject)) for role, subject in case.subjects.items() if role in item.roles]
    rows += [
        (_label(item.fields[name].label), _detail(item, name, value)) for name, value in case.details.items() if name in item.fields
    ]
    rows += [(("事实发生年份", "Year asked about"), (str(case.year), ""))] if case.year else []
    return rows + _found(case, item, units)


def _found(case: Case, item: Item, units: dict[str, Unit]) -> list[tuple[Pair, Pair]]:
    source = Source(case.source)
    outcome = next(((text.zh, text.en) for code, text in item.outcomes.items() if code == case.outcome), (case.outcome, ""))
    finding = case.finding or {}
    day, page = str(finding.get("available_on") or ""), str(finding.get("evidence", {}).get("archive") or "")
    return [
        (("核查结果", "Outcome"), outcome),
        *([(("可核日期", "Can be told from"), (day, ""))] if day else []),
        (("依据", "Source"), SOURCES[source]),
        *([(("卷号和页码", "Volume and page"), (page, ""))] if page else []),
        (("证据等级", "Grade"), GRADE_WORDS[GRADES[source]]),
        (("反馈单位", "Answered by"), _unit(units, case.holder)),
        (("应反馈时间", "Due"), (_time(case.due_at), "")),
        (("反馈时间", "Answered"), (_time(case.answered_at), "")),
    ]


def _label(text: Any) -> Pair:
    return text.zh, text.en


def _unit(units: dict[str, Unit], code: str) -> Pair:
    return (units[code].name_zh, units[code].name_en) if code in units else (code, "")


def _subject(subject: Any) -> Pair:
    number = ResidentId(subject.id_number).masked if getattr(subject, "id_number", None) else subject.credit_code
    return f"{subject.name}  {number}", ""


def _detail(item: Item, name: str, value: str) -> Pair:
    choice = item.fields[name].by_code.get(value)
    return (choice.zh, choice.en) if choice else (value, "")


def _time(moment: datetime | None) -> str:
    return moment.astimezone(OFFICE).strftime("%Y-%m-%d %H:%M") if moment else ""


def make_receipt(case: Case, rows: Sequence[tuple[Pair, Pair]], verify_url: str, mark: str, now: datetime) -> bytes:
    """The PDF/A-4 file. Raises Problem where a character has no glyph: nothing is ever left out in silence."""
    code = io.BytesIO()
    # The case number alone: a passer-by who scans it learns nothing about anybody.
    segno.make(f"{verify_url}?number={case.number}", error="m").save(code, kind="svg", border=2, xmldecl=False)
    words = " ".join(str((case.finding or {}).get("words", "")).split())
    size = next((points for most, points in SIZES if len(words) <= most), SMALLEST)
    data = {
        "number": case.number, "title_zh": "核查回执", "title_en": "Verification receipt", "watermark": mark, "words": words,
        "words_size": size, "qr": code.getvalue().decode(), "qr_alt": "核查编号 / case number",
        "footer_zh": FOOTER[0], "footer_en": FOOTER[1], "rows": [{"label": label, "value": value} for label, value in rows],
    }  # fmt: skip
    given = {"data": json.dumps(data, ensure_ascii=False)}
    try:
        return _compile(given, now, own_fonts=True)
    except typst.TypstError:
        pass
    try:
        return _compile(given, now, own_fonts=False)
    except typst.TypstError:
        raise Problem([FieldFault("receipt", "rare_character", RARE)]) from None  # typst's text would hold the name


def _compile(given: dict[str, str], now: datetime, own_fonts: bool) -> bytes:
    fonts, made_at = [Path(pylopdf_fonts_zh_cn.sans_path()).parent], now.replace(microsecond=0)  # typst refuses microseconds
    made = typst.compile(
        PAPER,
        font_paths=fonts,
        ignore_system_fonts=own_fonts,
        sys_inputs=given,
        format="pdf",
        pdf_standards="a-4",
        timestamp=made_at,
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no PDF")
    return made
