"""From the entries under somebody's number to a finding: whose they are, what they say of each fact, what is called none. Pure."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from cases.catalogue.fact import Fact
from cases.catalogue.item import Item
from cases.names import comparison_form
from cases.question import LONGEST_VALUE, Finding, Outcome, Question, Verdict
from cases.records.field_values import BadValue, read_value, same_value
from responders.handlers import persons
from responders.handlers.findings import answered, misnamed, not_digitised, outside_years, recorded, silent, traces, verdict
from responders.handlers.persons import PersonQuery, Source
from responders.handlers.places import same_place
from responders.sources.entries import UNREADABLE, Entry
from responders.sources.source_file import FactRule, SourceFile

AGREES, DIFFERS, UNKNOWN = Verdict.AGREES, Verdict.DIFFERS, Verdict.UNKNOWN
NO_NAME = "登记中该号码下没有姓名，需人工核对。"
TWO_NAMES = "登记中该号码下有不同的姓名，需人工核对。"
UNSURE = "登记中可能有此人的条目，按证件号码无法确定，需人工核对。"
NOT_CLEAR = "登记的内容无法由机器核对，需人工核对。"
NO_PAST = "登记只有现时的内容，所问年份的情况需人工核查。"
_NO_SIGN = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Answering:
    """What is said of an item by one source. `role` is whom its questions are about."""

    item: Item
    file: SourceFile
    role: str

    def finding(
        self, question: Question, person: PersonQuery, entries: Sequence[Entry], unsure: Set[str], source: Source
    ) -> Finding:
        """The finding. `unsure`: names (compared form) of entries under no readable number, `""` among them for a blank one."""
        early = outside_years(question, source)
        other = early or self._misnamed(person, entries, source)
        if other:
            return other
        found = self._said(question, person, entries, source)
        if unsure & {"", comparison_form(person.name), *person.names} and self._may_lack(found, entries):
            return not_digitised(UNSURE, **traces(source, person, near="words"))
        if self.file.coverage.keeps == "present" and question.year is not None and not self._may_tell_past(found):
            return not_digitised(NO_PAST, **traces(source, person, near="not_searched"))
        return found

    def _misnamed(self, person: PersonQuery, entries: Sequence[Entry], source: Source) -> Finding | None:
        if any(not one.names for one in entries):
            return not_digitised(NO_NAME, **traces(source, person, near="words"))
        own = [comparison_form(person.name) in one.names for one in entries]
        if any(own) and not all(own):
            return not_digitised(TWO_NAMES, **traces(source, person, near="words"))
        person.also_called(*(one.name for one in entries), *(one.former_name for one in entries if one.former_name))
        return misnamed(source, **{self.role: person})

    def _may_lack(self, found: Finding, entries: Sequence[Entry]) -> bool:
        """Whether another entry of this person could change what is said."""
        denied = found.outcome in (Outcome.NO_RECORD, Outcome.CONTRADICTED) or DIFFERS in found.facts.values()
        return self.item.is_query or not entries or denied

    def _may_tell_past(self, found: Finding) -> bool:
        return not self.item.is_query and found.outcome == Outcome.CONFIRMED

    def _said(self, question: Question, person: PersonQuery, entries: Sequence[Entry], source: Source) -> Finding:
        if self.item.is_query:
            return self._listed(question, person, entries, source)
        if not entries:
            return self._none(question, person, source)
        span = span_of(question, source)
        facts, entry = max(((self._facts(question, one, span), one) for one in entries), key=lambda pair: _closeness(pair[0]))
        if next(iter(facts.values()), UNKNOWN) == UNKNOWN:
            return not_digitised(NOT_CLEAR, **traces(source, person, near="words"))
        return answered("", facts, self._values(facts, entry), **self._evidence(entry, source))

    def _values(self, facts: Mapping[str, Verdict], entry: Entry) -> dict[str, str]:
        """The record's own words on the facts of which the item tells them for some matter; the house looks for which."""
        rules = {fact.code: self.file.facts.get(fact.code) for fact in self.item.facts if fact.code in facts and fact.reveals_for}
        told = {code: entry.value(rule.value) for code, rule in rules.items() if rule and rule.value}
        return {code: value[:LONGEST_VALUE] for code, value in told.items() if value not in ("", UNREADABLE)}

    def _none(self, question: Question, person: PersonQuery, source: Source) -> Finding:
        coverage = self.file.coverage
        return silent(question, source, person.born + coverage.from_age, person, lasts=coverage.keeps != "events")

    def _listed(self, question: Question, person: PersonQuery, entries: Sequence[Entry], source: Source) -> Finding:
        coverage, span = self.file.coverage, span_of(question, source)
        whole = coverage.keeps == "events" or (coverage.lists == "all" and question.year is None)
        held = [(one, _happened(one, question) if whole else is_held(one, span, question.year)) for one in entries]
        listed = sorted((one for one, said in held if said == AGREES), key=lambda one: (one.since, one.until or "9"))
        rows = [row for one in listed if (row := self._fields(one, question)) is not None]
        doubtful = any(said == UNKNOWN for _, said in held) or len(rows) < len(listed)
        if doubtful or (self.item.rows == "one" and len(rows) > 1):
            return not_digitised(NOT_CLEAR, **traces(source, person, near="words"))
        if not rows:
            return self._none(question, person, source)
        return recorded(rows, electronic_from=str(source.electronic_from), as_of=source.as_of)

    def _fields(self, entry: Entry, question: Question) -> Mapping[str, str] | None:
        """The fields of an entry in the form of their kinds; None where one cannot be read: its record would look empty there."""
        told = {}
        for name in self.file.values.keys() & self.item.by_field.keys():
            if text := self._translated(name, entry.value(name)):
                try:
                    told[name] = read_value(self.item.by_field[name].kind, text)
                except BadValue:
                    if name in question.wanted or not question.wanted:
                        return None
        return told

    def _translated(self, name: str, text: str) -> str:
        """What the register writes as the code of a choice; `*` stands for all that is not named."""
        codes = self.file.choices.get(name)
        return codes.get(text, codes.get("*", UNREADABLE)) if codes and text else text

    def _facts(self, question: Question, entry: Entry, span: tuple[str, str]) -> dict[str, Verdict]:
        given = {name for name, text in question.details.items() if text.strip()}
        given |= {"year"} if question.year is not None else set()
        facts: dict[str, Verdict] = {}
        for fact in self.item.facts:
            if fact.is_stated(given) and fact.can_be(facts):
                facts[fact.code] = self._verdict(question, fact, entry, span)
        return facts

    def _verdict(self, question: Question, fact: Fact, entry: Entry, span: tuple[str, str]) -> Verdict:
        if (rule := self.file.facts.get(fact.code)) is None:
            return UNKNOWN
        said = [AGREES] if rule.there else []
        if rule.value:
            said.append(self._compared(rule, question, entry))
        if rule.held:
            said.append(is_held(entry, span, question.year))
        return DIFFERS if DIFFERS in said else UNKNOWN if UNKNOWN in said else AGREES

    def _compared(self, rule: FactRule, question: Question, entry: Entry) -> Verdict:
        recorded_value = self._translated(rule.value, entry.value(rule.value))
        if not recorded_value or recorded_value == UNREADABLE:
            return UNKNOWN
        if rule.one_of:
            return verdict(comparison_form(recorded_value) in map(comparison_form, rule.one_of))
        stated = str(question.year or "") if rule.detail == "year" else question.details.get(rule.detail, "").strip()
        return compare(rule, stated, recorded_value, self.file.coverage.region) if stated else UNKNOWN

    def _evidence(self, entry: Entry, source: Source) -> dict[str, str]:
        until = "" if entry.until == UNREADABLE or (entry.until and entry.until >= source.as_of) else entry.until[:4]
        form = persons.form(entry.number) if self.item.roles[self.role].kind == "person" else ""
        since = "" if entry.since == UNREADABLE else entry.since[:4]
        return {"id_form": form, "from": since, "to": until, "as_of": source.as_of}


