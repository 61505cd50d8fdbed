"""Whether something was drawn at all where somebody should have signed: the picture, after it was cleaned, holds a line."""

import io
from typing import TYPE_CHECKING

from storage.late_modules import Late

if TYPE_CHECKING:
    from PIL import Image
else:
    Image = Late("PIL.Image")

DARK = 128  # of 255: darker than this is ink
LEAST_WIDTH = 30  # pixels: less is a dot that a finger left


def is_signed(picture: bytes) -> bool:
    """Whether this JPEG of ours shows more than an empty field or a dot. It says nothing about whose hand it was."""
    with Image.open(io.BytesIO(picture), formats=["JPEG"]) as opened:
        ink = opened.convert("L").point([255 if shade < DARK else 0 for shade in range(256)])
    box = ink.getbbox()
    return box is not None and max(box[2] - box[0], box[3] - box[1]) >= LEAST_WIDTH
