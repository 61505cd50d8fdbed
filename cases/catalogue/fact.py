"""A fact: one thing that a question of an item states, and what is said where it agrees, differs or stays unknown."""

from collections.abc import Collection, Mapping

from cases.catalogue.part import Code, Part, Text
from cases.question import Verdict

WHEN = "when"  # stands in braces in a sentence for the time that a question is about: its year, or the day of the records

UNKNOWN = Text(zh="{label}：未能核实", en="{label}: could not be established")


class Fact(Part):
    """One fact. It is stated always, or only where a detail (or the year) is given, or where none of some are."""

    code: str = Code
    label: Text
    agrees: Text
    differs: Text
    unknown: Text | None = None
    stated_with: str = ""  # a detail's name, or "year"; empty: every question states it
    stated_without: tuple[str, ...] = ()  # not stated where one of these is given
    needs: str = ""  # another fact, before it, without which this one cannot be: it is told of only where that one agrees
    reveals_for: tuple[str, ...] = ()  # matters for which the record's own value may be told

    def is_stated(self, given: Collection[str]) -> bool:
        """Whether a question with these details given (and "year") states this fact."""
        return (not self.stated_with or self.stated_with in given) and not set(self.stated_without) & set(given)

    def can_be(self, said: Mapping[str, Verdict]) -> bool:
        """Whether anything can be told of this beside what is said of the other facts, by their codes."""
        return not self.needs or said.get(self.needs) == Verdict.AGREES

    def is_at_odds(self, said: Mapping[str, Verdict]) -> bool:
        """Whether what is said of this cannot be: a divorce found, and whether there was a marriage is not known."""
        wrong = (Verdict.AGREES,) if said.get(self.needs) == Verdict.DIFFERS else (Verdict.AGREES, Verdict.DIFFERS)
        return not self.can_be(said) and said.get(self.code) in wrong

    def sentence(self, verdict: Verdict) -> Text:
        """What is said of this fact; never more than the verdict."""
        if verdict == Verdict.AGREES:
            return self.agrees
        if verdict == Verdict.DIFFERS:
            return self.differs
        return self.unknown or Text(zh=UNKNOWN.zh.format(label=self.label.zh), en=UNKNOWN.en.format(label=self.label.en))
