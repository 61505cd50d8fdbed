"""A paper as the drawing takes it: what stands on one sealed page, and its PDF. What a receipt says: receipt_paper.py."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from requesters.receipts.expiry import about_with
from requesters.receipts.typesetting import typeset
from storage.json import Json
from storage.late_modules import Late
from storage.office_time import OFFICE

if TYPE_CHECKING:
    import segno
else:
    segno = Late("segno")

PAPER = Path(__file__).parent / "receipt.typ"
MOST_LINES = 12  # of a record on the page itself; more stand on pages behind it
LINES = ("共{n}条登记，逐条见{where}。", "{n} entries, line by line {where}.")
WHERE = (("下表", "附页"), ("in the table below", "on the pages behind"))
SEAL_BOX = (375, 80, 488, 193)  # where the seal comes, over the unit's name: 4 cm, in points from the lower left
TITLE = ("核查回执", "Verification receipt")
CHECK = (
    "查验：扫描二维码，或打开 {url}，输入编号，或上传本文件。离线查验：hecha verify 文件名。",
    "To check: scan the code, or open {url} and type the number or upload this file. Offline: hecha verify FILE.",
)
FOOT = (
    "本文件由反馈单位以电子签章密封，文件有任何改动，签章即告失效；打印件上的印章仅为图样，请以编号查验。",
    "Sealed by the answering unit: any change to the file breaks the seal. On a print it is only a picture: check the number.",
)
RUN = re.compile(r"[^\s\u2e80-\U0003ffff]{24}(?=\S)")  # Chinese breaks anywhere

Pair = tuple[str, str]
Row = tuple[Pair, Pair]


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that stands on one receipt."""

    number: str
    unit: Pair  # who answered, and whose seal it gets
    asked: Sequence[Row]
    outcome: Row
    found: Sequence[Row]
    words: str
    watermark: str
    verify_url: str
    title: Pair = TITLE
    part: Pair = ("", "")  # of which bundle's paper this is a page
    caution: Pair = ("", "")  # what is missing in that paper
    record: Sequence[Row] = ()  # fields that a query gave back
    columns: Sequence[Pair] = ()  # and those of which there are several rows: their labels, and the rows
    lines: Sequence[Sequence[Pair]] = ()
    until: date | None = None  # the last day of a certificate

    @property
    def about(self) -> str:
        """What its seal says it is on: the kind, the number, and the last day where it has one."""
        return about_with(f"{self.title[0]} {self.number}", self.until)


def make_page(paper: Paper, mark: str, now: datetime) -> bytes:
    """The PDF/A-4 file, not sealed yet; `mark` is the beginning of the serial of the seal's certificate. Raises NoGlyph."""
    return typeset(PAPER, page_data(paper, mark, now), now)


def page_data(paper: Paper, mark: str, now: datetime) -> Json:
    """Everything that the drawing of one receipt's page is given."""
    code = io.BytesIO()
    # The case number alone: a passer-by who scans it learns nothing about anybody.
    segno.make(f"{paper.verify_url}?number={paper.number}", error="m").save(code, kind="svg", border=1, xmldecl=False)
    day = now.astimezone(OFFICE)
    check = [words.format(url=paper.verify_url) for words in CHECK]
    return {
        "number": paper.number, "title_zh": paper.title[0], "title_en": paper.title[1],
        "unit": paper.unit, "watermark": paper.watermark, "part": paper.part, "caution": paper.caution,
        "rows": shown(paper.asked), "outcome": shown([paper.outcome])[0], "found": shown(paper.found),
        "record": shown([*paper.record, *_count(paper)]), "record_label": ("登记内容", "What is on record"),
        "columns": paper.columns, "lines": [[(breakable(zh), breakable(en)) for zh, en in line] for line in paper.lines],
        "annex": len(paper.lines) > MOST_LINES, "annex_label": ("附页：登记内容", "Annex: what is on record"),
        "asked_label": ("以下为请求单位所填", "What the asking unit filled in"),
        "words": breakable(paper.words), "words_label": ("反馈说明", "In words"),
        "qr": code.getvalue().decode(), "qr_alt": "核查编号 / case number",
        "day": f"{day.year}年{day.month}月{day.day}日", "check_zh": check[0], "check_en": check[1],
        "foot_zh": FOOT[0], "foot_en": FOOT[1], "mark_zh": f"签章证书 {mark}", "mark_en": "certificate of the seal",
    }  # fmt: skip


def _count(paper: Paper) -> list[Row]:
    if not paper.lines:
        return []
    behind = len(paper.lines) > MOST_LINES
    zh, en = (words.format(n=len(paper.lines), where=where[behind]) for words, where in zip(LINES, WHERE, strict=True))
    return [(("登记条数", "Entries"), (zh, en))]


def shown(rows: Sequence[Row]) -> list[dict[str, Pair]]:
    """Rows as the drawing takes them."""
    return [{"label": label, "value": (breakable(value[0]), breakable(value[1]))} for label, value in rows]


def breakable(text: str) -> str:
    """The text with a place to break in every long run of letters: without one it would run off the page."""
    return RUN.sub("\\g<0>\u200b", text)
