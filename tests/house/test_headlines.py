"""No headline says more than its facts: every item, everything that can be found, both languages."""

import re
from collections.abc import Iterator
from functools import cache

import pytest

from cases.catalogue.catalogue import Item, load
from cases.catalogue.checks import check_finding
from cases.catalogue.fact import WHEN
from cases.catalogue.headline import (
    HEADS,
    MATCH,
    NO_MATCH,
    NOT_TRUE,
    TIMES,
    TRUE,
    UNTOUCHED,
    headline,
    stated_facts,
    verdicts_of,
)  # fmt: skip
from cases.catalogue.part import Text
from cases.question import Identity, Outcome, Source, Verdict
from deploy import headlines
from deploy.headlines import Asked, Entry, text
from tests.house.rooms import ROOT

ITEMS = load().items
EVERY_HEAD = [head for heads in HEADS.values() for head in heads]
JOINTS = {"zh": "；", "en": "; "}
PROOF = re.compile(r"属实|证明|证实|(?i:\b(true|untrue|prov|certif|confirm))")
CJK, LATIN = re.compile("[一-鿿]"), re.compile("[A-Za-z{}_]")
CODE = re.compile(r"[a-z]_[a-z]|[{}]")


@cache
def entries(code: str) -> list[Entry]:
    """Everything that can be found of this item, thought up once for all tests."""
    return list(headlines.entries(ITEMS[code]))


def lies(item: Item, entry: Entry) -> list[str]:
    """Everything in this headline that its finding denies or does not say."""
    return [f"{locale}: {what}: {entry.headline.say(locale)}" for locale in JOINTS for what in _lies(item, entry, locale)]


def _lies(item: Item, entry: Entry, locale: str) -> Iterator[str]:
    words, finding = entry.headline.say(locale), entry.finding
    if finding.source == Source.COMMUNITY and PROOF.search(words):
        yield "a statement is called proof"
    if any(word in words for word in item.forbidden):
        yield "a forbidden word"
    if CODE.search(words) or (LATIN if locale == "zh" else CJK).search(words):
        yield "a code, or the other language"
    yield from _told_otherwise(item, entry, locale)
    yield from _headed_otherwise(entry, locale)


def _told_otherwise(item: Item, entry: Entry, locale: str) -> Iterator[str]:
    """Sentences of facts that stand there though the finding says otherwise, or nothing, of them."""
    finding, parts = entry.finding, _parts(entry.headline.say(locale), locale)
    verdicts = verdicts_of(item, entry.asked, finding.plain()) if finding.source != Source.COMMUNITY else {}
    chosen = {name: item.fields[name].by_code[value].say(locale) for name, value in entry.asked.details.items() if value != "…"}
    chosen[WHEN] = TIMES[entry.asked.year is not None].say(locale)
    for fact in item.facts:
        for verdict in Verdict:
            said = fact.sentence(verdict).say(locale).format(**chosen) in parts
            if said != (verdicts.get(fact.code) == verdict and finding.outcome in (Outcome.CONFIRMED, Outcome.CONTRADICTED)):
                yield f"{fact.code} {verdict} {'is' if said else 'is not'} told"
            if said and finding.facts and finding.facts[fact.code] != verdict:
                yield f"{fact.code} is {finding.facts[fact.code]}"


def _parts(words: str, locale: str) -> list[str]:
    for head in EVERY_HEAD:
        words = words.removeprefix(head.say(locale)).strip()
    return words.split(JOINTS[locale])


def _headed_otherwise(entry: Entry, locale: str) -> Iterator[str]:
    """True and untrue stand only above facts that all are so, or all are not; nothing but an unfit name is called unfit."""
    words, said = entry.headline.say(locale), set(entry.finding.facts.values())
    called_true, untrue = (TRUE.say(locale), MATCH.say(locale)), (NOT_TRUE.say(locale), NO_MATCH.say(locale))
    if words.startswith(called_true) and (said - {Verdict.AGREES} or entry.finding.outcome != Outcome.CONFIRMED):
        yield "called true"
    if words.startswith(untrue) and entry.finding.outcome != Outcome.CONTRADICTED:
        yield "called untrue"
    unfit = {"zh": "不相符", "en": "does not belong"}[locale] in words
    recorded = entry.finding.source != Source.COMMUNITY
    if unfit != (recorded and Identity.NAME_DIFFERS in entry.finding.identity.values()):
        yield "name and number"


