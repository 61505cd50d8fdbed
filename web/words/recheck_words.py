"""Labels for commitments that are checked later: checks, hearings, inspections, the list. English msgids.

What is said of a hearing is what happened, and never what somebody is.
"""

from storage.problem import N_

HEARINGS = {
    "to_tell": N_("Letter to be handed over"),
    "told": N_("The person may object"),
    "objected": N_("Objected: waits for a decision"),
    "stands": N_("Decided: the commitment does not hold"),
    "falls": N_("Decided: nothing stands against the commitment"),
    "ended": N_("Ended: the answer it rested on was changed or withdrawn"),
}
FOUND_BY = {
    "check": N_("by a question of the system"),
    "lot": N_("by an inspector who was drawn by lot"),
}
HOW_TOLD = {
    "handed": N_("Handed over at the counter"),
    "posted": N_("Delivered by post"),
    "refused": N_("Shown at the counter; the person did not take it"),
}
LATE = {
    "accepted": N_("Taken into account"),
    "refused": N_("Not taken into account"),
}
CHECK_RESULTS = {
    "true": N_("Agrees with the record"),
    "false": N_("Contradicted"),
    "not_verifiable": N_("Could not be verified"),
}
# Why a check was not asked, or why nothing could be verified.
CHECK_REASONS = {
    "not_granted": N_("The unit has no permission to ask this item for checking commitments. Apply for it under Permissions."),
    "nobody_answers": N_("Nobody answers this item at present."),
    "matter_not_allowed": N_("The catalogue does not allow this item for checking commitments."),
    "unknown_item": N_("The catalogue does not have the item that would prove it."),
    "no_question": N_("What was stated does not make a question that the item takes, or the text has changed since."),
    "frozen": N_("The unit is frozen: nothing is asked for it."),
    "no_record": N_("There is no record about it. That says nothing against the commitment."),
    "cannot_say": N_("Who was asked cannot say."),
    "not_digitised": N_("The records about it are not electronic."),
    "identity_mismatch": N_("Name and number do not belong together where it was asked. That says nothing about what was stated."),
    "available_from": N_("It can be told only later: it is asked again."),
    "withdrawn": N_("The question or its answer was withdrawn."),
    "statement_only": N_("Only a community's statement speaks against it, and no record. That proves nothing."),
    "no_fact": N_("The answer names no fact that differs."),
}
INSPECTIONS = {
    "true": N_("What was stated is true"),
    "false": N_("What was stated is not true"),
    "not_found": N_("It could not be found out"),
    "unreachable": N_("The person could not be reached"),
}
RECHECK_ACTIONS = {
    "check_asked": N_("Commitment: checked by a question"),
    "check_not_asked": N_("Commitment: could not be checked"),
    "check_settled": N_("Commitment: answer held against it"),
    "found_false": N_("Commitment contradicted: the person is to be heard"),
    "person_texted": N_("Texted that a letter waits"),
    "letter_printed": N_("Letter about a checked commitment made out"),
    "letter_overdue": N_("Letter not handed over in time"),
    "hearing_told": N_("Letter has reached the person"),
    "objection": N_("Objection written down"),
    "hearing_look": N_("Hearing about a commitment looked at"),
    "hearing_overdue": N_("Decision about a commitment overdue"),
    "hearing_decided": N_("Decided about a commitment"),
    "hearing_ended": N_("Hearing ended: the answer it rested on was changed"),
    "list_look": N_("List of commitments looked at by a person's number"),
    "list_off_asked": N_("Taking off the list proposed"),
    "list_off_declined": N_("Taking off the list declined"),
    "list_off": N_("Taken off the list"),
    "list_expired": N_("Off the list: its time is over"),
    "lot_sealed": N_("Secret of a month's lot sealed"),
    "lot_closed": N_("Lists of a month's lot closed"),
    "lot_drawn": N_("Lot drawn"),
    "inspection_look": N_("Drawn commitment looked at"),
    "inspection_done": N_("Result of an inspection entered"),
    "inspection_overdue": N_("Inspection overdue"),
}
