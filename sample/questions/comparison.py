"""Compares a machine's finding with the expected answer: everything in it that is not so."""

from collections.abc import Iterator, Mapping, Sequence

from cases.catalogue.catalogue import Item
from cases.catalogue.checks import check_finding
from cases.catalogue.headline import HEADS, given_of, headline, stated_facts
from cases.catalogue.part import Text
from cases.question import Finding, Identity, Outcome, Question, Verdict
from responders.intake import FOR_A_PERSON
from sample.city.truth import Truth


def untruths(truth: Truth, item: Item, question: Question, finding: Finding) -> list[str]:
    """In a few words each; empty for a true answer. What only sends the question to a person says nothing, and is never wrong."""
    wrong = [fault.field for fault in check_finding(finding.plain(), item)]
    if finding.outcome in FOR_A_PERSON:
        return wrong
    if finding.outcome == Outcome.AVAILABLE_FROM:
        too_soon = finding.available_on is None or finding.available_on <= truth.city.today
        return [*wrong, *(["could be told today"] if too_soon else [])]
    if finding.outcome == Outcome.IDENTITY_MISMATCH:
        return [*wrong, *_wrong_identity(truth, question, finding)]
    if question.mode == "query":
        return [*wrong, *_wrong_records(truth, item, question, finding), *_wrong_headline(item, question, finding)]
    return [*wrong, *_wrong_facts(truth, item, question, finding), *_wrong_headline(item, question, finding)]


def _wrong_records(truth: Truth, item: Item, question: Question, finding: Finding) -> Iterator[str]:
    """The rows that were given back are those of the city, in whatever order, and no other field is in them.

    Of fields that are the same in every row one row is given: how many people stand in a household is told to nobody who may not
    know who they are.
    """
    so = truth.so(question)
    if finding.outcome == Outcome.NO_RECORD and not so.none:
        yield "there is one"
    if finding.outcome == Outcome.CONFIRMED and not all(map(truth.belongs, question.subjects.values())):
        yield "shown though a name and a number do not belong together"
    rows = [{name: value for name, value in row.items() if not question.wanted or name in question.wanted} for row in so.records]
    if question.wanted and all(item.by_field[name].once for name in question.wanted):
        rows = rows[:1]
    if _sorted(finding.records) != _sorted([row for row in rows if row]):
        yield f"{len(rows)} rows stand there, {len(finding.records)} were given back"


def _sorted(rows: Sequence[Mapping[str, str]]) -> list[list[tuple[str, str]]]:
    return sorted(sorted(row.items()) for row in rows)


def _wrong_identity(truth: Truth, question: Question, finding: Finding) -> Iterator[str]:
    if all(truth.belongs(subject) for subject in question.subjects.values()):
        yield "names and numbers do belong together"
    for role, said in finding.identity.items():
        subject = question.subjects[role]
        if (said == Identity.AGREES) != truth.belongs(subject) and said != Identity.NOT_KNOWN:
            yield f"identity of {role}"
        if said == Identity.NAME_DIFFERS and not truth.knows(subject):
            yield f"{role} has a number that nobody has"


def _wrong_facts(truth: Truth, item: Item, question: Question, finding: Finding) -> Iterator[str]:
    so = truth.so(question)
    stated = {fact.code for fact in stated_facts(item, given_of(question))}
    yield from (f"{code} is not stated" for code in finding.facts.keys() - stated)
    for code, verdict in finding.facts.items():
        if verdict != Verdict.UNKNOWN and so.facts[code] is not (verdict == Verdict.AGREES):
            yield f"{code} is {so.facts[code]}, said: {verdict}"
    if Verdict.AGREES in finding.facts.values() and not all(map(truth.belongs, question.subjects.values())):
        yield "agrees though a name and a number do not belong together"
    if finding.outcome == Outcome.NO_RECORD and not so.none:
        yield "there is one"
    yield from (f"value of {code}" for code, value in finding.values.items() if value != so.values.get(code))


def _wrong_headline(item: Item, question: Question, finding: Finding) -> Iterator[str]:
    said = headline(item, question, finding.plain())
    for locale in ("zh", "en"):
        words = said.say(locale)
        if question.mode == "query":
            if not _tells_when(words, item.outcomes[finding.outcome].say(locale), question, finding):
                yield f"headline ({locale}): {words}"
        elif finding.outcome == Outcome.NO_RECORD:
            plain = words == item.outcomes[Outcome.NO_RECORD].say(locale)
            if plain == bool(question.year):
                yield f"headline ({locale}): {words}"
        elif not words.startswith(_head(finding, item).say(locale)):
            yield f"headline ({locale}): {words}"


def _tells_when(words: str, label: str, question: Question, finding: Finding) -> bool:
    """Of a register that it has or has not such entries: on which day, and that the asked year alone was looked at."""
    year = "所问年份" in words or "the year asked about" in words
    as_of = finding.evidence.get("as_of")
    return words.startswith(label) and as_of is not None and as_of in words and year == bool(question.year)


def _head(finding: Finding, item: Item) -> Text:
    said, (every, so_far, none, partly) = set(finding.facts.values()), HEADS[item.is_query]
    if Verdict.DIFFERS not in said:
        return so_far if Verdict.UNKNOWN in said else every
    return none if said == {Verdict.DIFFERS} else partly
