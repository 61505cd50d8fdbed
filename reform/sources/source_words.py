"""Words of the board of sources: states, and fields in its history. English msgids, translated when shown."""

from reform.sources.source import SourceState
from storage.problem import N_

STATE_WORDS = {
    SourceState.PLANNED.value: N_("Planned"),
    SourceState.CONSENT.value: N_("Waits for the superior's consent"),
    SourceState.BUILDING.value: N_("Being built"),
    SourceState.TESTING.value: N_("Being tested"),
    SourceState.CONNECTED.value: N_("Connected"),
}
SOURCE_FIELDS = {
    "unit": N_("Unit"),
    "name": N_("Register"),
    "items": N_("Items"),
    "responsible": N_("Responsible"),
    "phone": N_("Office telephone"),
    "promised_on": N_("Promised day"),
    "state": N_("State"),
    "obstacle": N_("Obstacle"),
}
