"""The headline of an answer: one rule that makes of a finding's facts a sentence in both languages. Pure.

Whatever is shown, printed or sealed as the outcome comes from here. The rule:

- name and number do not fit, or the number is not there: that is said, of which role, and nothing about the item;
- nothing was found, or nothing can be said: the item's own words for it; of a year alone, where the question names one;
- every stated fact agrees: "True", and what the facts say; every one differs: "Not true"; some differ: "Partly not true"; none
  differs but some stay unknown: "True as far as it could be established". What stays unknown is said to be;
- of facts that the question did not state, nothing follows for what it did: that is said;
- a fact that needs another (a divorce, a marriage) is told of only where that one agrees;
- of an item of class query: whether there is a record, as of the day of the register, and nothing of what it says; where values
  were stated to be compared, "Match", "No match" and so on in place of true and untrue;
- whatever rests on a contact's statement is headed as one, for reference, and is never called true or untrue.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from cases.catalogue.fact import WHEN, Fact
from cases.catalogue.item import Item
from cases.catalogue.part import Text
from cases.catalogue.role import Role
from cases.question import Identity, Outcome, Source, Verdict, outcome_of
from storage.office_time import OFFICE

TRUE, NOT_TRUE = Text(zh="属实：", en="True:"), Text(zh="不属实：", en="Not true:")
PARTLY = Text(zh="部分不属实：", en="Partly not true:")
SO_FAR = Text(zh="已核实部分属实：", en="True as far as it could be established:")
MATCH, NO_MATCH = Text(zh="一致：", en="Match:"), Text(zh="不一致：", en="No match:")
PARTLY_MATCH = Text(zh="部分不一致：", en="Partly no match:")
MATCH_SO_FAR = Text(zh="已比对部分一致：", en="Match as far as it could be compared:")
HEADS = {False: (TRUE, SO_FAR, NOT_TRUE, PARTLY), True: (MATCH, MATCH_SO_FAR, NO_MATCH, PARTLY_MATCH)}  # by whether it compares
AS_OF = Text(zh="{label}（登记数据截至{day}）", en="{label} (register as of {day})")
UNSAID = Text(zh="与所述不符，未说明哪一项不符", en="Not as stated; which of the stated facts differs was not said")
UNTOUCHED = Text(zh="答复未涉及所述内容，不能视为与所述相符或不符", en="The answer does not say whether what was stated is so")
STATEMENT = Text(zh="社区陈述，供参考：", en="Community statement, for reference:")
SAID = {
    Outcome.CONFIRMED: Text(zh="联系人称情况如所述", en="the contact says that it is as stated"),
    Outcome.CONTRADICTED: Text(zh="联系人称情况与所述不同", en="the contact says that it is not as stated"),
    Outcome.NO_RECORD: Text(zh="联系人称不了解此事", en="the contact does not know of it"),
    Outcome.CANNOT_SAY: Text(zh="联系人说不清楚", en="the contact cannot say"),
    Outcome.IDENTITY_MISMATCH: Text(zh="联系人称身份信息与所述不符", en="the contact says that the person is not as named"),
}
MISMATCH = Text(zh="身份信息不符", en="Name and number do not fit")
NUMBER_NOT_FOUND = Text(zh="号码未查到", en="Number not found")
NUMBERS = {"person": Text(zh="身份证号码", en="ID number"), "enterprise": Text(zh="统一社会信用代码", en="credit code")}
MISFIT = {
    Identity.NAME_DIFFERS: Text(
        zh="登记中，{label}的{name}与{number}不相符", en="{label}: in the records this {number} does not belong to this name"
    ),
    Identity.NOT_KNOWN: Text(zh="登记中没有{label}的这个{number}", en="{label}: the records do not have this {number}"),
}
IN_YEAR = Text(zh="{label}（限所问年份）", en="{label} (for the year asked about)")
TIMES = {
    True: Text(zh="所问年份", en="in the year asked about"),
    False: Text(zh="截至登记数据日", en="on the day of the records"),  # a question without a year: nothing later is known
}
LATER = Text(zh="待定，{day}起可核实", en="Can be told from {day} on")


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

    So it is where the finding names none of the stated facts: others prove nothing. A finding without facts (of a clerk, or of a
    responder that does not know them) confirms all that was stated. Where it contradicts, and more than one fact was stated, nobody
    can tell which.
    """
    stated, outcome = stated_facts(item, given_of(question)), finding.get("outcome")
    said = {code: Verdict(verdict) for code, verdict in (finding.get("facts") or {}).items()}
    if said:
        told = {fact.code: said.get(fact.code, Verdict.UNKNOWN) for fact in stated if fact.can_be(said)}
        touched = any(fact.code in said for fact in stated)
        return told if touched and outcome_of(told.values()) == outcome else {}
    if outcome == Outcome.CONFIRMED:
        return {fact.code: Verdict.AGREES for fact in stated}
    return {stated[0].code: Verdict.DIFFERS} if outcome == Outcome.CONTRADICTED and len(stated) == 1 else {}


