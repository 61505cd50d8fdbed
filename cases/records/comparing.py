"""Comparing what a question states with a record: of each stated value whether it is on record, and never what else is.

Said is only what is known. A field that is empty on record is no difference: it is unknown. Nothing on record is "nothing as
stated" where the register is known to hold all of it, and looks like another value there: whoever may only compare does not learn
whether there is a record at all. Where nobody says that the register is complete, that nothing was found says
nothing: all is unknown.
"""

from collections.abc import Iterable, Mapping

from cases.question import Finding, Outcome, Question, Verdict, outcome_of
from cases.records.field_values import same_value

SETTLED = (Outcome.CONFIRMED, Outcome.NO_RECORD)
Verdicts = dict[str, Verdict]


def compared(question: Question, finding: Finding) -> Finding:
    """The finding of a compare made of the record that was found; one that says of the facts itself stays as it is."""
    if finding.facts or finding.outcome not in SETTLED:
        return finding
    # What a register says of its years differs between something found and nothing: the day of its data alone does not.
    seen = {name: day for name, day in finding.evidence.items() if name == "as_of"}
    plain = {"source": finding.source, "evidence": seen, "identity": finding.identity}
    verdicts = verdicts_of(question, finding.records, is_complete(finding))
    if finding.outcome == Outcome.CONFIRMED and not finding.records:  # it says that there is a record, and does not show it
        return Finding.model_validate({**plain, "outcome": Outcome.NOT_DIGITISED})
    return Finding.model_validate({**plain, "outcome": outcome_of(verdicts.values()), "facts": verdicts})


def is_complete(finding: Finding) -> bool:
    """Whether whoever looked says from when on the register holds all of what was asked: only then "none" is an answer."""
    return any(finding.evidence.get(name) for name in ("complete_since", "electronic_from"))


def verdicts_of(question: Question, rows: Iterable[Mapping[str, str]], complete: bool = False) -> Verdicts:
    """Of each stated value whether it is on record. Of several rows the one that agrees most decides: values belong together.
    `complete`: what is in none of the rows is not on record.
    """
    stated = {name: said for name in question.wanted if (said := question.details.get(name, "").strip())}
    nothing = dict.fromkeys(stated, Verdict.DIFFERS if complete else Verdict.UNKNOWN)
    return max((_of_row(question, stated, row) for row in rows), key=_closeness, default=nothing)


def _of_row(question: Question, stated: Mapping[str, str], row: Mapping[str, str]) -> Verdicts:
    return {name: _verdict(question, name, said, row.get(name, "")) for name, said in stated.items()}


def _verdict(question: Question, name: str, said: str, recorded: str) -> Verdict:
    if not recorded:
        return Verdict.UNKNOWN
    return Verdict.AGREES if same_value(question.wanted[name], said, recorded) else Verdict.DIFFERS


def _closeness(verdicts: Verdicts) -> tuple[int, int]:
    said = list(verdicts.values())
    return said.count(Verdict.AGREES), said.count(Verdict.UNKNOWN)
