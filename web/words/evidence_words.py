"""The words for what an answer rests on: sources, grades, verdicts and evidence."""

from storage.problem import N_

SOURCES = {
    "record": N_("Department's electronic records"),
    "archive": N_("Archive, searched by a clerk"),
    "community": N_("Statement of a community contact"),
}
GRADES = {
    "A": N_("Grade A: read by machine from the holding department's own records."),
    "B": N_("Grade B: found in the archive by a clerk, with volume and page."),
    "C": N_("Grade C: a contact's statement. It is evidence of a lower grade than a record."),
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
    "said_at": N_("Said at"),
    "said": N_("What was said"),
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
CHANNELS = {"sms": N_("text message"), "phone": N_("telephone"), "page": N_("reply page")}
CONTACT_ROLES = {
    "secretary": N_("Party secretary"),
    "director": N_("Director"),
    "deputy": N_("Deputy"),
    "member": N_("Member"),
}
SAID_OUTCOMES = {"confirmed": N_("Yes, it is so"), "contradicted": N_("No, it is not so"), "cannot_say": N_("Cannot say")}
EVIDENCE_VALUES |= {"channel": CHANNELS, "role": CONTACT_ROLES, "said": SAID_OUTCOMES}
