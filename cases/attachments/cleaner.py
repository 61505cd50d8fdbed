"""The cleaner, a program of its own: reads one untrusted file, writes its pages as new pictures. Imports nothing of the house.

Whatever a decoder can be talked into by a hostile file happens here: in a process without our keys, settings and open files, that
may take so much memory and time and may write no file. What comes out are pixels in a fresh JPEG: nothing else of the file is left.
"""

import io
import json
import os
import resource
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageOps
from PIL.Image import Image as Picture
from pypdfium2 import raw

MOST_PAGES = 10
MOST_PIXELS = 40_000_000  # of a picture that is decoded whole
MOST_JPEG_PIXELS = 220_000_000  # a JPEG is decoded smaller at once, as no other kind can be
SIDE, THUMB_SIDE = 2400, 240  # pixels: a page of A4 at 200 dots an inch
PAGE_BYTES = 1_500_000
MEMORY, SECONDS = 768 * 1024 * 1024, 10  # of address space, and of the processor
PDF_SCALE = 200 / 72  # dots an inch, of points an inch
GREY = ("1", "L")
SEEN_THROUGH = ("RGBA", "RGBa", "LA", "La", "PA")
PICTURES = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"II*\x00": "TIFF", b"MM\x00*": "TIFF"}


class Refused(Exception):
    """Why the file is not taken: a code, nothing of the file."""


def kind_of(data: bytes) -> str:
    """What the file is by its own first bytes: JPEG, PNG, WEBP, TIFF or PDF. Raises Refused."""
    if data.startswith(b"%PDF-"):
        return "PDF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif"):
        raise Refused("heic")
    found = next((kind for beginning, kind in PICTURES.items() if data.startswith(beginning)), "")
    if not found:
        raise Refused("wrong_kind")
    return found


def pages_of(data: bytes) -> Iterator[Picture]:
    """The pages as new pictures, grey or RGB, one after the other. Raises Refused, and whatever a decoder raises."""
    kind = kind_of(data)
    yield from _pdf_pages(data) if kind == "PDF" else _picture_pages(data, kind)


def _picture_pages(data: bytes, kind: str) -> Iterator[Picture]:
    Image.MAX_IMAGE_PIXELS = MOST_JPEG_PIXELS
    with Image.open(io.BytesIO(data), formats=[kind]) as opened:
        frames = getattr(opened, "n_frames", 1) if kind != "JPEG" else 1  # a telephone's JPEG hides smaller ones behind the first
        if frames > 1 and kind != "TIFF":
            raise Refused("animated")
        if frames > MOST_PAGES:
            raise Refused("too_many_pages")
        for frame in range(frames):
            if frames > 1:
                opened.seek(frame)
            if opened.width * opened.height > (MOST_JPEG_PIXELS if kind == "JPEG" else MOST_PIXELS):
                raise Refused("too_many_pixels")
            if kind == "JPEG":
                opened.draft("RGB", (SIDE, SIDE))
            yield _plain(opened)


def _plain(opened: Picture) -> Picture:
    """The pixels alone, upright, in grey or RGB, not larger than a page."""
    opened.load()
    turn = _orientation(opened)
    shown = _in_known_colours(opened)
    shown.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    fresh = Image.new(shown.mode, shown.size)
    fresh.paste(shown)
    if turn in range(2, 9):
        marked = Image.Exif()
        marked[0x0112] = turn
        fresh.info["exif"] = marked.tobytes()
        fresh = ImageOps.exif_transpose(fresh)
        fresh.info.clear()
    return fresh


def _orientation(opened: Picture) -> int:
    """Which side is up, by the camera; 1 where it does not say so in a way that can be read."""
    try:
        return int(opened.getexif().get(0x0112, 1))
    except Exception:  # noqa: BLE001  # whatever stands there: the picture is shown as it lies
        return 1


