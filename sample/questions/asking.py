"""Asking the departments' machines many questions: each item's handler once, over the record stores."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from cases.catalogue.catalogue import Catalogue
from cases.question import Finding, Outcome, Question, Source
from cases.records.comparing import compared
from cases.records.minimising import leaving
from responders import handlers
from responders.intake import FOR_A_PERSON

BATCH = 2000


def ask_machines(folder: Path, catalogue: Catalogue, questions: Sequence[Question]) -> list[Finding]:
    """The finding for each question, in the same order; where a department has no machine for an item, a person must look."""
    known, places = handlers.load(), defaultdict(list)
    for place, question in enumerate(questions):
        places[question.item].append(place)
    unknown = Finding(outcome=Outcome.NOT_DIGITISED, source=Source.RECORD)
    found = dict.fromkeys(range(len(questions)), unknown)
    for item, these in places.items():
        if item in known:
            with closing(handlers.open_records(known[item], folder / f"{catalogue.item(item).holder}.sqlite")) as records:
                for start in range(0, len(these), BATCH):
                    batch = these[start : start + BATCH]
                    told = known[item].find(records, [questions[place] for place in batch])
                    found.update(zip(batch, map(_as_sent, [questions[place] for place in batch], told), strict=True))
    return list(found.values())


def _as_sent(question: Question, finding: Finding) -> Finding:
    """As an agent sends it: of what is compared the verdicts alone, of a query what its matter needs, where it names that."""
    if question.mode == "compare":
        return leaving(question, compared(question, finding))
    return leaving(question, finding) if question.wanted else finding


def share_by_machine(findings: Sequence[Finding]) -> float:
    """The share that no person need look at."""
    return sum(finding.outcome not in FOR_A_PERSON for finding in findings) / len(findings)
