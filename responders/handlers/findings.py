"""The findings that handlers share: what to say when records are silent, too young, or know the number by another name."""

from collections.abc import Iterable, Mapping

from cases.question import Finding, Outcome, Question, Source, Verdict, outcome_of
from responders.handlers import persons
from responders.handlers.persons import PersonQuery

AGREES, DIFFERS = Verdict.AGREES, Verdict.DIFFERS


def finding(outcome: Outcome, words: str, said: Mapping[str, object] | None = None, /, **evidence: str) -> Finding:
    """A finding from the department's records; `said` are its further fields. Evidence that is empty is left out."""
    told = {name: value for name, value in evidence.items() if value}
    return Finding.model_validate({"outcome": outcome, "source": Source.RECORD, "words": words, "evidence": told, **(said or {})})


def answered(words: str, facts: dict[str, Verdict], values: Mapping[str, object] | None = None, /, **evidence: str) -> Finding:
    """What the records say of each fact that the question states, the main one first; the outcome follows from that.

    `values` are the records' own on a fact, by its code: the house tells them only where the item allows it.
    """
    return finding(outcome_of(facts.values()), words, {"facts": facts, "values": values or {}}, **evidence)


def recorded(rows: Iterable[Mapping[str, object]], /, **evidence: str) -> Finding:
    """What is on record for a question of an item of class query: a row each of field and value. There must be one at least.

    A value may be a text, a day, a number or None; what is empty is left out. Give whatever the question has in `wanted`, and a row
    as it stands: further fields are taken out before the letter is made, and of what is only compared no field leaves.
    """
    written = [{name: said for name, value in row.items() if (said := "" if value is None else str(value).strip())} for row in rows]
    return finding(Outcome.CONFIRMED, "", {"records": [row for row in written if row]}, **evidence)


def verdict(agrees: bool) -> Verdict:
    """AGREES or DIFFERS."""
    return AGREES if agrees else DIFFERS


def year_fact(question: Question, day: str) -> dict[str, Verdict]:
    """Whether what happened on this day (ISO) happened in the year that the question names; nothing where it names none."""
    return {} if question.year is None else {"year": verdict(int(day[:4]) == question.year)}


def not_digitised(words: str, **evidence: str) -> Finding:
    """A person must look."""
    return finding(Outcome.NOT_DIGITISED, words, **evidence)


def misnamed(source: persons.Source, **asked: PersonQuery) -> Finding | None:
    """That a number belongs to somebody of another name, who is not told; None where all names fit.

    `asked` are the people by their roles. It says nothing about the item. Names that a person had before a change count as theirs.
    """
    if not any(one.misnamed for one in asked.values()):
        return None
    identity = {role: one.identity for role, one in asked.items()}
    return finding(Outcome.IDENTITY_MISMATCH, "", {"identity": identity}, as_of=source.as_of)


def outside_years(question: Question, source: persons.Source) -> Finding | None:
    """The machine's word on a year before its records begin or after the day they are kept up to; None where it may look."""
    if question.year is None or source.electronic_from <= question.year <= int(source.as_of[:4]):
        return None
    years = {"electronic_from": str(source.electronic_from), "as_of": source.as_of, "near": "not_searched"}
    if question.year > source.electronic_from:
        return not_digitised(f"电子登记只更新到{source.as_of}，不含{question.year}年，需人工核查。", **years)
    return not_digitised(f"{source.electronic_from}年以前的档案尚未电子化，需人工查阅纸质档案。", **years)


def traces(source: persons.Source, *asked: PersonQuery, near: str = "") -> dict[str, str]:
    """How close the machine came: which years the records cover, under which forms of the ID numbers it looked, whom it knows.

    For the person who looks next. `near` is one of the words of web.words.words.EVIDENCE_VALUES; without it, whom the records know.
    """
    known = {one.known for one in asked}
    forms = sorted({str(len(form)) for one in asked for form in one.forms if len(form) in (15, 18)})
    near = near or ("" if not asked else "all" if known == {True} else "nobody" if known == {False} else "some")
    return {"electronic_from": str(source.electronic_from), "as_of": source.as_of, "forms": " ".join(forms), "near": near}


def silent(question: Question, source: persons.Source, earliest: int, *asked: PersonQuery, lasts: bool = False) -> Finding:
    """Nothing was found about those asked. `earliest` is the first year in which the fact could have happened.

    A register that is complete for today says so of today. Where the fact may lie before the records begin, it may stand on paper:
    a person must look. A year in the question says when it happened, and rules that out; but not where it `lasts` (a marriage, a
    house): what stood in that year may have begun before the records, unless the register held by then all that was so.
    Otherwise the records are complete and there is no such entry.
    """
    of_today = question.year is None and source.complete_since
    decided = of_today if question.year is None else not lasts or _held_all(source, question.year)
    if earliest < source.electronic_from and not decided:
        return not_digitised(
            f"电子登记中未查到；{source.electronic_from}年以前的档案尚未电子化，需人工查阅。",
            **traces(source, *asked),
        )
    since = {"complete_since": source.complete_since} if of_today else {"electronic_from": str(source.electronic_from)}
    return finding(Outcome.NO_RECORD, f"截至{source.as_of}，登记中查无相应记录。", as_of=source.as_of, **since)


def _held_all(source: persons.Source, year: int) -> bool:
    """Whether the register held all that was so on the first day of that year."""
    return bool(source.complete_since) and source.complete_since <= f"{year}-01-01"


def settled(question: Question, asked: PersonQuery, source: persons.Source) -> Finding | None:
    """What can be said before the item's own rules: the records do not hold the year, or name and number do not belong together."""
    return outside_years(question, source) or misnamed(source, person=asked)


def without_rows(
    question: Question, asked: PersonQuery, source: persons.Source, age: int = 0, lasts: bool = False
) -> Finding | None:
    """The same, and what can be said where there is no entry; such entries begin at this age, and may last (see `silent`)."""
    before = settled(question, asked, source)
    return before if before or asked.rows else silent(question, source, asked.born + age, asked, lasts=lasts)
