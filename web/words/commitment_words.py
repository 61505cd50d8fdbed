"""Labels for where commitments and their papers stand, and for what was done with them: English msgids, translated when shown."""

from storage.problem import N_
from web.words.recheck_words import RECHECK_ACTIONS

COMMITMENT_STATES = {
    "drafted": N_("Not signed yet"),
    "signed": N_("Signed"),
    "being_checked": N_("Being checked"),
    "held_true": N_("Checked: true"),
    "found_false": N_("Contradicted by a check; the person is being heard"),
    "objected": N_("Contradicted by a check; the person objects"),
    "stands_false": N_("Not true: on the list"),
    "corrected": N_("Taken off the list"),
    "expired": N_("Its time is over"),
    "taken_back": N_("Taken back by the person"),
}
PAPER_STATES = {
    "awaited": N_("Paper to follow"),
    "handed_in": N_("Paper handed in"),
    "missed": N_("Paper missed"),
}
# What the trail says was done.
COMMITMENT_ACTIONS = {
    **RECHECK_ACTIONS,
    "commitment_draft": N_("Text of a commitment prepared"),
    "commitment_sign": N_("Commitment signed before the clerk"),
    "commitment_drop": N_("Unsigned commitment thrown away"),
    "commitment_back": N_("Commitment taken back by the person"),
    "commitment_expire": N_("The time of the commitment is over"),
    "commitment_paper": N_("The paper that follows was handed in"),
    "commitment_put_off": N_("The day for the paper was put off"),
    "commitment_remind": N_("Reminded of the paper that follows"),
    "commitment_missed": N_("The day for the paper was missed"),
}
