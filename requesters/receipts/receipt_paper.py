"""The content of a receipt's page, in Chinese and English."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from access.units import Unit
from cases.case import Case
from cases.catalogue.headline import headline, valid_until, verdicts_of
from cases.catalogue.item import Item
from cases.catalogue.matter import Matter
from cases.catalogue.part import Text
from cases.errands.errand import Errand
from cases.question import GRADES, Outcome, Source, Subject, Verdict
from requesters.receipts.paper import TITLE, Pair, Paper, Row
from requesters.receipts.record_paper import with_record
from storage.office_time import office_time
from web.words.document_words import document_words
from web.words.words import EVIDENCE, EVIDENCE_VALUES, SOURCES

STATEMENT_TITLE = ("社区陈述，供参考", "Community statement, for reference")
# What kind of evidence it is, in words that a stranger to the system understands.
GRADE_WORDS = {
    "A": ("甲级：由机器从反馈单位的电子登记中读取", "A: read by machine from the answering unit's electronic records"),
    "B": ("乙级：由工作人员查阅档案所得", "B: read by a clerk in the archive"),
    "C": ("丙级：社区联系人的陈述，未经登记或档案印证", "C: a contact's statement, not borne out by records or archive"),
}
PASSED_ON = ("本单位转达联系人的陈述，不对其内容作证明。", "The unit passes on what the contact said and does not certify it.")
AGAIN = (
    "本结果不涉及所问事项。请核对姓名和号码后重新提交。",
    "This says nothing about what was asked. Compare name and number, and ask again.",
)
ONLY_FOR = ("仅供{unit}办理“{matter}”使用，他用无效。", "For {unit} alone, and for this matter alone: {matter}.")
VERDICT_WORDS = {
    Verdict.AGREES: ("与所述一致", "as stated"),
    Verdict.DIFFERS: ("与所述不同", "not as stated"),
    Verdict.UNKNOWN: ("未能核实", "could not be established"),
}
UNTIL = ("{day}止", "until {day}")
# Evidence that stands on the paper, in this order; what else a finding has is for those who look at the case.
ON_PAPER = (
    "as_of",
    "year",
    "electronic_from",
    "complete_since",
    "archive",
    "role",
    "channel",
    "call",
    "said_at",
    "said",
    "known_by",
)


def receipt_paper(
    case: Case, kinds: tuple[Item, Matter], units: Mapping[str, Unit], mark: str, verify_url: str, say: Callable[[str, str], str]
) -> Paper:
    """What stands on the receipt of this answered case; ID numbers are masked. `mark` says whose paper it is.

    `say(locale, sentence)` translates a sentence of a machine; what a clerk wrote stays as it is.
    """
    item, matter = kinds
    finding = case.finding or {}
    told = headline(item, case, finding)
    words = _both(item, str(finding.get("words", "")), say)
    use = (("使用范围", "To be used"), _only_for(_unit(units, case.unit), matter))
    asked, found = (
        _asked(case, item, matter, units),
        [*_facts(item, case, finding), *_found(case, item, say), *_station(units, case), use],
    )
    title = STATEMENT_TITLE if case.source == Source.COMMUNITY else TITLE
    outcome = (("反馈结果", "Outcome"), (told.zh, told.en))
    paper = Paper(case.number, _unit(units, case.holder), asked, outcome, found, words, mark, verify_url, title)
    return with_record(paper, case, item) if item.is_query else paper


def _station(units: Mapping[str, Unit], case: Case) -> list[Row]:
    """Where within the unit it was answered, if at a station; letterhead and seal are the unit's."""
    return [(("办理单位", "Answered at"), _unit(units, case.told_station))] if case.told_station else []


def on_errand(paper: Paper, errand: Errand | None) -> Paper:
    """The same with whose errand it was, the number masked, and who ran it; as it is for what was asked at a window."""
    if errand is None:
        return paper
    rows = (
        (("代办", "On the errand of"), (f"{errand.name}  {errand.masked}", "")),
        (("代办员", "Their agent"), (errand.agent_name, "")),
    )
    return replace(paper, asked=[*paper.asked, *rows])


def _only_for(unit: Pair, matter: Matter) -> Pair:
    zh = ONLY_FOR[0].format(unit=unit[0], matter=matter.title.zh)
    return zh, ONLY_FOR[1].format(unit=unit[1] or unit[0], matter=matter.title.en)


