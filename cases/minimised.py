"""The finding of a case without anything that the case's matter does not need: before it is judged, kept, told or noted down."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from pydantic import ValidationError
from sqlmodel import Session, col, select

from broker.letter import Letter
from cases.case import UNOPENED, Case
from cases.catalogue.catalogue import Catalogue
from cases.catalogue.checks import told_values
from cases.question import Finding
from cases.records.minimising import count_beyond, minimised
from storage.bulk_rows import among
from storage.json import Json

log = structlog.get_logger()
BEYOND = "not_needed"  # in a line's details: how many fields were taken out that nobody had asked for


def allowed_fields(case: Case, catalogue: Catalogue) -> set[str]:
    """The fields of its record that a case may hold: those that were asked for, as far as the matter's list still has them."""
    matter = catalogue.matters.get(case.matter)
    return set(case.wanted) & set(matter.listed(case.item, case.mode)) if matter else set()


def kept_finding(case: Case, finding: Mapping[str, Any], catalogue: Catalogue) -> Json:
    """The plain finding as it may be kept about this case."""
    kept = minimised(finding, case.mode, allowed_fields(case, catalogue))
    return told_values(kept, catalogue.item(case.item), case.matter)


def without_beyond(session: Session, letters: Sequence[Letter], catalogue: Catalogue) -> list[Letter]:
    """Finding letters without what their cases do not need, to be kept so: one query. What cannot be read is left."""
    found = select(Case).where(among(session, col(Case.number), [str(letter.body.get("number")) for letter in letters]))
    cases = {case.number: case for case in session.exec(found.options(*UNOPENED))} if letters else {}
    return [_kept_letter(letter, cases.get(str(letter.body.get("number"))), catalogue) for letter in letters]


def _kept_letter(letter: Letter, case: Case | None, catalogue: Catalogue) -> Letter:
    try:
        finding = Finding.model_validate(letter.body.get("finding")).plain()
    except ValidationError:
        return letter
    kept = minimised(finding, case.mode, allowed_fields(case, catalogue)) if case else minimised(finding, "", ())
    return letter.model_copy(update={"body": {**letter.body, "finding": kept}})


def given_by_machine(case: Case, given: Mapping[str, Any], catalogue: Catalogue) -> Json:
    """What a machine gives with its move, with its finding as it may be kept; and how much of it was taken out, if anything."""
    finding, details = given.get("finding"), dict(given.get("details") or {})
    found = finding or details.get("machine")
    if not found:
        return dict(given)
    allowed = allowed_fields(case, catalogue)
    kept, beyond = minimised(found, case.mode, allowed), count_beyond(found, case.mode, allowed)
    details |= {"machine": kept} if "machine" in details else {}
    if beyond:
        log.warning("fields_not_needed", item=case.item, matter=case.matter, number=case.number, fields=beyond)
        details |= {BEYOND: beyond}
    return {**given, **({"finding": kept} if finding else {}), **({"details": details} if details else {})}
