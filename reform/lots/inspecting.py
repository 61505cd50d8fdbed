"""What an inspector enters about a drawn commitment, and what becomes of it."""

from datetime import datetime

from sqlmodel import Session

from access.principal import Principal
from cases.commitments.commitment import CommitmentState, find_commitment
from cases.commitments.moves import move
from cases.rechecks.found_anew import found_again
from cases.rechecks.heard import Found, open_hearing
from cases.rechecks.hearing import BY_LOT, Hearing
from cases.rechecks.inspection import NO_INSPECTION, Inspection, InspectionResult, find_inspection
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import N_, FieldFault, Problem

MOST_WORDS = 2000
NO_RESULT = N_("Choose what you found.")
NO_WORDS = N_("Say what you looked at, where, when and how.")
NO_DOCUMENT = N_("Name the record, document or measurement that it rests on: only facts speak against a commitment.")
TOO_LONG = N_("This may have at most {max_length} characters.")
DONE = N_("The result of this inspection is entered already.")
IN_A_LOT = (CommitmentState.SIGNED, CommitmentState.BEING_CHECKED, CommitmentState.HELD_TRUE)


def enter_result(
    session: Session, number: str, entered: dict[str, str], by: Principal, now: datetime, rulebook: Rulebook
) -> Inspection:
    """Enters result, words and document of one's own inspection. Raises Problem.

    True settles a commitment that nothing else settled; false opens a hearing where none is open by a question, and one that has
    ended is heard anew. What could not be found out, and whom nobody could reach, says nothing against anybody.
    """
    inspection = find_inspection(session, number, by.username, lock=True)
    if not inspection.open:
        raise Problem([FieldFault("", "done", DONE)], 409)
    result, words, document = (entered.get(name, "").strip() for name in ("result", "words", "document"))
    if faults := _faults(result, words, document):
        raise Problem(faults)
    commitment = find_commitment(session, number, lock=True)
    if commitment is None:
        raise Problem([FieldFault("number", "unknown", NO_INSPECTION)], 404)
    inspection.result, inspection.words, inspection.document, inspection.done_at = result, words, document, now
    line = TrailLine.of_person(by, now, "inspection_done", number, details={"result": result})
    trail.write(session, [line.in_state(commitment.state)])
    hearing = session.get(Hearing, number, with_for_update=True)
    found = Found(BY_LOT, (by.username,), {"words": words, "document": document})
    if result == InspectionResult.FALSE and hearing is not None:
        found_again(session, commitment, hearing, found, now, rulebook)
    elif result == InspectionResult.FALSE and commitment.state in IN_A_LOT:
        open_hearing(session, commitment, found, now, rulebook)
    elif result == InspectionResult.TRUE and commitment.state == CommitmentState.SIGNED:
        move(session, commitment, CommitmentState.HELD_TRUE, line)
    return inspection


def _faults(result: str, words: str, document: str) -> list[FieldFault]:
    faults = [] if result in list(InspectionResult) else [FieldFault("result", "missing", NO_RESULT)]
    faults += [] if words else [FieldFault("words", "missing", NO_WORDS)]
    if result == InspectionResult.FALSE and not document:
        faults.append(FieldFault("document", "missing", NO_DOCUMENT))
    long = {"words": words, "document": document}
    return faults + [
        FieldFault(name, "too_long", TOO_LONG, {"max_length": MOST_WORDS}) for name, text in long.items() if len(text) > MOST_WORDS
    ]
