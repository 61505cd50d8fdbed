"""Addresses as registers and questions write them, and whether two of them are one door for certain."""

import re

from cases.names import comparison_form

# Signs between two numbers or letters count (16-2 is not 162); blanks and all others do not.
_NO_SIGN = re.compile(r"(?<![0-9a-z])[\W_]+|[\W_]+(?![0-9a-z])")
_NAMED_DOOR = re.compile(r"[^\d]*[㐀-鿿]{2}[^\d]*\d.*")  # a street or community by name, and a number in it
_DIVISIONS = re.compile(r"(?:[㐀-鿿]{1,12}?(?:省|自治区|自治州|市|区|县|镇|街道|乡|村|社区))*")


def same_place(wanted: str, written: str, home: str = "") -> bool:
    """Whether the address of a question is the one of a register, for certain; another may still be the same door.

    A question may leave out the city, town or community that a register writes before the street; it may add only `home`, the
    province and city of the register ("浙江省义乌市"), whole or from any of its parts on. Nothing is left out of the number.
    """
    divisions = [division for division in re.findall(r".+?[省市县区州]", home) if division]
    one, other = (_without(divisions, _NO_SIGN.sub("", comparison_form(text))) for text in (wanted, written))
    if not _NAMED_DOOR.fullmatch(one) or not other.endswith(one):
        return False
    return _DIVISIONS.fullmatch(other.removesuffix(one)) is not None


def _without(divisions: list[str], address: str) -> str:
    for division in divisions:
        address = address.removeprefix(division)
    return address
