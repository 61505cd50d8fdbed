"""Words for what the reform office does, on the trail and in its histories: English msgids, translated when shown."""

from storage.problem import N_

REFORM_ACTIONS = {
    "source_add": N_("Register put on the board"),
    "source_change": N_("Register changed"),
    "source_letter": N_("Letter attached to a register"),
    "reform_paper_look": N_("Photograph or letter looked at"),
    "saving_rule": N_("Rule of what is saved set"),
    "sighting_add": N_("Certificate seen by a monitoring point"),
    "nothing_seen": N_("Month reported: nothing seen"),
    "report_urged": N_("Missing report urged"),
    "sighting_told": N_("Whoever asked for the certificate was told"),
    "sighting_to_tell": N_("Joined to a certificate that nobody may demand"),
    "sighting_joined": N_("Joined to a certificate of the directory"),
    "sighting_added": N_("Put into the directory of certificates"),
    "sighting_dismissed": N_("Report of a certificate dismissed"),
    "revision_add": N_("Document to revise entered"),
    "revision_change": N_("Document to revise changed"),
}
