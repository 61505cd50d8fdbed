"""Words of monitoring: what was seen, what is to be done about it. English msgids, translated when shown."""

from reform.monitoring.sighting import SightingState
from storage.problem import N_

SEEN_WORDS = {"asked_for": N_("was asked for"), "issued": N_("was issued")}
STATE_WORDS = {
    SightingState.NOTED.value: N_("noted"),
    SightingState.TO_TELL.value: N_("somebody must be told"),
    SightingState.TOLD.value: N_("was told"),
    SightingState.OPEN.value: N_("with the reform office"),
    SightingState.JOINED.value: N_("known under another name"),
    SightingState.ADDED.value: N_("put into the directory"),
    SightingState.DISMISSED.value: N_("dismissed"),
}
CLASS_WORDS = {
    "": N_("Not classified yet"),
    "not_needed": N_("Not needed"),
    "cancelled": N_("Cancelled"),
    "commitment": N_("Commitment in its place"),
    "query": N_("Looked up directly"),
    "check": N_("Checked between departments"),
}
