"""The words pages use for states, moves and lines of the trail: English msgids, translated at the edge."""

from cases.problem import N_

STATES = {
    "asked": N_("With the department's machine"),
    "at_desk": N_("At the window"),
    "with_contact": N_("With the community"),
    "returned": N_("Returned for correction"),
    "answered": N_("Answered"),
    "closed": N_("Closed"),
    "withdrawn": N_("Withdrawn"),
}
ACTORS = {
    "asker": N_("Asking unit"),
    "machine": N_("Department's machine"),
    "clerk": N_("Window clerk"),
    "contact": N_("Community contact"),
    "clock": N_("System clock"),
    "supervisor": N_("Supervisor"),
    "person": N_("Reader"),
}
ACTIONS = {
    "ask": N_("Asked"),
    "find": N_("Answered from the records"),
    "hand_over": N_("Handed to the window"),
    "take": N_("Taken by a clerk"),
    "release": N_("Given back to the window"),
    "consult": N_("Community asked"),
    "state": N_("Statement written down"),
    "answer": N_("Answered"),
    "return": N_("Returned for correction"),
    "correct": N_("Corrected and asked again"),
    "forward": N_("Forwarded to another unit"),
    "extend": N_("Deadline extended"),
    "dispute": N_("Answer disputed"),
    "arbitrate": N_("Decided by the supervisor"),
    "urge": N_("Urged by the supervisor"),
    "reassign": N_("Given to another clerk by the supervisor"),
    "search": N_("Trail searched"),
    "export": N_("Trail exported"),
    "accept": N_("Accepted and closed"),
    "withdraw": N_("Withdrawn"),
    "overdue": N_("Deadline passed"),
    "late_finding": N_("Late answer of the machine kept"),
    "foreign_finding": N_("Answer of a unit without the case, refused"),
    "late_statement": N_("Late statement kept"),
    "look": N_("Looked at"),
    "receipt": N_("Receipt printed"),
    "verify": N_("Receipt checked"),
}
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
    "kind": N_("Kind"),
    "from": N_("From"),
    "to": N_("To"),
    "current": N_("Valid today"),
    "archive": N_("Volume and page"),
    "statement": N_("Statement number"),
    "role": N_("Contact's office"),
    "channel": N_("Channel"),
    "said_at": N_("Said at"),
    "said": N_("What was said"),
}
EVIDENCE_VALUES = {
    "current": {"yes": N_("yes"), "no": N_("no")},
    "id_form": {"15": N_("15-digit number"), "18": N_("18-character number")},
}
CHANNELS = {"sms": N_("text message"), "phone": N_("telephone"), "page": N_("reply page")}
CONTACT_ROLES = {
    "secretary": N_("Party secretary"),
    "director": N_("Director"),
    "deputy": N_("Deputy"),
    "member": N_("Member"),
}
CONTACT_FIELDS = {
    "area": N_("Community"),
    "name": N_("Name"),
    "role": N_("Office"),
    "phone": N_("Telephone"),
    "place_in_order": N_("Place in the order of asking"),
    "note": N_("Remark"),
    "left_on": N_("Left office on"),
    "away_until": N_("Away; back on"),
    "active": N_("On the roster"),
    "verified_at": N_("Number verified"),
}
SAID_OUTCOMES = {"confirmed": N_("Yes, it is so"), "contradicted": N_("No, it is not so"), "cannot_say": N_("Cannot say")}
EVIDENCE_VALUES |= {"channel": CHANNELS, "role": CONTACT_ROLES, "said": SAID_OUTCOMES}
DECISIONS = {
    "answer": N_("The unit at hand answers"),
    "forward": N_("Another unit answers"),
    "return": N_("The asker must correct the question"),
}
ROLES = {
    "asker": N_("Asker"),
    "clerk": N_("Window clerk"),
    "keeper": N_("Keeper of the roster"),
    "supervisor": N_("Supervisor"),
    "admin": N_("Administrator"),
}
MACHINES = {
    "alive": N_("Alive"),
    "away": N_("Cannot open its records"),
    "late": N_("Nothing heard"),
    "stopped": N_("Stopped"),
    "never": N_("No machine seen yet"),
}
FIELDS = {
    "name": N_("Name"),
    "id_number": N_("ID number"),
    "credit_code": N_("Unified social credit code"),
    "year": N_("Year of the matter asked about"),
    "matter": N_("Matter"),
    "purpose": N_("Purpose"),
    "reference": N_("Your file number"),
    "urgent_reason": N_("Why it is urgent"),
    "outcome": N_("Outcome"),
    "source": N_("Found in"),
    "archive": N_("Volume and page"),
    "statement": N_("Which statement"),
    "available_on": N_("Can be told from"),
    "unit": N_("Unit"),
    "office_minutes": N_("By how much"),
    "note": N_("Reason"),
    "area": N_("Community"),
    "contact": N_("Who spoke"),
    "words": N_("Words"),
    "decision": N_("Decision"),
    "role": N_("Office"),
    "phone": N_("Telephone"),
    "place_in_order": N_("Place in the order of asking"),
    "code": N_("Code from the text"),
    "number": N_("Number"),
    "item": N_("Item"),
    "file": N_("Sheet"),
}
SAID = {
    "asked": N_("Your question was sent."),
    "take": N_("You have taken this case."),
    "release": N_("The case is back at the window."),
    "hand_over": N_("The case is back at your desk."),
    "answer": N_("Your answer was sent to the asking unit."),
    "consult": N_("The community is being asked."),
    "state": N_("The statement was written down."),
    "return": N_("The case went back to the asking unit."),
    "forward": N_("The case was forwarded."),
    "extend": N_("The deadline was extended."),
    "correct": N_("The corrected question was sent."),
    "dispute": N_("Your dispute was sent to the window."),
    "accept": N_("You accepted the answer; the case is closed."),
    "withdraw": N_("The case was withdrawn."),
    "arbitrate": N_("Your decision was recorded."),
    "urge": N_("The case was urged; those who have it are told."),
    "reassign": N_("The case was given to this clerk, who is told."),
    "added": N_("The contact was added."),
    "changed": N_("The contact was changed."),
    "removed": N_("The contact was taken off the roster."),
    "revoked": N_("The session was ended."),
    "batch": N_("The good rows of the batch were asked."),
    "replied": N_("Thank you. Your words were written down."),
}
