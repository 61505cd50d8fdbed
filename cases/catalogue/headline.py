"""The headline of a finding: one rule that makes of its facts a sentence about exactly what was asked, in both languages. Pure.

Whatever is shown, printed or sealed as the outcome comes from here. The rule:

- name and number do not fit: that is said, of which role, and nothing about the item;
- nothing was found, or nothing can be said: the item's own words for it; of a year alone, where the question names one;
- every stated fact agrees: "True", and what the facts say; one differs: "Not true", or "Partly not true" where another agrees;
  what stays unknown is said to be;
- a contact's statement is headed as one, for reference, and is never called true or untrue.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from cases.catalogue.fact import Fact
from cases.catalogue.item import Item
from cases.catalogue.part import Text
from cases.question import Identity, Outcome, Source, Verdict, outcome_of
from storage.office_time import OFFICE

TRUE, NOT_TRUE = Text(zh="属实：", en="True:"), Text(zh="不属实：", en="Not true:")
PARTLY = Text(zh="部分不属实：", en="Partly not true:")
UNSAID = Text(zh="与所述不符，未说明哪一项不符", en="Not as stated; which of the stated facts differs was not said")
STATEMENT = Text(zh="社区陈述，供参考：", en="Community statement, for reference:")
SAID = {
    Outcome.CONFIRMED: Text(zh="联系人称情况如所述", en="the contact says that it is as stated"),
    Outcome.CONTRADICTED: Text(zh="联系人称情况与所述不同", en="the contact says that it is not as stated"),
    Outcome.CANNOT_SAY: Text(zh="联系人说不清楚", en="the contact cannot say"),
}
MISMATCH = Text(zh="身份信息不符", en="Name and number do not fit")
MISFIT = {
    Identity.NAME_DIFFERS: Text(
        zh="{label}的姓名与号码在登记中不相符", en="{label}: in the records this number does not belong to this name"
    ),
    Identity.NOT_KNOWN: Text(zh="登记中没有{label}的这个号码", en="{label}: the records do not have this number"),
}
IN_YEAR = Text(zh="{label}（限所问年份）", en="{label} (for the year asked about)")
LATER = Text(zh="{label}（{day}起可核）", en="{label} (from {day} on)")


def valid_until(item: Item, answered_at: datetime | None) -> date | None:
    """The last day on which an answer of this item may be relied upon; None where the item sets no end."""
    if item.valid_days is None or answered_at is None:
        return None
    return answered_at.astimezone(OFFICE).date() + timedelta(days=item.valid_days)


class Stated(Protocol):
    """What the rule needs of a question."""

    @property
    def details(self) -> Mapping[str, str]: ...
    @property
    def year(self) -> int | None: ...


def given_of(question: Stated) -> set[str]:
    """Names of the details that the question gives, and "year" where it names one."""
    return {name for name, value in question.details.items() if value.strip()} | ({"year"} if question.year else set())


def stated_facts(item: Item, given: Collection[str]) -> list[Fact]:
    """The facts that a question with these details states, the main one first."""
    return [fact for fact in item.facts if fact.is_stated(given)]


def verdicts_of(item: Item, question: Stated, finding: Mapping[str, Any]) -> dict[str, Verdict]:
    """What a finding says of each stated fact; empty where it says nothing that could be told apart.

    A finding without facts (of a clerk, or of a responder that does not know them) confirms all that was stated. Where it
    contradicts, and more than one fact was stated, nobody can tell which.
    """
    stated, outcome = stated_facts(item, given_of(question)), finding.get("outcome")
    said = {code: Verdict(verdict) for code, verdict in (finding.get("facts") or {}).items()}
    if any(fact.code in said for fact in stated):
        told = {fact.code: said.get(fact.code, Verdict.UNKNOWN) for fact in stated}
        return told if outcome_of(told.values()) == outcome else {}
    if outcome == Outcome.CONFIRMED:
        return {fact.code: Verdict.AGREES for fact in stated}
    return {stated[0].code: Verdict.DIFFERS} if outcome == Outcome.CONTRADICTED and len(stated) == 1 else {}


def headline(item: Item, question: Stated, finding: Mapping[str, Any]) -> Text:
    """The sentence that stands above everything else of an answer."""
    outcome, source = Outcome(finding["outcome"]), finding.get("source")
    if outcome == Outcome.IDENTITY_MISMATCH:
        return _mismatch(item, finding.get("identity") or {})
    if source == Source.COMMUNITY and outcome in SAID:
        return _both(STATEMENT, SAID[outcome])
    if outcome in (Outcome.CONFIRMED, Outcome.CONTRADICTED) and item.facts:
        return _told(item, question, finding)
    label = label_of(item, outcome)
    if outcome == Outcome.NO_RECORD and question.year:
        return Text(zh=IN_YEAR.zh.format(label=label.zh), en=IN_YEAR.en.format(label=label.en))
    return _later(label, str(finding["available_on"])) if finding.get("available_on") else label


def short_label(item: Item | None, outcome: str, source: str = "") -> Text:
    """The outcome in a few words, for lists: true whichever of the stated facts agree."""
    if source == Source.COMMUNITY and outcome in SAID:
        return _both(STATEMENT, SAID[Outcome(outcome)])
    return label_of(item, outcome)


def label_of(item: Item | None, outcome: str) -> Text:
    """The item's own words for an outcome; of one that it does not have, that there are none."""
    if outcome == Outcome.IDENTITY_MISMATCH:
        return MISMATCH
    known = {code.value: text for code, text in item.outcomes.items()} if item else {}
    return known.get(outcome, NO_WORDS)


