"""Which units may have stations, and what is wrong with the wish to make a unit a station."""

from access.units import Unit, Units
from administrators.entry_forms import UnitEntry
from storage.problem import N_, FieldFault

NO_PARENT = N_("Choose a unit that answers and is no station itself.")
HAS_STATIONS = N_("This unit has stations, so it cannot be one.")
ITEMS_HERE = N_("The catalogue says that this unit answers items, so it is no station.")


def parents_of(units: Units, code: str) -> list[Unit]:
    """The units that can have this one as a station, in the order of their codes."""
    return [unit for unit in units.values() if unit.holds and unit.code != code]


def parent_faults(units: Units, entry: UnitEntry, held: bool) -> list[FieldFault]:
    """What is wrong with the unit's parent; `held`: whether the catalogue names it as a holder."""
    if not entry.station_of:
        return []
    faults = (
        []
        if entry.station_of in {unit.code for unit in parents_of(units, entry.unit_code)}
        else [FieldFault("station_of", "unknown", NO_PARENT)]
    )
    faults += [FieldFault("station_of", "has_stations", HAS_STATIONS)] if units.stations_of(entry.unit_code) else []
    return faults + ([FieldFault("station_of", "holds_items", ITEMS_HERE)] if held else [])
