"""Names of the country's provinces, cities and counties, as the register of places that comes with stdnum has them."""

import re
from functools import lru_cache
from importlib import resources

HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
KIND = re.compile(r"(?:特别行政区|自治[区州县旗]|地区|林区|新区|矿区|[省市县区盟州旗])$")


def is_place(name: str) -> bool:
    """Whether this is the name of a place, with or without what kind of place it is: 金华, 金华市."""
    return name in _places()


@lru_cache
def _places() -> frozenset[str]:
    # Read at the first question about a name that stands in a file number, which is rare; kept, because it takes a while.
    text = resources.files("stdnum.cn").joinpath("loc.dat").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    whole = {name for line in lines for name in HAN.findall(line)}
    return frozenset(whole | {short for name in whole if len(short := KIND.sub("", name)) > 1})