def test_the_committed_document_is_the_one_the_code_writes() -> None:
    written = (ROOT / "docs/headlines.md").read_text(encoding="utf-8")

    assert written == text(), "run `python -m deploy.headlines > docs/headlines.md`"


@pytest.mark.parametrize("code", ITEMS)
def test_no_headline_says_what_its_facts_deny(code: str) -> None:
    item = ITEMS[code]
    told = entries(code)

    assert [lie for entry in told for lie in lies(item, entry)] == []
    assert {entry.finding.outcome for entry in told} == {*item.outcomes, Outcome.IDENTITY_MISMATCH}
    assert {entry.finding.source for entry in told} == set(Source)
    facts = {(code, verdict) for entry in told for code, verdict in entry.finding.facts.items()}
    assert facts == {(fact.code, verdict) for fact in item.facts for verdict in Verdict}


@pytest.mark.parametrize("code", ITEMS)
def test_every_finding_of_the_document_is_one_that_hecha_takes(code: str) -> None:
    item = ITEMS[code]

    assert [entry for entry in entries(code) if check_finding(entry.finding.plain(), item)] == []


@pytest.mark.parametrize("code", ITEMS)
def test_a_headline_of_another_finding_would_be_seen(code: str) -> None:
    """The same sentence under the opposite finding is a lie; so is a word that no answer may use."""
    item = ITEMS[code]
    told = [entry for entry in entries(code) if entry.finding.facts]
    opposite = {Verdict.AGREES: Verdict.DIFFERS, Verdict.DIFFERS: Verdict.AGREES, Verdict.UNKNOWN: Verdict.UNKNOWN}
    for entry in told:
        first = item.facts[[fact.code for fact in item.facts].index(next(iter(entry.finding.facts)))]
        turned = entry.finding.facts | {first.code: opposite[entry.finding.facts[first.code]]}
        if turned != entry.finding.facts:
            false = Entry(entry.asked, entry.finding.model_copy(update={"facts": turned}), entry.headline)
            assert lies(item, false), entry
    any_ = next(iter(told or entries(code)))  # an item whose fields are only shown states nothing
    for words in ("属实：marital_status", "{label}"):
        assert lies(item, Entry(any_.asked, any_.finding, Text(zh=words, en=words)))


def test_what_needs_another_fact_is_not_told_without_it() -> None:
    """No divorce is told of where there is no marriage, and no day where there is no registration."""
    needing = {code: [fact for fact in item.facts if fact.needs] for code, item in ITEMS.items()}

    assert {code for code, facts in needing.items() if facts} >= {"birth", "death", "marriage", "household_history"}
    for code, facts in needing.items():
        for entry in entries(code):
            for fact in facts:
                if entry.finding.facts.get(fact.needs, Verdict.AGREES) != Verdict.AGREES:
                    assert not any(fact.sentence(verdict).en in entry.headline.en for verdict in Verdict)


@pytest.mark.parametrize(("verdict", "outcome"), [(Verdict.AGREES, "confirmed"), (Verdict.DIFFERS, "contradicted")])
def test_facts_that_were_not_stated_say_nothing_of_what_was(verdict: Verdict, outcome: str) -> None:
    """Of every item: a finding that names only other facts than the stated ones is never headed true, and never untrue."""
    met = 0
    for item in ITEMS.values():
        for asked in {entry.asked.given: entry.asked for entry in entries(item.code)}.values():
            stated = {fact.code for fact in stated_facts(item, asked.given)}
            for other in {fact.code for fact in item.facts} - stated:
                found = {"outcome": outcome, "source": "record", "facts": {other: verdict}}
                assert (verdicts_of(item, asked, found), headline(item, asked, found)) == ({}, UNTOUCHED)
                met += 1
    assert met > 10
    assert headline(ITEMS["adopter_children"], Asked({"children": "0"}), {**found, "facts": {"children": verdict}}) == UNTOUCHED
