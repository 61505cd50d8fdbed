"""A name and a number that stand in one field: `吴一 330725198001010015`, pasted or typed in either order. Pure."""

import re
from dataclasses import dataclass

from storage.unseen_signs import is_unseen

BETWEEN = r"[\s,，、:：;；/|()（）]*"
NUMBER = r"[A-Za-z]{0,3}[0-9](?:[ \t-]?[0-9A-Za-z])*"
NAME_FIRST = re.compile(rf"{BETWEEN}(?P<name>.*?){BETWEEN}(?P<number>{NUMBER}){BETWEEN}", re.DOTALL)
NUMBER_FIRST = re.compile(rf"{BETWEEN}(?P<number>{NUMBER}){BETWEEN}(?P<name>[^0-9].*?){BETWEEN}", re.DOTALL)
NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}  # one sign for one: places stay


@dataclass(frozen=True, slots=True)
class Named:
    """What stands in the field: either may be empty."""

    name: str = ""
    number: str = ""


def read_one_field(text: str) -> Named:
    """Name and number; where there is no number, all of it is the name: nothing is left out in silence."""
    seen = "".join(letter for letter in text if not is_unseen(letter)).strip()
    for form in (NAME_FIRST, NUMBER_FIRST):
        if found := form.fullmatch(seen.translate(NARROW)):
            return Named(seen[slice(*found.span("name"))].strip(), re.sub(r"[ \t-]", "", found["number"]))
    return Named(seen)
