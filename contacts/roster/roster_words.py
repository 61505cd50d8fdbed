"""Labels of the roster's pages: coverage, number states, changes. English msgids."""

from storage.problem import N_

REACH = {
    "nobody": N_("nobody to reach"),
    "ring": N_("can only be rung"),
    "stale": N_("number long unconfirmed"),
    "unverified": N_("number never checked"),
    "good": N_("checked number"),
}
RULES = {
    "nobody": N_("Nobody in office today has a number."),
    "ring": N_("No text reaches anybody; a landline, or a number refused by the provider, can be rung."),
    "stale": N_("Texts go out, but no number was written down or checked within the last {days} days."),
    "unverified": N_("Texts go out, but nobody has proven the number by a code yet."),
    "good": N_("At least one person in office has a number proven by a code within the last {days} days."),
}
MARKS = {"nobody": "✕", "ring": "☎", "stale": "!", "unverified": "?", "good": "✓"}
NUMBERS = {
    "verified": N_("checked"),
    "unverified": N_("never checked"),
    "stale": N_("long unconfirmed"),
    "landline": N_("landline, gets no texts"),
    "stopped": N_("wants no texts"),
    "refused": N_("refused by the provider"),
    "none": N_("no number"),
}
NUMBER_TAGS = {
    "verified": "good",
    "unverified": "urgent",
    "stale": "urgent",
    "landline": "",
    "stopped": "late",
    "refused": "late",
    "none": "late",
}
WHATS = {
    "add": N_("Added"),
    "change": N_("Changed"),
    "verify": N_("Number checked"),
    "remove": N_("Taken off the roster"),
    "restore": N_("Brought back"),
    "stop": N_("Wants no more texts"),
    "start": N_("Gets texts again"),
    "retire": N_("Retired"),
    "same": N_("As before"),
    "bad": N_("Cannot be taken"),
    "left_out": N_("Left out"),
}
AREA_FIELDS = {
    "code": N_("Code"),
    "name": N_("Name of the area"),
    "parent": N_("Town or street"),
    "kind": N_("Kind"),
    "in_use": N_("In use"),
}
AREA_KINDS = {"town": N_("Town or street"), "community": N_("Community")}
YES_NO = {"true": N_("yes"), "false": N_("no")}
TEXTS = {
    "queued": N_("waits to be sent"),
    "sending": N_("is being sent"),
    "unknown": N_("perhaps sent; the provider is being asked"),
    "sent": N_("sent"),
    "delivered": N_("arrived on the telephone"),
    "undelivered": N_("did not arrive"),
    "failed": N_("could not be sent"),
    "dropped": N_("not sent"),
}
ENDS = {
    "read_back": N_("The code was read back: the number is right."),
    "reply": N_("The contact replied with the code: the number is right."),
    "tries": N_("The wrong code was given too often; send a new one."),
    "replaced": N_("A newer code was sent."),
    "": N_("The code has run out; send a new one."),
}
