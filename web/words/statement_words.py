"""Labels for contacts' statements: office, channel, how they know. English msgids, translated when shown."""

from storage.problem import N_

CHANNELS = {"sms": N_("text message"), "phone": N_("telephone"), "page": N_("reply page"), "person": N_("in person")}
CALLS = {
    "rung": N_("Rung at the number in the roster"),
    "called_back": N_("The contact called back"),
    "in_person": N_("Spoken to in person"),
}
KNOWN_BY = {
    "personally": N_("Knows the people personally"),
    "files": N_("From the community's own files"),
    "neighbours": N_("From relatives or neighbours"),
    "hearsay": N_("From hearsay"),
    "not_said": N_("Was not said"),
}
CONTACT_ROLES = {
    "secretary": N_("Party secretary"),
    "director": N_("Director"),
    "deputy": N_("Deputy"),
    "member": N_("Member"),
}
SAID_OUTCOMES = {"confirmed": N_("Yes, it is so"), "contradicted": N_("No, it is not so"), "cannot_say": N_("Cannot say")}
