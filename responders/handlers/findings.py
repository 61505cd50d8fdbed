"""The findings that handlers share: what to say when records are silent, too young, or know the number by another name."""

from cases.question import Finding, Outcome, Question, Source
from responders.handlers import persons
from responders.handlers.persons import PersonQuery


def finding(outcome: Outcome, words: str, **evidence: str) -> Finding:
    """A finding from the department's records."""
    return Finding(outcome=outcome, source=Source.RECORD, words=words, evidence=evidence)


def confirmed(words: str, **evidence: str) -> Finding:
    """The records say so."""
    return finding(Outcome.CONFIRMED, words, **evidence)


def contradicted(words: str, **evidence: str) -> Finding:
    """The records say otherwise."""
    return finding(Outcome.CONTRADICTED, words, **evidence)


def not_digitised(words: str, **evidence: str) -> Finding:
    """A person must look."""
    return finding(Outcome.NOT_DIGITISED, words, **evidence)


def misnamed(name: str) -> Finding:
    """The number belongs to somebody of another name, which is not told: neither confirmed nor a reason to look further.

    `contradicted`, because the statement "this is NAME with this number" is false in the records. Names that the
    person had before a change count as theirs.
    """
    return contradicted(f"登记信息中，“{name}”与所填证件号码不相符。", mismatch="name")


def too_early(question: Question, source: persons.Source) -> Finding | None:
    """The machine's word on a year before its records begin; None where it may look."""
    if question.year is None or question.year >= source.electronic_from:
        return None
    years = {"electronic_from": str(source.electronic_from), "as_of": source.as_of, "near": "not_searched"}
    return not_digitised(f"{source.electronic_from}年以前的档案尚未电子化，需人工查阅纸质档案。", **years)


def traces(source: persons.Source, *asked: PersonQuery, near: str = "") -> dict[str, str]:
    """How close the machine came: which years the records cover, under which forms of the ID numbers it looked, whom it knows.

    For the person who looks next. `near` is one of the words of web.words.words.EVIDENCE_VALUES; without it, whom the records know.
    """
    known = {one.known for one in asked}
    forms = sorted({str(len(form)) for one in asked for form in one.forms if len(form) in (15, 18)})
    near = near or ("" if not asked else "all" if known == {True} else "nobody" if known == {False} else "some")
    found = {"electronic_from": str(source.electronic_from), "as_of": source.as_of, "forms": " ".join(forms), "near": near}
    return {name: value for name, value in found.items() if value}


def silent(question: Question, source: persons.Source, earliest: int, *asked: PersonQuery) -> Finding:
    """Nothing was found about those asked. `earliest` is the first year in which the fact could have happened.

    Where that lies before the records begin, and the question names no later year, it may stand on paper: a person
    must look. Otherwise the records are complete and there is no such entry.
    """
    if question.year is None and earliest < source.electronic_from:
        return not_digitised(
            f"电子登记中未查到；{source.electronic_from}年以前的档案尚未电子化，需人工查阅。",
            **traces(source, *asked),
        )
    return finding(Outcome.NO_RECORD, "登记信息中查无相应记录。")


def settled(question: Question, asked: PersonQuery, source: persons.Source) -> Finding | None:
    """What can be said before the item's own rules: the year is too early, or name and number do not belong together."""
    return too_early(question, source) or (misnamed(asked.name) if asked.misnamed else None)


def without_rows(question: Question, asked: PersonQuery, source: persons.Source, age: int = 0) -> Finding | None:
    """The same, and what can be said where there is no entry; such entries begin at this age."""
    before = settled(question, asked, source)
    return before if before or asked.rows else silent(question, source, asked.born + age, asked)
