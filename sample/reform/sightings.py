"""A month of the sample city's monitoring point: what was still issued or asked for in it, and what became of each."""

from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session

from access.principal import Principal
from access.units import all_units
from cases.certificates.changes import Editor
from cases.certificates.directory import directory
from reform.monitoring.deciding import decide
from reform.monitoring.reporting import keep_sighting
from reform.monitoring.sighting_form import read_sighting
from sample.reform.pictures import picture
from storage.office_time import office_date

NOTICE = ("公告栏（示例）", "", "办理老年优待证，请携带：", "    1. 身份证原件", "    2. 村（社区）出具的健在证明")
# Days after the month's beginning; what was seen; who asked for it or issued it, and why; with a photograph; what was decided.
SEEN: tuple[tuple[int, dict[str, str], bool, str], ...] = (
    (2, {"certificate": "健在证明", "what": "asked_for", "asked_by": "佛堂镇敬老院", "why": "办理老年优待证"}, True, "told"),
    (6, {"certificate": "亲属关系证明", "what": "issued", "asked_by": "佛堂镇人民政府", "why": "居民去外地办理公证"}, False, ""),
    (9, {"certificate": "居住证明", "what": "asked_for", "asked_by": "教育局", "why": "随迁子女入学报名"}, False, ""),
    (15, {"certificate": "出生日期证明", "what": "asked_for", "asked_by": "佛堂镇中心小学", "why": "新生报到"}, False, ""),
    (20, {"certificate": "疾病状况证明", "what": "issued", "asked_by": "佛堂镇某村委会", "why": "居民办理病假"}, False, ""),
    (24, {"certificate": "快递丢失情况说明", "what": "asked_for", "asked_by": "某快递网点", "why": "理赔"}, False, ""),
)  # fmt: skip


def fill_sightings(session: Session, monitor: Principal, editor: Editor) -> None:
    """What this monitoring point reported of the month that has ended; where something was decided, by the editor."""
    last = (office_date(editor.now).replace(day=1) - timedelta(days=1)).replace(day=1)
    certificates, units = directory(session), all_units(session)
    for days, typed, photographed, move in SEEN:
        at = editor.now - timedelta(days=(office_date(editor.now) - last).days - days)
        read, faults = read_sighting(typed, certificates, units)
        if faults or read.choices:
            raise ValueError(f"not as the form takes it: {typed['certificate']}")
        one = keep_sighting(session, monitor, last, at, read, picture(NOTICE) if photographed else None)
        if move:
            decide(replace(editor, now=at + timedelta(days=1)), one, {"move": move, "note": ""})
