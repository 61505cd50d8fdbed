"""The paper of a commitment: the text as it was signed, the signature, who saw it; sealed by the unit that took it.

Before it is signed the same page is printed to be signed by hand: that print carries no seal and proves nothing.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cases.seals import Seal
from requesters.receipts.paper import CHECK, SEAL_BOX, Pair, Row, shown
from requesters.receipts.receipts import MARK_LETTERS
from requesters.receipts.seal_picture import picture_of
from requesters.receipts.typesetting import typeset
from storage.json import Json
from storage.late_modules import Late
from storage.office_time import OFFICE, office_time

if TYPE_CHECKING:
    import segno
    from PIL import Image

    from requesters.receipts import sealing
else:
    segno, Image = Late("segno"), Late("PIL.Image")
    sealing = Late("requesters.receipts.sealing")  # with pyHanko, which serve does without until the first receipt

PAPER = Path(__file__).parent / "commitment.typ"
PHOTO_SIDE, PHOTO_QUALITY, MOST_PHOTOS = 1500, 72, 3  # of the signed page in the file: a paper can be checked only up to 5 MB
FOOT = (
    "本承诺书由受理单位以电子签章密封，文件有任何改动，签章即告失效；打印件上的印章仅为图样，请以编号查验。",
    "Sealed by the unit that took it: any change to the file breaks the seal. On a print it is only a picture: check the number.",
)
UNSIGNED = (
    "这是签名用的纸面，本身没有签章。签名后由工作人员拍照存入系统，再打印密封的承诺书。",
    "A page to be signed by hand: it has no seal. Once signed, a clerk photographs it, and the sealed commitment is printed.",
)
TRANSLATION = "Translation of the first page; where they differ, the Chinese text counts."
SIGNER = ("承诺人签名", "Signed by")
SIGNED = ("签署时间", "Signed at")
WITNESS = ("见证工作人员", "Clerk as witness")
ON_PAPER = ("签于纸面，照片见附页", "Signed on paper, see the photograph behind")
PHOTO = ("承诺人签名的纸面（照片）", "The page that was signed by hand, photographed")


@dataclass(frozen=True, slots=True)
class CommitmentPaper:
    """Everything that stands on it. `signature` is a JPEG, `photos` are those of a page signed by hand."""

    number: str
    unit: Pair
    text: Mapping[str, Any]
    rows: Sequence[Row]
    watermark: str
    verify_url: str
    signed_at: datetime | None = None
    witness: str = ""
    signature: bytes = b""
    photos: Sequence[bytes] = ()
    notes: Sequence[Pair] = ()


def seal_commitment(paper: CommitmentPaper, seal: Seal, now: datetime) -> bytes:
    """The sealed file. Raises NoGlyph, TooLong. Takes some 200 ms: not for an event loop."""
    drawn = typeset(PAPER, _data(paper, seal.serial[:MARK_LETTERS].upper(), now), now)
    about = f"{paper.text['title']['zh']} {paper.number}"
    return sealing.put_seal(drawn, seal, picture_of(seal), SEAL_BOX, about, now)


def print_unsigned(paper: CommitmentPaper, now: datetime) -> bytes:
    """The page to be signed by hand, as a PDF without a seal. Raises NoGlyph."""
    return typeset(PAPER, _data(paper, "", now), now)


def _data(paper: CommitmentPaper, mark: str, now: datetime) -> Json:
    code = io.BytesIO()
    # The number alone: a passer-by who scans it learns nothing about anybody.
    segno.make(f"{paper.verify_url}?number={paper.number}", error="m").save(code, kind="svg", border=1, xmldecl=False)
    day = now.astimezone(OFFICE)
    check = [words.format(url=paper.verify_url) for words in CHECK]
    return {
        "number": paper.number, "title_zh": paper.text["title"]["zh"], "title_en": paper.text["title"]["en"],
        "unit": paper.unit, "watermark": paper.watermark, "part": ("", ""), "caution": ("", ""),
        "rows": shown(paper.rows), "sections": paper.text["sections"], "notes": list(paper.notes), "sealed": bool(mark),
        "signer_label": SIGNER, "signed_label": SIGNED, "witness_label": WITNESS, "signature": list(paper.signature),
        "signature_words": ON_PAPER if paper.photos else ("", ""), "signature_alt": "承诺人签名 / signature",
        "signed_at": office_time(paper.signed_at) if paper.signed_at else "", "witness": paper.witness,
        "photos": [list(_smaller(one)) for one in paper.photos[:MOST_PHOTOS]], "photo_words": PHOTO,
        "unsigned": UNSIGNED, "translation": TRANSLATION, "qr": code.getvalue().decode(), "qr_alt": "编号 / number",
        "day": f"{day.year}年{day.month}月{day.day}日", "check_zh": check[0], "check_en": check[1],
        "foot_zh": FOOT[0], "foot_en": FOOT[1], "mark_zh": f"签章证书 {mark}", "mark_en": "certificate of the seal",
    }  # fmt: skip


def _smaller(photo: bytes) -> bytes:
    """A photograph of ours in the size in which a page of it is read well."""
    with Image.open(io.BytesIO(photo), formats=["JPEG"]) as opened:
        shown_photo = opened.convert("RGB")
    shown_photo.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
    made = io.BytesIO()
    shown_photo.save(made, "JPEG", quality=PHOTO_QUALITY)
    return made.getvalue()
