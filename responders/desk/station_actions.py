"""The moves between the desks of one house: taken over by the unit, handed to a station, handed back."""

from collections.abc import Mapping

from access.units import Unit
from cases.actions import Action, ActionInput, NoteForm, ReasonForm
from cases.lifecycle import Actor
from storage.problem import N_, FieldFault, Problem

NO_STATION = N_("Choose a station of your unit.")


class StationForm(ReasonForm):
    """The station that goes on with the case, and why."""

    station: str


def _station_given(step: ActionInput) -> Mapping[str, object]:
    station = step.session.get(Unit, step.form.station)
    if station is None or station.parent != step.case.holder:
        raise Problem([FieldFault("station", "no_station", NO_STATION)])
    return {"station": station.code}


MOVES = (
    Action("hand_to_station", Actor.CLERK, StationForm, _station_given),
    Action("take_over", Actor.CLERK, NoteForm),
    Action("hand_back", Actor.CLERK, ReasonForm),
)
