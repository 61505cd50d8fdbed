"""Labels for certificates: classes with their colours, what becomes of a proposal, the lines of the trail. English msgids."""

from storage.problem import N_

CLASSES = {
    "": N_("Not classified yet"),
    "not_needed": N_("Not needed"),
    "cancelled": N_("Cancelled"),
    "commitment": N_("Commitment"),
    "query": N_("Direct query"),
    "check": N_("Check between departments"),
}
TONES = {"": "", "not_needed": "good", "cancelled": "asked", "commitment": "urgent", "query": "at_desk", "check": "with_contact"}
CHANGE_STATES = {
    "made": N_("Changed"),
    "proposed": N_("Waits for a second person"),
    "confirmed": N_("Confirmed by a second person"),
    "declined": N_("Declined"),
    "taken_back": N_("Taken back"),
}
CERTIFICATE_ACTIONS = {
    "certificate_add": N_("Certificate added to the directory"),
    "certificate_change": N_("Certificate changed in the directory"),
    "certificate_propose": N_("Class of a certificate proposed"),
    "certificate_confirm": N_("Class of a certificate confirmed by a second person"),
    "certificate_decline": N_("Class of a certificate declined"),
    "certificate_slip": N_("Slip about a certificate made out"),
    "certificate_take_back": N_("Proposed class of a certificate taken back"),
}
