"""The finding of a case without anything that the case's matter does not need: before it is judged, kept, told or noted down."""

from collections.abc import Mapping
from typing import Any

from cases.case import Case
from cases.catalogue.catalogue import Catalogue
from cases.catalogue.checks import told_values
from cases.records.minimising import count_beyond, minimised
from storage.json import Json

BEYOND = "not_needed"  # in a line's details: how many fields were taken out that nobody had asked for


def allowed_fields(case: Case, catalogue: Catalogue) -> set[str]:
    """The fields of its record that a case may hold: those that were asked for, as far as the matter's list still has them."""
    matter = catalogue.matters.get(case.matter)
    return set(case.wanted) & set(matter.listed(case.item, case.mode)) if matter else set()


def kept_finding(case: Case, finding: Mapping[str, Any], catalogue: Catalogue) -> Json:
    """The plain finding as it may be kept about this case."""
    kept = minimised(finding, case.mode, allowed_fields(case, catalogue))
    return told_values(kept, catalogue.item(case.item), case.matter)


def given_by_machine(case: Case, given: Mapping[str, Any], catalogue: Catalogue) -> Json:
    """What a machine gives with its move, with its finding as it may be kept; and how much of it was taken out, if anything."""
    finding, details = given.get("finding"), dict(given.get("details") or {})
    found = finding or details.get("machine")
    if not found:
        return dict(given)
    allowed = allowed_fields(case, catalogue)
    kept, beyond = minimised(found, case.mode, allowed), count_beyond(found, case.mode, allowed)
    details |= {"machine": kept} if "machine" in details else {}
    details |= {BEYOND: beyond} if beyond else {}
    return {**given, **({"finding": kept} if finding else {}), **({"details": details} if details else {})}
