"""Pictures of the sample city: a letter or a notice at a counter, drawn line by line as a scan of it would look."""

import hashlib
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cases.attachments.cleaning import CleanFile, CleanPage
from storage.late_modules import Late
from web.attachments.watermarking import FONT

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont
else:
    Image, ImageDraw, ImageFont = Late("PIL.Image"), Late("PIL.ImageDraw"), Late("PIL.ImageFont")

WIDTH, HEIGHT, SMALL = 840, 594, 4
LETTER = 26  # height of the letters; all in pixels


def picture(lines: Sequence[str]) -> CleanFile:
    """These lines on a page, as the cleaner gives what it was sent."""
    page = Image.new("L", (WIDTH, HEIGHT), 250)
    font = ImageFont.truetype(str(FONT), LETTER)
    ImageDraw.Draw(page).multiline_text((48, 60), "\n".join(lines), fill=40, font=font, spacing=LETTER)
    large, small = _jpeg(page), _jpeg(page.resize((WIDTH // SMALL, HEIGHT // SMALL)))
    return CleanFile("jpeg", (CleanPage(WIDTH, HEIGHT, large, small),), hashlib.sha256(large).hexdigest())


def _jpeg(page: "Image.Image") -> bytes:
    made = io.BytesIO()
    page.convert("RGB").save(made, "JPEG", quality=85)
    return made.getvalue()
