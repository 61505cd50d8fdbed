"""Labels for what an answer rests on: sources, grades, verdicts, evidence. English msgids."""

from storage.problem import N_
from web.words.statement_words import CALLS, CHANNELS, CONTACT_ROLES, KNOWN_BY, SAID_OUTCOMES

SOURCES = {
    "record": N_("Department's electronic records"),
    "archive": N_("Archive, searched by a clerk"),
    "community": N_("Statement of a community contact"),
}
GRADES = {
    "A": N_("Grade A: read by machine from the holding department's own records."),
    "B": N_("Grade B: found in the archive by a clerk, with volume and page."),
    "C": N_("Grade C: a contact's statement, for reference. It is less sure than a record."),
}
EVIDENCE = {
    "id_form": N_("ID number found under"),
    "household": N_("Household"),
    "households": N_("Households"),
    "children": N_("Children on record"),
    "electronic_from": N_("Electronic records from"),
    "as_of": N_("As the records stood on"),
    "forms": N_("Forms of the ID number looked under"),
    "near": N_("How close it came"),
    "complete_since": N_("Holds all that is so today since"),
    "kind": N_("What was changed"),
    "from": N_("On record since"),
    "to": N_("On record until"),
    "current": N_("On record today"),
    "shared_from": N_("In one household since"),
    "shared_until": N_("In one household until"),
    "shared_today": N_("In one household today"),
    "year": N_("Year looked at"),
    "archive": N_("Volume and page"),
    "statement": N_("Statement number"),
    "role": N_("Contact's office"),
    "channel": N_("Channel"),
    "call": N_("How it was asked"),
    "said_at": N_("Said at"),
    "said": N_("What was said"),
    "known_by": N_("How the contact knows"),
}
VERDICTS = {
    "agrees": N_("As stated"),
    "differs": N_("Not as stated"),
    "unknown": N_("Could not be established"),
}
IDENTITIES = {
    "agrees": N_("They fit"),
    "name_differs": N_("The number belongs to another name"),
    "not_known": N_("There is no such number"),
}
EVIDENCE_VALUES = {
    "current": {"yes": N_("yes"), "no": N_("no")},
    "shared_today": {"yes": N_("yes"), "no": N_("no")},
    "kind": {"name": N_("the name"), "number": N_("the ID number")},
    "id_form": {"15": N_("15-digit number"), "18": N_("18-character number")},
    "forms": {"15": N_("15 digits"), "18": N_("18 characters"), "15 18": N_("15 digits and 18 characters")},
    "near": {
        "not_searched": N_("Not searched"),
        "nobody": N_("Nobody asked about is in the electronic records"),
        "some": N_("Not all of the people asked about are in the electronic records"),
        "all": N_("The people asked about are in the electronic records; the fact asked for is not"),
        "words": N_("There is an entry, but its wording differs from what is asked"),
        "changed": N_("There was such an entry, and it has changed since"),
    },
}
EVIDENCE_VALUES |= {"channel": CHANNELS, "role": CONTACT_ROLES, "said": SAID_OUTCOMES, "call": CALLS, "known_by": KNOWN_BY}
