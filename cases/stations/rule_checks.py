"""What is wrong with a station rule, and what is said where two of them overlap; for loaded sheets and the administrators' form."""

from collections.abc import Callable, Collection, Mapping

from cases.catalogue.catalogue import Catalogue
from cases.stations.rules import IN_WORDS, LONGEST_PREFIX, SHORTEST_PREFIX, Overlap, RuleKind, StationRule, can_fit
from storage.problem import N_, FieldFault

NO_STATION = N_("There is no such station of this unit.")
NO_ITEM = N_("There is no such item in the catalogue.")
NEVER_FITS = N_("Questions of this item name nothing of this kind, so the rule would never fit.")
NO_VALUE = N_("Say which words or digits lead to the station.")
NO_PREFIX = N_("Give two to six digits with which an ID number begins: province, city and county.")
NO_COMMUNITY = N_("There is no community of this name in the roster. Write its name as it stands there.")
TOO_SHORT = N_("One character alone stands in too many addresses. Give at least two.")
NO_WORDS_HERE = N_("A rule for every question of its item has no words or digits.")
UNREACHABLE = N_("The rule {rule} is never reached: {other} fits whatever it fits, and goes first.")
OVERLAP = N_("The rule {rule} also fits what {other} takes; the more exact {other} goes first.")


def faults_of_rule(
    rule: StationRule, stations: Mapping[str, str], catalogue: Catalogue, communities: Collection[str]
) -> list[FieldFault]:
    """Every fault of a rule. `stations`: unit by station; `communities`: their names in the roster."""
    faults = [] if stations.get(rule.station) == rule.unit else [FieldFault("station", "unknown", NO_STATION)]
    if rule.item and rule.item not in catalogue.items:
        faults.append(FieldFault("item", "unknown", NO_ITEM))
    elif rule.item and not can_fit(rule, catalogue.items[rule.item]):
        faults.append(FieldFault("kind", "never_fits", NEVER_FITS))
    return [*faults, *_value_faults(rule, communities)]


def _value_faults(rule: StationRule, communities: Collection[str]) -> list[FieldFault]:
    if rule.kind == RuleKind.EVERY:
        return [FieldFault("value", "not_here", NO_WORDS_HERE)] if rule.value else []
    if not rule.value:
        return [FieldFault("value", "missing", NO_VALUE)]
    if rule.kind == RuleKind.PREFIX:
        good = rule.value.isascii() and rule.value.isdigit() and SHORTEST_PREFIX <= len(rule.value) <= LONGEST_PREFIX
        return [] if good else [FieldFault("value", "wrong_form", NO_PREFIX)]
    if rule.kind == RuleKind.COMMUNITY and rule.value not in communities:
        return [FieldFault("value", "unknown", NO_COMMUNITY)]
    return [FieldFault("value", "too_short", TOO_SHORT)] if rule.kind in IN_WORDS and len(rule.value) < 2 else []


def name_of(rule: StationRule, called: Callable[[str], str] = str) -> str:
    """A rule as it is named where somebody reads of it: what it asks for, and where it leads. Nothing in it is about a person.

    `called` gives the words for the code of an item or a station.
    """
    return " ".join(filter(None, (rule.item and called(rule.item), rule.value or "*", "→", called(rule.station))))


def told(overlap: Overlap, called: Callable[[str], str] = str) -> tuple[str, dict[str, str | int]]:
    """What is said of two rules that touch: an English msgid, and what fills it."""
    names: dict[str, str | int] = {"rule": name_of(overlap.rule, called), "other": name_of(overlap.other, called)}
    return UNREACHABLE if overlap.unreachable else OVERLAP, names