NO_WORDS = Text(zh="（无此结果的说明）", en="(no words for this outcome)")


def _told(item: Item, question: Stated, finding: Mapping[str, Any]) -> Text:
    verdicts = verdicts_of(item, question, finding)
    if not verdicts:
        stated = stated_facts(item, given_of(question))
        return UNSAID if stated and finding["outcome"] == Outcome.CONTRADICTED else label_of(item, finding["outcome"])
    sentences = [fact.sentence(verdicts[fact.code]) for fact in item.facts if fact.code in verdicts]
    words = {name: item.fields[name].by_code for name in item.fields}
    told = {name: words[name][value] for name, value in question.details.items() if value in words.get(name, {})}
    filled = [_filled(sentence, told) for sentence in sentences]
    return _both(_head(verdicts.values()), Text(zh="；".join(one.zh for one in filled), en="; ".join(one.en for one in filled)))


def _head(verdicts: Collection[Verdict]) -> Text:
    if Verdict.DIFFERS not in verdicts:
        return TRUE
    return PARTLY if Verdict.AGREES in verdicts else NOT_TRUE


def _filled(sentence: Text, told: Mapping[str, Text]) -> Text:
    """A sentence with the words of the chosen details in it; what somebody typed never stands in one."""
    zh, en = ({name: text.say(locale) for name, text in told.items()} for locale in ("zh", "en"))
    return Text(zh=sentence.zh.format(**zh), en=sentence.en.format(**en))


def _mismatch(item: Item, identity: Mapping[str, str]) -> Text:
    wrong = [(item.roles[role].label, said) for role, said in identity.items() if role in item.roles and said in MISFIT]
    zh = "；".join(MISFIT[Identity(said)].zh.format(label=label.zh) for label, said in wrong)
    en = "; ".join(MISFIT[Identity(said)].en.format(label=label.en) for label, said in wrong)
    return Text(zh=f"{MISMATCH.zh}：{zh}", en=f"{MISMATCH.en}: {en}") if wrong else MISMATCH


def _later(label: Text, day: str) -> Text:
    return Text(zh=LATER.zh.format(label=label.zh, day=day), en=LATER.en.format(label=label.en, day=day))


def _both(head: Text, rest: Text) -> Text:
    return Text(zh=head.zh + rest.zh, en=f"{head.en} {rest.en}")
