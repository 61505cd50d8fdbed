"""The reader's mark: unit, person and time, drawn over what somebody is shown."""

from collections.abc import Mapping
from datetime import datetime

from access.principal import Principal
from access.units import Unit
from storage.office_time import office_time


def reader_mark(principal: Principal, units: Mapping[str, Unit], now: datetime) -> str:
    """Whose screen or paper this is: unit, person and time."""
    unit = units[principal.unit].name_zh if principal.unit in units else principal.unit
    return f"{unit}  {principal.name}  {office_time(now)}"
