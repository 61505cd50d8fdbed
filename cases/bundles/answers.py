"""What became of a bundle's questions, as the joining reads it: an answer that stands, or why none does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from cases.case import Case
from cases.catalogue.catalogue import Catalogue
from cases.catalogue.headline import valid_until, verdicts_of
from cases.lifecycle import ANSWERED, CLOSED, HELD, REFUSED, RETRACTED, RETURNED, WITHDRAWN
from cases.question import Outcome, Source, Verdict


class Missing(StrEnum):
    """Why a question has no answer that stands."""

    OPEN = "open"  # with those who answer
    RETURNED = "returned"  # waits for whoever asked
    HELD = "held"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RETRACTED = "retracted"
    DISPUTED = "disputed"  # an answer was given and is disputed
    NOT_YET = "not_yet"  # can be told from a later day
    TO_ASK = "to_ask"  # its condition has come; it is not asked yet
    NOT_ASKED = "not_asked"  # its condition has come, and it may not be asked
    ANOTHER = "another"  # was corrected, and is now about somebody or something else than the bundle
    KEPT = "kept"  # was answered; its time is over, and nobody is shown any more what was found


WITHOUT = {
    HELD: Missing.HELD, RETURNED: Missing.RETURNED, REFUSED: Missing.REFUSED, WITHDRAWN: Missing.WITHDRAWN,
    RETRACTED: Missing.RETRACTED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """One question's answer. Nothing of it counts where `missing` says why none stands."""

    number: str
    missing: Missing | None
    outcome: str = ""
    source: str = ""
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    valid_until: date | None = None

    @property
    def by_statement(self) -> bool:
        """Whether a contact's statement (grade C) is all it rests on."""
        return self.source == Source.COMMUNITY


def answer_of(case: Case, catalogue: Catalogue) -> Answer:
    """What stands of this case."""
    if missing := _missing(case):
        return Answer(case.number, missing)
    item, finding = catalogue.item(case.item), case.finding or {}
    until = valid_until(item, case.stands_since)
    return Answer(case.number, None, case.outcome, case.source, verdicts_of(item, case, finding), until)


def _missing(case: Case) -> Missing | None:
    if case.state not in (ANSWERED, CLOSED):
        without = {state.value: why for state, why in WITHOUT.items()}
        return without.get(case.state) or (Missing.DISPUTED if case.disputed and case.outcome else Missing.OPEN)
    if case.blocked_at or case.deleted_at:
        return Missing.KEPT
    if case.decide_by is not None:
        return Missing.DISPUTED
    return Missing.NOT_YET if case.outcome == Outcome.AVAILABLE_FROM else None
