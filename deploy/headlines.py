"""Every headline that an answer can have, in both languages: `python -m deploy.headlines > docs/headlines.md`."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, pairwise, product

from cases.catalogue.catalogue import Item, load
from cases.catalogue.headline import headline, stated_facts
from cases.catalogue.part import Text
from cases.question import Finding, Identity, Outcome, Source, Verdict, outcome_of
from contacts.statements import OUTCOMES

YEAR, DAY = 2010, date(2027, 3, 1)
RECORDS = (Source.RECORD, Source.ARCHIVE)
HEAD = """# Headlines

What stands above an answer, for every item and everything that can be found: written by `python -m deploy.headlines` from the
catalogue and the one rule in `cases/catalogue/headline.py`. A fact of an answer `agrees`, `differs` or is `unknown`; which facts a
question states follows from the details that it gives. Record and archive are worded alike, a contact's statement never as true or
untrue. Where a question chooses (a relation), the first choice stands for all.
"""
COLUMNS = ("the question gives", "found", "outcome", "中文", "English")


@dataclass(frozen=True, slots=True)
class Asked:
    """As much of a question as a headline needs."""

    details: dict[str, str] = field(default_factory=dict)
    year: int | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """What it gives beside the subjects."""
        return (*self.details, *(["year"] if self.year else []))


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer: what was asked, the finding, and its headline."""

    asked: Asked
    finding: Finding
    headline: Text


def entries(item: Item) -> Iterator[Entry]:
    """Every kind of answer that this item can have."""
    for asked in questions(item):
        for finding in findings(item, asked):
            yield Entry(asked, finding, headline(item, asked, finding.plain()))


def questions(item: Item) -> Iterator[Asked]:
    """One question for each set of facts that can be stated together, with and without a year; a choice in all its values."""
    needed = [detail for detail in item.details if detail.required]
    seen = set()
    for chosen in _free(item):
        facts = (tuple(fact.code for fact in stated_facts(item, {*chosen, *(d.name for d in needed)})), "year" in chosen)
        if facts not in seen:
            seen.add(facts)
            for values in product(*([choice.code for choice in detail.choices] or ["…"] for detail in needed)):
                details = dict(zip((d.name for d in needed), values, strict=True)) | {n: "…" for n in chosen if n != "year"}
                yield Asked(details, YEAR if "year" in chosen else None)


def _free(item: Item) -> list[tuple[str, ...]]:
    """Which further fields a question may give; of values that are compared, whose sentences are alike, one and two at a time."""
    compared = [(name,) for name in item.by_field] if "compare" in item.modes else []
    pairs = [(one[0], other[0]) for one, other in pairwise(compared)]
    free = [*(d.name for d in item.details if not d.required and not d.compares), *([] if item.is_query else ["year"])]
    return [*(chosen for size in range(len(free) + 1) for chosen in combinations(free, size)), *compared, *pairs]


def findings(item: Item, asked: Asked) -> Iterator[Finding]:
    """All findings that an answer to this question can be: by facts, without facts, without a hit, with a wrong identity."""
    for source, facts in product(RECORDS, _verdicts(item, asked)):
        yield _finding(source, outcome_of(facts.values()), facts=facts)
    for outcome in (Outcome.CONFIRMED, Outcome.NO_RECORD) if item.is_query and not asked.details else ():
        yield _finding(Source.RECORD, outcome, evidence={"as_of": DAY.isoformat()})
    for source, outcome in product(Source, item.outcomes):
        later = {"available_on": DAY} if outcome == Outcome.AVAILABLE_FROM else {}
        if source != Source.COMMUNITY or outcome in OUTCOMES:
            yield _finding(source, outcome, **later)
    for source, identity in product(RECORDS, _identities(item)):
        yield _finding(source, Outcome.IDENTITY_MISMATCH, identity=identity)


def _verdicts(item: Item, asked: Asked) -> Iterator[dict[str, Verdict]]:
    stated = [fact.code for fact in stated_facts(item, asked.given)]
    for verdicts in product(Verdict, repeat=len(stated)) if stated else ():
        said = dict(zip(stated, verdicts, strict=True))
        if not any(fact.is_at_odds(said) for fact in item.facts):
            yield said


def _identities(item: Item) -> Iterator[dict[str, Identity]]:
    roles = list(item.roles)
    for kinds in product(Identity, repeat=len(roles)):
        if set(kinds) != {Identity.AGREES}:
            yield dict(zip(roles, kinds, strict=True))


def _finding(source: Source, outcome: Outcome, **more: object) -> Finding:
    return Finding.model_validate({"source": source, "outcome": outcome, **more})


def text() -> str:
    """The document as the file in docs/."""
    return HEAD + "".join(_section(item) for item in load().items.values())


def _section(item: Item) -> str:
    rows = dict.fromkeys(_row(entry) for entry in entries(item) if _chooses_first(item, entry.asked))
    lines = ["| " + " | ".join(row) + " |" for row in (COLUMNS, ("---",) * len(COLUMNS), *rows)]
    return f"\n## `{item.code}` {item.title.zh} / {item.title.en}\n\n" + "\n".join(lines) + "\n"


def _chooses_first(item: Item, asked: Asked) -> bool:
    """The other choices read alike: the document has but the first of each."""
    chosen = [asked.details[d.name] == d.choices[0].code for d in item.details if d.choices and d.name in asked.details]
    return all(chosen)


def _row(entry: Entry) -> tuple[str, ...]:
    """One line; record and archive are written as one, a mismatch but once."""
    asked, finding, said = entry.asked, entry.finding, entry.headline
    given = ", ".join(asked.given) or "nothing further"
    if finding.outcome == Outcome.IDENTITY_MISMATCH:
        given = "whatever"
    return given, _found(finding), finding.outcome, said.zh, said.en


def _found(finding: Finding) -> str:
    if finding.source == Source.COMMUNITY:
        return "a contact's statement"
    said = finding.facts or finding.identity or finding.evidence
    return ", ".join(f"{name} {word}" for name, word in said.items()) or "no facts named"


if __name__ == "__main__":
    sys.stdout.write(text())
