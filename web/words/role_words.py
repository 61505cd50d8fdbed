"""What the roles of accounts are called."""

from storage.problem import N_

ROLES = {
    "asker": N_("Asker"),
    "envoy": N_("Agent of a village or street"),
    "clerk": N_("Window clerk"),
    "keeper": N_("Keeper of the roster"),
    "supervisor": N_("Supervisor"),
    "reformer": N_("Reform office"),
    "monitor": N_("Monitoring point"),
    "inspector": N_("Inspector of commitments"),
    "admin": N_("Administrator"),
}