def compare(rule: FactRule, stated: str, recorded_value: str, region: str) -> Verdict:
    """Whether a stated value is the recorded one. Unknown: an address that is not the same for certain, no value of its kind."""
    if rule.kind == "address":
        return AGREES if same_place(stated, recorded_value, region) else UNKNOWN
    if rule.kind == "id":
        return verdict(_letters(stated) == _letters(recorded_value))
    try:
        if rule.kind == "year":
            return verdict(read_value("date", recorded_value)[:4] == stated)
        read_value(rule.kind, recorded_value)
    except BadValue:
        return UNKNOWN
    return verdict(same_value(rule.kind, stated, recorded_value))


def is_held(entry: Entry, span: tuple[str, str], year: int | None) -> Verdict:
    """Whether it is in force on some day of the span; `until` is the last day on which it is."""
    if UNREADABLE in (entry.since, entry.until):
        return UNKNOWN
    if (entry.since and entry.since > span[1]) or (entry.until and entry.until < span[0]):
        return DIFFERS
    return UNKNOWN if year is not None and not entry.since else AGREES


def span_of(question: Question, source: Source) -> tuple[str, str]:
    """First and last day of the asked year; without a year the source's own day."""
    if question.year is None:
        return source.as_of, source.as_of
    return f"{question.year}-01-01", min(f"{question.year}-12-31", source.as_of)


def _happened(entry: Entry, question: Question) -> Verdict:
    if question.year is None:
        return AGREES
    return UNKNOWN if entry.since in ("", UNREADABLE) else verdict(entry.since[:4] == str(question.year))


def _closeness(facts: Mapping[str, Verdict]) -> tuple[bool, bool, int, int]:
    said = list(facts.values())
    main = said[0] if said else UNKNOWN
    return main == AGREES, main == UNKNOWN, said.count(AGREES), said.count(UNKNOWN)


def _letters(text: str) -> str:
    return _NO_SIGN.sub("", comparison_form(text))
