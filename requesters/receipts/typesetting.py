"""Typesetting: a typst template and data become a PDF/A-4 file; a missing glyph is an error."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pylopdf_fonts_zh_cn

from storage.late_modules import Late
from storage.problem import N_, FieldFault, Problem

if TYPE_CHECKING:
    import typst
else:
    typst = Late("typst")  # it holds a whole typesetter

RARE = N_(
    "A character in this case cannot be printed with the fonts at hand, and a name is never left out. Install a font that has it."
)
TOO_LONG = N_("This does not fit on one page, and nothing is ever left out. Shorten the words of the answer.")
FULL = "one page"  # the drawing stops with this word where its smallest letters do not hold it
Standard = Literal["a-4", "a-4f"]
FONTS = Path(pylopdf_fonts_zh_cn.sans_path()).parent


class NoGlyph(Problem):
    """A character is in no font: nothing is ever left out in silence. Does not say which, for it may be of a name."""

    def __init__(self) -> None:
        super().__init__([FieldFault("receipt", "rare_character", RARE)])


class TooLong(Problem):
    """The drawing holds one page alone, and this does not fit."""

    def __init__(self) -> None:
        super().__init__([FieldFault("receipt", "too_long", TOO_LONG)], 409)


def typeset(drawing: Path, data: Mapping[str, object], made_at: datetime, standard: Standard = "a-4") -> bytes:
    """The PDF; `made_at` stands in it to the second. Our own fonts, and those of the system where ours lack a character.

    Of the standards (PDF/A-4, ISO 19005-4) "a-4f" allows files inside the file.
    """
    given = {"data": json.dumps(data, ensure_ascii=False)}
    for own_fonts in (True, False):
        try:
            return _compiled(drawing, given, (made_at, standard), own_fonts)
        except typst.TypstError as error:
            if FULL in str(error):
                raise TooLong from None
    raise NoGlyph  # typst's own words would hold the name


def _compiled(drawing: Path, given: dict[str, str], made: tuple[datetime, Standard], own_fonts: bool) -> bytes:
    made_at, standard = made
    pdf = typst.compile(
        drawing,
        font_paths=[FONTS],
        ignore_system_fonts=own_fonts,
        sys_inputs=given,
        format="pdf",
        pdf_standards=standard,
        timestamp=made_at.replace(microsecond=0),  # typst refuses microseconds
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    return pdf
