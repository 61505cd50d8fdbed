"""Which units may have stations, and what is wrong with the wish to make a unit a station."""

from access.units import Unit, Units
from administrators.entry_forms import UnitEntry
from storage.problem import N_, FieldFault

NO_PARENT = N_("Choose a unit that answers and is no station itself.")
HAS_STATIONS = N_("This unit has stations, so it cannot be one.")
ITEMS_HERE = N_("The catalogue says that this unit answers items, so it is no station.")


def parents_of(units: Units, code: str) -> list[Unit]:
    """The units that can have this one as a station, in the order of their codes; none where it has stations itself."""
    if units.stations_of(code):
        return []
    return [unit for unit in units.values() if unit.holds and unit.code != code]


def parent_faults(units: Units, entry: UnitEntry, held: bool) -> list[FieldFault]:
    """What is wrong with the unit's parent; `held`: whether the catalogue names it as a holder."""
    if not entry.station_of:
        return []
    above, faults = units.get(entry.station_of), list[FieldFault]()
    if units.stations_of(entry.unit_code):
        faults.append(FieldFault("station_of", "has_stations", HAS_STATIONS))
    elif above is None or not above.holds or above.code == entry.unit_code:
        faults.append(FieldFault("station_of", "unknown", NO_PARENT))
    return faults + ([FieldFault("station_of", "holds_items", ITEMS_HERE)] if held else [])
