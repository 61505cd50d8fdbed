"""Words of documents to revise: states, fields of their history. English msgids, translated when shown."""

from reform.revisions.revision import RevisionState
from storage.problem import N_

STATE_WORDS = {
    RevisionState.OPEN.value: N_("Nothing done yet"),
    RevisionState.DRAFTED.value: N_("New wording drafted"),
    RevisionState.SUBMITTED.value: N_("Put before who decides"),
    RevisionState.REVISED.value: N_("Revised"),
    RevisionState.KEPT.value: N_("Stays as it is"),
}
REVISION_FIELDS = {
    "title": N_("Title of the document"),
    "document_number": N_("Number of the document"),
    "clause": N_("Clause"),
    "issuer": N_("Authority that issued it"),
    "unit": N_("Unit that revises it"),
    "certificate": N_("Certificate that it demands"),
    "due_on": N_("To be revised by"),
    "state": N_("State"),
    "note": N_("Remark"),
}
