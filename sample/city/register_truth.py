"""Expected answers about holdings, convictions and enterprises."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cases.names import comparison_form
from cases.question import Question
from sample.city.family_truth import is_address
from sample.city.holdings import Holding
from sample.city.so import So

if TYPE_CHECKING:
    from sample.city.truth import Truth


def entry(truth: "Truth", question: Question) -> So:
    """Whether the person holds an entry today, or held one in the year."""
    then = _then(truth, question)
    return So({"registered": bool(then)}, not then)


def vehicle(truth: "Truth", question: Question) -> So:
    """The same, and whether one has the stated plate."""
    then, plate = _then(truth, question), comparison_form(question.details.get("plate", "")).replace(" ", "")
    this = [one for one in then if comparison_form(one.what) == plate]
    return So({"registered": bool(then), "this_one": bool(this)}, not (this if plate else then))


def real_estate(truth: "Truth", question: Question) -> So:
    """The same, and whether it lies at the stated place."""
    then, stated = _then(truth, question), question.details.get("address", "")
    this = _at(then, stated)
    return So({"registered": bool(then), "this_one": bool(this)}, not (this if stated else then))


def residence_permit(truth: "Truth", question: Question) -> So:
    """The same, and whether the permit then, or the last one where there was none then, is for the stated place."""
    then, ever = _then(truth, question), truth.holdings("residence_permit", truth.owner(question.subjects["person"]))
    there = _at(then or ever, question.details.get("address", ""))
    return So({"registered": bool(then), "address": bool(there)}, not then)


def _at(holdings: Sequence[Holding], stated: str) -> list[Holding]:
    return [one for one in holdings if is_address(stated, one.what)]


def _then(truth: "Truth", question: Question) -> list[Holding]:
    """What was held on the city's day, or on some day of the year."""
    today, year = truth.city.today, question.year
    first = today if year is None else today.replace(year=year, month=1, day=1)
    last = today if year is None else min(today, today.replace(year=year, month=12, day=31))
    held = truth.holdings(question.item, truth.owner(question.subjects["person"]))
    return [one for one in held if one.since <= last and (one.until is None or one.until > first)]


def no_criminal_record(truth: "Truth", question: Question) -> So:
    """Whether there is no conviction; "no record" says that the population's registers do not have the number."""
    person = truth.owner(question.subjects["person"])
    known = person is not None and bool(person.stays or truth.holdings("residence_permit", person))
    return So({"none": known and not truth.holdings("no_criminal_record", person)}, not known)


def enterprise_archive(truth: "Truth", question: Question) -> So:
    """Whether the firm is registered, and was alive."""
    firm, year = truth.firms.get(question.subjects["enterprise"].credit_code or ""), question.year
    if firm is None:
        return So({"registered": False, "valid": False}, True)
    last = firm.closed.year if firm.closed else 9999
    alive = firm.closed is None if year is None else firm.founded.year <= year <= last
    return So({"registered": True, "valid": alive}, False)


def enterprise_tax(truth: "Truth", question: Question) -> So:
    """Whether nothing is owed for the year, by default the last full one in business, or the first.

    Nobody can say of one that is not over."""
    firm = truth.firms.get(question.subjects["enterprise"].credit_code or "")
    if firm is None:
        return So({"paid": False}, True)
    ended = firm.closed or truth.city.today
    year = question.year or max(firm.founded.year, ended.year - 1)
    paid = None if year >= ended.year else firm.founded.year <= year <= firm.taxed
    return So({"paid": paid}, not firm.founded.year <= year <= ended.year)
