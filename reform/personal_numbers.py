"""Numbers of people where only offices and papers belong: in reports, in the survey's sheets, in the names of certificates."""

import re
from unicodedata import normalize

from storage.problem import N_
from storage.unseen_signs import is_unseen

PERSONAL = N_("A number of an identity card or telephone stands here. Leave out whom it was about.")
NUMBERS = re.compile(r"\d{17}[\dXx]|(?<!\d)\d{15}(?!\d)|(?<!\d)(?:(?:00)?86)?1[3-9]\d{9}(?!\d)")
BETWEEN = re.compile(r"(?<=\d)[\s.·\-_/]+(?=[\dXx])")


def names_a_person(text: str) -> bool:
    """Whether a number of an identity card or a mobile telephone stands in these words, however it was typed."""
    plain = "".join(sign for sign in normalize("NFKC", text) if not is_unseen(sign) or sign in "\t\n")
    # As typed, too: "2 13800138000" is a figure and a telephone, and joined neither.
    return any(NUMBERS.search(words) for words in (plain, BETWEEN.sub("", plain)))
