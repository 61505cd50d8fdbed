"""Words for what the reform office does, on the trail and in its histories: English msgids, translated when shown."""

from storage.problem import N_

REFORM_ACTIONS = {
    "source_add": N_("Register put on the board"),
    "source_change": N_("Register changed"),
    "source_letter": N_("Letter attached to a register"),
    "reform_paper_look": N_("Photograph or letter looked at"),
    "saving_rule": N_("Rule of what is saved set"),
}