def headline(item: Item, question: Stated, finding: Mapping[str, Any]) -> Text:
    """The sentence that stands above everything else of an answer."""
    outcome, source = Outcome(finding["outcome"]), finding.get("source")
    if source == Source.COMMUNITY:
        return _both(STATEMENT, SAID.get(outcome) or _found(item, question, finding))
    if outcome == Outcome.IDENTITY_MISMATCH:
        return _mismatch(item, finding.get("identity") or {})
    if outcome in (Outcome.CONFIRMED, Outcome.CONTRADICTED) and item.facts:
        return _told(item, question, finding)
    return _found(item, question, finding)


def short_label(item: Item | None, outcome: str, source: str = "") -> Text:
    """The outcome in a few words, for lists: true whichever of the stated facts agree."""
    if source == Source.COMMUNITY:
        return _both(STATEMENT, SAID[Outcome(outcome)] if outcome in SAID else label_of(item, outcome))
    return label_of(item, outcome)


def label_of(item: Item | None, outcome: str) -> Text:
    """The item's own words for an outcome; of one that it does not have, that there are none."""
    if outcome == Outcome.IDENTITY_MISMATCH:
        return MISMATCH
    known = {code.value: text for code, text in item.outcomes.items()} if item else {}
    return known.get(outcome, NO_WORDS)


NO_WORDS = Text(zh="（无此结果的说明）", en="(no words for this outcome)")


def _found(item: Item, question: Stated, finding: Mapping[str, Any]) -> Text:
    """What is said where no fact can be: nothing found, nothing to be said, not yet."""
    label, day = label_of(item, finding["outcome"]), finding.get("available_on")
    if day:
        return Text(zh=LATER.zh.format(day=day), en=LATER.en.format(day=day))
    as_of = (finding.get("evidence") or {}).get("as_of")
    if item.is_query and as_of and finding["outcome"] in (Outcome.CONFIRMED, Outcome.NO_RECORD):
        label = _in_year(label) if question.year else label
        return Text(zh=AS_OF.zh.format(label=label.zh, day=as_of), en=AS_OF.en.format(label=label.en, day=as_of))
    return _in_year(label) if finding["outcome"] == Outcome.NO_RECORD and question.year else label


def _in_year(label: Text) -> Text:
    return Text(zh=IN_YEAR.zh.format(label=label.zh), en=IN_YEAR.en.format(label=label.en))


def _told(item: Item, question: Stated, finding: Mapping[str, Any]) -> Text:
    verdicts = verdicts_of(item, question, finding)
    if not verdicts and finding.get("facts"):
        return UNTOUCHED
    if not verdicts:
        stated = stated_facts(item, given_of(question))
        return UNSAID if stated and finding["outcome"] == Outcome.CONTRADICTED else _found(item, question, finding)
    sentences = [fact.sentence(verdicts[fact.code]) for fact in item.facts if fact.code in verdicts]
    words = {name: item.fields[name].by_code for name in item.fields}
    told: dict[str, Text] = {name: words[name][value] for name, value in question.details.items() if value in words.get(name, {})}
    told[WHEN] = TIMES[question.year is not None]
    filled = [_filled(sentence, told) for sentence in sentences]
    return _both(
        _head(verdicts.values(), item), Text(zh="；".join(one.zh for one in filled), en="; ".join(one.en for one in filled))
    )


def _head(verdicts: Collection[Verdict], item: Item) -> Text:
    every, so_far, none, partly = HEADS[item.is_query]
    if Verdict.DIFFERS not in verdicts:
        return so_far if Verdict.UNKNOWN in verdicts else every
    return none if set(verdicts) == {Verdict.DIFFERS} else partly


def _filled(sentence: Text, told: Mapping[str, Text]) -> Text:
    """A sentence with the words of the chosen details in it; what somebody typed never stands in one."""
    zh, en = ({name: text.say(locale) for name, text in told.items()} for locale in ("zh", "en"))
    return Text(zh=sentence.zh.format(**zh), en=sentence.en.format(**en))


def _mismatch(item: Item, identity: Mapping[str, str]) -> Text:
    wrong = [(item.roles[role], said) for role, said in identity.items() if role in item.roles and said in MISFIT]
    if not wrong:
        return MISMATCH
    head = MISMATCH if Identity.NAME_DIFFERS in [said for _, said in wrong] else NUMBER_NOT_FOUND
    zh = "；".join(_misfit(role, said).zh for role, said in wrong)
    en = "; ".join(_misfit(role, said).en for role, said in wrong)
    return Text(zh=f"{head.zh}：{zh}", en=f"{head.en}. {en}")


def _misfit(role: Role, said: str) -> Text:
    words, number, name = MISFIT[Identity(said)], NUMBERS[role.kind], "姓名" if role.kind == "person" else "名称"
    return Text(
        zh=words.zh.format(label=role.label.zh, number=number.zh, name=name),
        en=words.en.format(label=role.label.en, number=number.en),
    )


def _both(head: Text, rest: Text) -> Text:
    return Text(zh=head.zh + rest.zh, en=f"{head.en} {rest.en}")