def _in_known_colours(opened: Picture) -> Picture:
    if opened.mode.startswith("I;16"):
        # 16 bits of grey: the upper eight are what a screen shows.
        return opened.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if opened.mode in ("I", "F"):
        raise Refused("odd_colours")
    if opened.mode in SEEN_THROUGH or "transparency" in opened.info:
        through = _smaller(opened.convert("RGBA"))
        paper = Image.new("RGB", through.size, "white")
        paper.paste(through, mask=through.getchannel("A"))
        return paper
    return opened.convert("L" if opened.mode in GREY else "RGB")


def _smaller(picture: Picture) -> Picture:
    """Made smaller by a whole number first, which costs least: what is done to it afterwards copies it several times."""
    times = max(picture.size) // SIDE
    return picture.reduce(times) if times > 1 else picture


def _pdf_pages(data: bytes) -> Iterator[Picture]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise Refused("encrypted" if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD else "unreadable") from None
    _check_pdf(document)
    document.init_forms()  # what was filled in is shown; scripts of forms are not built in
    for number in range(len(document)):
        page = document[number]
        width, height = page.get_size()
        if not (0 < width < 1e6 and 0 < height < 1e6):
            raise Refused("unreadable")
        scale = min(PDF_SCALE, SIDE / max(width, height))
        _check_page(page)
        picture = page.render(scale=scale, rev_byteorder=True).to_pil()
        yield picture.convert("RGB")
        page.close()


def _check_pdf(document: Any) -> None:
    """Refuses what would be lost without a word: files inside, forms that a script draws, scripts, too many pages."""
    if raw.FPDFDoc_GetAttachmentCount(document.raw) > 0:
        raise Refused("embedded")
    if raw.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        raise Refused("script")
    if raw.FPDF_GetFormType(document.raw) in (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND):
        raise Refused("form")
    if len(document) > MOST_PAGES:
        raise Refused("too_many_pages")
    if len(document) < 1:
        raise Refused("unreadable")


def _check_page(page: Any) -> None:
    """Refuses a file that is pinned to the page: it stands in no list of the document's files."""
    for place in range(raw.FPDFPage_GetAnnotCount(page.raw)):
        note = raw.FPDFPage_GetAnnot(page.raw, place)
        pinned = raw.FPDFAnnot_GetSubtype(note) == raw.FPDF_ANNOT_FILEATTACHMENT
        raw.FPDFPage_CloseAnnot(note)
        if pinned:
            raise Refused("embedded")


def packed(picture: Picture, most: int) -> bytes:
    """The picture as a JPEG of at most so many bytes, as good as that allows."""
    for quality in (85, 70, 50, 30, 10):
        made = io.BytesIO()
        picture.save(made, "JPEG", quality=quality)
        if made.tell() <= most:
            break
    return made.getvalue()


def small(picture: Picture) -> bytes:
    """A small one for lists."""
    copy = picture.copy()
    copy.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS)
    return packed(copy, PAGE_BYTES)


def clean(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """What is told in the first line, and each page's picture followed by its small one."""
    sizes, pictures = [], []
    try:
        kind = kind_of(data)
        for picture in pages_of(data):
            pictures += [packed(picture, PAGE_BYTES), small(picture)]
            sizes.append([picture.width, picture.height, len(pictures[-2]), len(pictures[-1])])
    except Refused as refused:
        return {"refused": str(refused)}, []
    except MemoryError:
        return {"refused": "too_costly"}, []
    except Exception as error:  # noqa: BLE001  # a decoder may raise anything; its words may hold what stands in the file
        bomb = type(error).__name__ in ("DecompressionBombError", "DecompressionBombWarning")
        return {"refused": "too_many_pixels" if bomb else "unreadable"}, []
    return {"kind": kind.lower(), "pages": sizes}, pictures


def confine() -> None:
    """From here on so much memory and time, no file, no core."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)  # whoever works at a window goes first


def main() -> None:
    """Standard input is the file; standard output one line of JSON, then the pictures."""
    confine()
    warnings.simplefilter("ignore")
    told, pictures = clean(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + b"".join(pictures))


if __name__ == "__main__":
    main()
