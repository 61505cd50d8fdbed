"""Words of what was saved: classes, ways of adding up, fields of a rule. English msgids, translated when shown."""

from storage.problem import N_

CLASS_WORDS = {
    "not_needed": N_("Not needed"),
    "cancelled": N_("Cancelled"),
    "commitment": N_("Commitment in its place"),
    "query": N_("Looked up directly"),
    "check": N_("Checked between departments"),
}
GROUPS = {
    "way": N_("By way"),
    "subject": N_("By certificate and item"),
    "unit": N_("By asking unit"),
    "matter": N_("By matter"),
}
RULE_FIELDS = {
    "since": N_("Holds from"),
    "journeys": N_("Journeys"),
    "papers": N_("Papers"),
    "days": N_("Days of waiting"),
    "document": N_("Document it rests on"),
}
