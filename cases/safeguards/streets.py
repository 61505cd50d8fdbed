"""Street names cut out of addresses, to notice several questions about one street. Pure."""

import re
import unicodedata

_HOUSE_NUMBER = re.compile(r"\d|[一二三四五六七八九十百]+(?:号|幢|栋|单元|室|弄)")
_LEADING = re.compile(r"^\d+")  # English addresses begin with the house number
_DISTRICT = re.compile(r"^.*(?:省|市|县|镇|乡|街道|区)(?=.{2,})")
_NO_WORD = re.compile(r"[\W_]+")


def street_of(address: str) -> str:
    """Without town and district, house number and signs; empty where too little is left to tell."""
    text = _NO_WORD.sub("", unicodedata.normalize("NFKC", address)).lower()
    street = _DISTRICT.sub("", _HOUSE_NUMBER.split(_LEADING.sub("", text), maxsplit=1)[0])
    return street if len(street) > 1 else ""
