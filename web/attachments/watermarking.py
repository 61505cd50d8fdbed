"""Watermarks in the picture itself: the reader's unit, name and time stand in its pixels, on whatever it is kept or printed."""

import io
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

import pylopdf_fonts_zh_cn

from storage.late_modules import Late

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont
else:
    Image, ImageDraw, ImageFont = Late("PIL.Image"), Late("PIL.ImageDraw"), Late("PIL.ImageFont")

FONT = Path(pylopdf_fonts_zh_cn.sans_path())
QUALITY = 85
DARK, LIGHT = 64, 56  # of 255: how strongly the letters and their pale rim cover what is under them
DEGREES = 24
AT_ONCE = 2  # pictures in hand: each takes some 30 MB while it is drawn
_turns = BoundedSemaphore(AT_ONCE)


def watermarked(picture: bytes, words: str) -> bytes:
    """This JPEG of ours with the words drawn over it again and again, as a JPEG without anything beside its pixels."""
    with _turns:
        with Image.open(io.BytesIO(picture), formats=["JPEG"]) as opened:
            shown = opened.convert("RGB")
        size = max(11, max(shown.size) // 48)
        for strength, colour, rim in ((LIGHT, "white", max(1, size // 8)), (DARK, "black", 0)):
            shown.paste(colour, mask=_mask(shown.size, _tile(words, size, rim), strength, size))
        made = io.BytesIO()
        shown.save(made, "JPEG", quality=QUALITY)
        return made.getvalue()


def _tile(words: str, size: int, rim: int) -> "Image.Image":
    """The words once, aslant."""
    font = ImageFont.truetype(str(FONT), size)
    _, _, width, height = map(int, font.getbbox(words, stroke_width=size // 8))
    line = Image.new("L", (width + size, height + size))
    ImageDraw.Draw(line).text((size // 2, size // 4), words, fill=255, font=font, stroke_width=rim, stroke_fill=255)
    return line.rotate(DEGREES, expand=True, resample=Image.Resampling.BICUBIC)


def _mask(size: tuple[int, int], tile: "Image.Image", strength: int, letter: int) -> "Image.Image":
    """The tile over the whole picture, every second row moved by half."""
    mask = Image.new("L", size)
    step_x, step_y = tile.width * 4 // 5 + letter, max(tile.height * 3 // 5, letter * 5)
    for row, top in enumerate(range(-tile.height // 2, size[1], step_y)):
        for left in range(-tile.width // 2 - (row % 2) * step_x // 2, size[0], step_x):
            mask.paste(strength, (left, top, left + tile.width, top + tile.height), tile)
    return mask