def _facts(item: Item, case: Case, finding: Mapping[str, Any]) -> list[Row]:
    """What was found of each thing that was stated, where that were several; and the records' own values that may be told."""
    verdicts, values = verdicts_of(item, case, finding), finding.get("values") or {}
    said = [fact for fact in item.facts if fact.code in verdicts] if len(verdicts) > 1 or case.mode == "compare" else []
    rows = [(_label(fact.label), VERDICT_WORDS[verdicts[fact.code]]) for fact in said]
    for fact in item.facts:
        if fact.code in values:
            rows.append(((f"{fact.label.zh}（登记）", f"{fact.label.en}, on record"), (values[fact.code], "")))
    return rows


def _both(item: Item, words: str, say: Callable[[str, str], str]) -> str:
    """The words in Chinese, and after them in English where that is not the same."""
    told = [" ".join(say(locale, item.retold(words, locale)).split()) for locale in ("zh", "en")]
    return " / ".join(dict.fromkeys(told))


def _asked(case: Case, item: Item, matter: Matter, units: Mapping[str, Unit]) -> list[Row]:
    rows: list[Row] = [
        (("核查事项", "Item"), (item.title.zh, item.title.en)),
        (("办理事项", "Matter"), (matter.title.zh, matter.title.en)),
        (("请求单位", "Asked by"), _unit(units, case.unit)),
        (("请求单位业务编号", "Asker's file number"), (case.reference, "")),
        (("用途说明", "Purpose"), (case.purpose, "")),
    ]
    rows += [(_label(item.roles[role].label), _subject(subject)) for role, subject in case.subjects.items() if role in item.roles]
    rows += [
        (_label(item.fields[name].label), _detail(item, name, value)) for name, value in case.details.items() if name in item.fields
    ]
    rows += [(("事实发生年份", "Year of the event or entry"), (str(case.year), ""))] if case.year else []
    return rows


def _found(case: Case, item: Item, say: Callable[[str, str], str]) -> list[Row]:
    source, finding = Source(case.source), case.finding or {}
    evidence, until = finding.get("evidence") or {}, valid_until(item, case.stands_since)
    rows: list[Row] = []
    if case.outcome == Outcome.IDENTITY_MISMATCH:
        rows.append((("如何处理", "What to do"), AGAIN))
    rows.append((("依据来源", "Source"), (say("zh", SOURCES[source]), say("en", SOURCES[source]))))
    if source == Source.COMMUNITY:
        rows.append((("陈述的性质", "What this is"), PASSED_ON))
    told = [name for name in ON_PAPER if name != "electronic_from" or not item.is_query]  # a certificate names the whole period
    rows += [_evidence(name, str(evidence[name]), say) for name in told if evidence.get(name)]
    rows.append((("证据等级", "Grade"), GRADE_WORDS[GRADES[source]]))
    rows.append((("反馈时间", "Answered at"), (office_time(case.answered_at), "")))
    if case.amended_at:
        rows.append((("更正时间", "Amended at"), (office_time(case.amended_at), "")))
    if until:
        rows.append((("有效期", "May be relied upon"), (UNTIL[0].format(day=until), UNTIL[1].format(day=until))))
    return rows


def _evidence(name: str, value: str, say: Callable[[str, str], str]) -> Row:
    known = EVIDENCE_VALUES.get(name, {}).get(value)
    shown = office_time(datetime.fromisoformat(value)) if name == "said_at" else value
    words = (say("zh", known), say("en", known)) if known else (shown, "")
    return (say("zh", EVIDENCE[name]), say("en", EVIDENCE[name])), words


def _label(text: Text) -> Pair:
    return text.zh, text.en


def _unit(units: Mapping[str, Unit], code: str) -> Pair:
    return (units[code].name_zh, units[code].name_en) if code in units else (code, "")


def _subject(subject: Subject) -> Pair:
    said = "  ".join(filter(None, (subject.name, subject.other_name, subject.masked)))
    kinds = [document_words(subject, locale) for locale in ("zh", "en")]
    return (f"{said}  {kinds[0]}", f"{said}  {kinds[1]}") if kinds[0] else (said, "")


def _detail(item: Item, name: str, value: str) -> Pair:
    choice = item.fields[name].by_code.get(value)
    return (choice.zh, choice.en) if choice else (value, "")
