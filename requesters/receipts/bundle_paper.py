"""The paper of a bundle: a sealed cover with the joined result, each answer's page, and the sealed file of each page attached.

Who provides an answer seals it, and seals nothing else: a seal of ours covers its whole file, so each page is a file of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from access.units import Unit
from cases.seals import Seal, SealMissing
from requesters.receipts.bundle_checks import PART_TITLE
from requesters.receipts.paper import SEAL_BOX, Pair, Paper, Row, breakable, page_data, shown
from requesters.receipts.receipts import MARK_LETTERS, seal_paper
from requesters.receipts.seal_picture import PURPOSE, picture_of
from requesters.receipts.typesetting import typeset
from storage.json import Json
from storage.late_modules import Late

if TYPE_CHECKING:
    from requesters.receipts import sealing
else:
    sealing = Late("requesters.receipts.sealing")  # with pyHanko, which serve does without until the first receipt

PAPER = Path(__file__).parent / "bundle.typ"
MOST_LISTED = 12  # answers in the cover's own list; of more the list stands on pages behind it
PRINT_LETTERS = 16  # of a page's SHA-256 stand on the cover
TITLE = ("合并核查结果", "Joined result")
PART = ("一件事 {number} 第 {page} 页，共 {pages} 页", "page {page} of {pages} of bundle {number}")
PARTIAL = (
    "部分结果：另有 {n} 项尚无反馈，不得视为全部结果。",
    "A part only: {n} more without an answer. Not to be taken for the whole.",
)
OPEN = (
    "部分结果：另有 {n} 项是否需要核查尚未确定，不得视为全部结果。",
    "A part only: of {n} more it is not decided whether they are needed. Not to be taken for the whole.",
)
BOTH = (
    "部分结果：另有 {n} 项尚无反馈，{open} 项是否需要核查尚未确定，不得视为全部结果。",
    "A part only: {n} more without an answer; of {open} it is not decided whether they are needed. Not to be taken for the whole.",
)
FOOT = (
    "封面由数据主管部门密封，只说明合并规则的结果；各页由其反馈单位分别密封，原件附于本文件之内，可单独查验。",
    "The cover is sealed by the data office and says what the rule makes of the answers; each page's own sealed file is attached.",
)
ANNEX = ("封面附页：各页目录", "Behind the cover: the pages of this paper")
BEHIND = ("各页目录见封面附页。", "The list of the pages stands on the sheets behind this cover.")
MISSING = ("尚无反馈的事项", "Not answered yet")
UNDECIDED = ("视前项反馈而定的事项", "Needed only if another answer says so")
COLUMNS = (
    ("页", "Page"),
    ("事项", "Item"),
    ("反馈结果", "Outcome"),
    ("反馈单位", "Answered by"),
    ("编号和文件指纹", "Number, SHA-256"),
)


@dataclass(frozen=True, slots=True)
class Gap:
    """A question without an answer: what it is, what has become of it, and whom it is about."""

    label: Pair
    words: Pair
    about: Pair


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on a cover. Rows hold a question and what is said of it.

    `missing` are needed and have no answer; of `undecided` it is open whether they are needed. With any of them it is partial.
    """

    number: str
    about: Pair  # the bundle's name
    outcome: Pair  # the joined result
    reasons: Sequence[Row]
    missing: Sequence[Gap]
    undecided: Sequence[Gap]
    asked: Sequence[Row]
    people: Sequence[tuple[Pair, Sequence[str]]]  # by role, each with the masked number
    watermark: str
    verify_url: str

    @property
    def partial(self) -> bool:
        """Whether anything is open."""
        return bool(self.missing or self.undecided)


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: its paper, the seal of the unit that gave it, what it is, and about whom."""

    paper: Paper
    seal: Seal
    item: Pair
    about: str


@dataclass(frozen=True, slots=True)
class BundlePaper:
    """The sealed file, and the sealed file of each page in their order."""

    pdf: bytes
    pages: Sequence[bytes]


def sealing_unit(units: Sequence[Unit]) -> Unit:
    """Who seals what the house itself puts together: the unit that supervises, the first by its code. Raises SealMissing."""
    supervising = sorted((unit for unit in units if unit.supervises), key=lambda unit: unit.code)
    if not supervising:
        raise SealMissing
    return supervising[0]


def seal_bundle(cover: Cover, unit: Unit, seal: Seal, pages: Sequence[Page], now: datetime) -> BundlePaper:
    """The paper and its pages, each sealed. `unit` and `seal` are those of the cover. Raises NoGlyph, TooLong.

    Takes some 150 ms a page: not for an event loop.
    """
    papers = [_part(page.paper, cover, place, len(pages)) for place, page in enumerate(pages, 2)]
    abouts = [f"{paper.title[0]} {paper.number} · {cover.number} {n}/{len(pages) + 1}" for n, paper in enumerate(papers, 2)]
    files = [seal_paper(paper, page.seal, now, about) for paper, page, about in zip(papers, pages, abouts, strict=True)]
    data = {
        "cover": _cover_data(cover, (unit.name_zh, unit.name_en), seal, list(zip(pages, files, strict=True)), now),
        "pages": [_page_data(paper, page.seal, now) for paper, page in zip(papers, pages, strict=True)],
        "files": [
            {"name": f"{paper.number}.pdf", "bytes": list(file), "about": paper.part[0]}
            for paper, file in zip(papers, files, strict=True)
        ],
    }
    drawn = typeset(PAPER, data, now, standard="a-4f")
    title = (PART_TITLE if cover.partial else TITLE)[0]
    return BundlePaper(sealing.put_seal(drawn, seal, picture_of(seal), SEAL_BOX, f"{title} {cover.number}", now), files)


def _part(paper: Paper, cover: Cover, place: int, count: int) -> Paper:
    told = {"number": cover.number, "page": place, "pages": count + 1}
    return replace(paper, part=(PART[0].format(**told), PART[1].format(**told)), caution=_caution(cover))


def _caution(cover: Cover) -> Pair:
    n, undecided = len(cover.missing), len(cover.undecided)
    if not cover.partial:
        return "", ""
    words = BOTH if n and undecided else PARTIAL if n else OPEN
    return words[0].format(n=n or undecided, open=undecided), words[1].format(n=n or undecided, open=undecided)


def _page_data(paper: Paper, seal: Seal, now: datetime) -> Json:
    data = page_data(paper, seal.serial[:MARK_LETTERS].upper(), now)
    return {"data": data, "seal": SEAL_BOX[:2], "name": seal.name, "purpose": PURPOSE}


def _cover_data(cover: Cover, unit: Pair, seal: Seal, pages: Sequence[tuple[Page, bytes]], now: datetime) -> Json:
    title = PART_TITLE if cover.partial else TITLE
    outcome = (("合并结果", "Joined result"), cover.outcome)
    plain = Paper(cover.number, unit, cover.asked, outcome, cover.reasons, "", cover.watermark, cover.verify_url, title)
    data = page_data(replace(plain, part=cover.about, caution=_caution(cover)), seal.serial[:MARK_LETTERS].upper(), now)
    listed = [_listed(place, page, file) for place, (page, file) in enumerate(pages, 2)]
    open_rows = [(label, rows) for label, rows in ((MISSING, cover.missing), (UNDECIDED, cover.undecided)) if rows]
    gaps = [{"label": label, "rows": shown(gathered(rows))} for label, rows in open_rows]
    people = [{"label": label, "people": list(map(breakable, people))} for label, people in cover.people]
    more = {"annex": len(pages) > MOST_LISTED, "annex_label": ANNEX, "behind": BEHIND, "people": people}
    return {**data, **more, "gaps": gaps, "columns": COLUMNS, "pages": listed, "foot_zh": FOOT[0], "foot_en": FOOT[1]}


def gathered(gaps: Sequence[Gap]) -> list[Row]:
    """A row for all of whom the same is said of the same question."""
    found: dict[tuple[Pair, Pair], list[Pair]] = {}
    for gap in gaps:
        found.setdefault((gap.label, gap.words), []).append(gap.about)
    return [
        (label, (f"{words[0]}：{'；'.join(zh for zh, _ in abouts)}", f"{words[1]}: {'; '.join(en for _, en in abouts)}"))
        for (label, words), abouts in found.items()
    ]


def _listed(place: int, page: Page, file: bytes) -> Json:
    print_ = sha256(file).hexdigest()[:PRINT_LETTERS]
    outcome = page.paper.outcome[1]
    return {
        "page": place, "item": page.item, "about": breakable(page.about), "outcome": (breakable(outcome[0]), breakable(outcome[1])),
        "unit": page.paper.unit, "number": page.paper.number, "print": print_,
    }  # fmt: skip
