"""The public holidays and make-up weekends of China, as the library `holidays` knows them."""

from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import cast

import holidays
from holidays import HolidayBase


def public_days(year: int) -> HolidayBase:
    """What the library knows of this year, and a few days of the years beside it."""
    return _china()(years=year)


@lru_cache(maxsize=1)
def _china() -> type[HolidayBase]:
    # Named by its package it would come with the other 250 countries, which take 8 MB in each process.
    spec = spec_from_file_location("holidays.countries.china", Path(holidays.__file__).parent / "countries" / "china.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast(type[HolidayBase], module.China)
