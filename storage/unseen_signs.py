"""Unseen signs: the characters that leave no trace on paper. Pure."""

import unicodedata

# What Unicode calls Default_Ignorable_Code_Point, and two more blanks: of Braille and of the Khitan script. Fillers, shapes of the
# character before, signs that direct the text, and places kept for more of them.
_IGNORABLE = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8), (0x16FE4, 0x16FE4), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A),
)  # fmt: skip
_UNSEEN = frozenset(chr(code) for first, last in _IGNORABLE for code in range(first, last + 1))
_TAGS = range(0xE0000, 0xE1000)


def is_unseen(sign: str) -> bool:
    """Whether this character leaves no trace on paper: invisible, directing the text, or controlling a device."""
    return sign in _UNSEEN or ord(sign) in _TAGS or unicodedata.category(sign) in ("Cf", "Cc")
