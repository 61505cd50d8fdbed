"""References: whether what stands as the file number of the asker's own case could be one. Pure."""

import re
import unicodedata

from cases.id_numbers import BadNumber, ResidentId
from cases.question import Question
from storage.problem import N_, FieldFault

NO_FILE = N_("This is no file number. Give the number under which your unit keeps this citizen's file.")
NO_PERSON = N_("A file number holds no name and no ID number. Give the number under which your unit keeps the file.")
_SIGNS = re.compile(r"[\W_]+")
_RUNS = "01234567890123456789"


def reference_faults(question: Question) -> list[FieldFault]:
    """A fault where the reference cannot be a file number: without a digit, too short, all alike, counted up, or a person's."""
    text = _SIGNS.sub("", unicodedata.normalize("NFKC", question.reference))
    if _names_somebody(text, question):
        return [FieldFault("reference", "names_somebody", NO_PERSON)]
    return [] if _could_be(text) else [FieldFault("reference", "implausible", NO_FILE)]


def _could_be(text: str) -> bool:
    digits = "".join(one for one in text if one.isdigit())
    alike = len(set(text)) == 1 and len(text) > 1
    counted = len(text) > 2 and text in _RUNS
    return bool(digits) and len(text) > 1 and not alike and not counted


def _names_somebody(text: str, question: Question) -> bool:
    for subject in question.subjects.values():
        if subject.name in text or (subject.id_number or subject.credit_code or "-") in text.upper():
            return True
    try:
        ResidentId.parse(text)
    except BadNumber:
        return False
    return True
