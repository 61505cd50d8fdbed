"""What a case that was asked about a commitment says of it: true, false, or nothing that could be verified."""

from datetime import date
from typing import NamedTuple

from cases.case import Case
from cases.lifecycle import ANSWERED, CLOSED, SETTLED
from cases.question import Outcome, Source, Verdict
from cases.rechecks.own_check import Result
from storage.json import Json

EVIDENCE = (Source.RECORD, Source.ARCHIVE)  # what may contradict a commitment: a register or an archive, and no neighbour's word


class Held(NamedTuple):
    """The result, and a code of why where nothing could be verified; `later` where it can be told only from that day."""

    result: Result
    reason: str = ""
    later: date | None = None


def held_against(case: Case) -> Held | None:
    """What this case says now; None while an answer is owed."""
    if case.state not in SETTLED:
        return None
    if case.state not in (ANSWERED, CLOSED) or not case.outcome or not case.finding:
        return Held(Result.NOT_VERIFIABLE, "withdrawn")
    if case.outcome == Outcome.CONFIRMED:
        return Held(Result.TRUE)
    if case.outcome == Outcome.CONTRADICTED:
        return _contradicted(case)
    later = date.fromisoformat(str(case.finding["available_on"])) if case.outcome == Outcome.AVAILABLE_FROM else None
    return Held(Result.NOT_VERIFIABLE, str(case.outcome), later)


def _contradicted(case: Case) -> Held:
    if case.source not in EVIDENCE:
        return Held(Result.NOT_VERIFIABLE, "statement_only")
    return Held(Result.FALSE) if _by_facts(case.finding or {}) else Held(Result.NOT_VERIFIABLE, "no_fact")


def _by_facts(finding: Json) -> bool:
    """Whether a fact differs; of an item that knows no facts the outcome is the one fact there is."""
    facts = finding.get("facts") or {}
    return Verdict.DIFFERS in facts.values() if facts else True


def record_of(case: Case) -> Json:
    """What the record shows, as it is kept with the hearing: which facts differ, and what that rests on."""
    finding = case.finding or {}
    differs = [code for code, said in (finding.get("facts") or {}).items() if said == Verdict.DIFFERS]
    return {"differs": differs, "source": case.source, "holder": case.holder, "item": case.item}
