"""Expected rows of queries, from the city's data and not from the records: every field of every entry."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from cases.names import comparison_form
from cases.question import Question
from sample.city.entries import car, deed, fund_account, licence, period
from sample.city.holdings import Holding
from sample.city.papers import ELECTRONIC_FROM
from sample.city.places import HOME
from sample.city.registrations import DIVORCED, OFFICE, births, page_of
from sample.city.so import So

if TYPE_CHECKING:
    from sample.city.truth import Truth

Fields = dict[str, str]
CODES = {
    "住宅": "home", "商业": "business", "工业": "industry", "单独所有": "sole", "共同共有": "joint", "按份共有": "portion",
    "无": "none", "抵押": "mortgaged", "查封": "seized", "小型汽车": "car", "轻型货车": "lorry", "普通摩托车": "motorcycle",
    "职工基本养老保险": "employees", "城乡居民基本养老保险": "residents", "正常参保": "insured", "停保": "stopped",
    "封存": "sealed", "销户": "closed", "有限责任公司": "limited", "股份有限公司": "joint_stock", "个人独资企业": "sole_owner",
    "存续": "in_business", "注销": "deregistered", "吊销": "revoked",
}  # fmt: skip


def _so(rows: Sequence[Mapping[str, object]]) -> So:
    kept = [{name: str(value) for name, value in row.items() if value not in (None, "")} for row in rows]
    return So({}, not kept, records=kept)


def property_register(truth: "Truth", question: Question) -> So:
    """The deeds in force on the city's day, or on some day of the year."""
    rows = []
    for held in _in_force(truth, question, "real_estate"):
        one = deed(held)
        codes = {"use": CODES[one.use], "share": CODES[one.share], "burden": CODES[one.burden]}
        rows.append(
            {"certificate": one.certificate, "address": one.address, "area": one.area, "registered_on": held.since, **codes}
        )
    return _so(rows)


def vehicle_record(truth: "Truth", question: Question) -> So:
    """The vehicles in force in the same way."""
    rows = []
    for held in _in_force(truth, question, "vehicle"):
        one = car(held)
        state = "normal" if one.state == "正常" else CODES[one.state]
        rows.append({"plate": one.plate, "kind": CODES[one.kind], "registered_on": held.since, "state": state})
    return _so(rows)


def insured_periods(truth: "Truth", question: Question) -> So:
    """Every period, or those of the year."""
    rows = []
    for held in _ever(truth, question, "social_insurance"):
        one = period(held, truth.city.today)
        told = {"kind": CODES[one.kind], "months": one.months, "state": CODES[one.state]}
        rows.append({**told, "since": held.since, "until": held.until})
    return _so(rows)


def housing_fund_record(truth: "Truth", question: Question) -> So:
    """Every account, or those of the year."""
    rows = []
    for held in _ever(truth, question, "housing_fund"):
        one = fund_account(held, truth.city.today)
        state, loan = "paying" if one.state == "正常" else CODES[one.state], "yes" if one.loan == "有" else "no"
        money = {"monthly": one.monthly, "balance": one.balance}
        rows.append({"state": state, "since": held.since, "until": held.until, **money, "loan": loan})
    return _so(rows)


def marriage_record(truth: "Truth", question: Question) -> So:
    """The registrations since these became electronic, or those of the year; "none" says that there is none on paper either."""
    person = truth.owner(question.subjects["person"])
    mine = truth.registrations.get(person.id, []) if person else []
    asked = [(who, one) for who, one in mine if question.year in (None, one.day.year)]
    rows = []
    for spouse, one in asked:
        if one.day.year < ELECTRONIC_FROM["civil"]["marriage_record"]:
            continue
        number, name = one.couple[spouse]
        event = "divorce" if one.event == DIVORCED else "marriage"
        said = {"event": event, "registered_on": one.day, "spouse": name, "spouse_number": number}
        rows.append({**said, "certificate": one.certificate, "office": OFFICE})
    return So({}, not asked, records=_so(rows).records)


def birth_record(truth: "Truth", question: Question) -> So:
    """The entry of a birth, if it was in the asked year."""
    person = truth.owner(question.subjects["person"])
    if person is None or not person.mother or person.adopted or question.year not in (None, person.born.year):
        return _so([])
    rows = []
    for _, one in births([person], truth.changes):
        parents = {"mother": one.mother[1], "mother_number": one.mother[0], "father": one.father[1], "father_number": one.father[0]}
        sex = "male" if person.sex == "male" else "female"
        rows.append({"name": one.name, "sex": sex, "born_on": one.born, **parents, "certificate": one.certificate})
    return So({}, False, records=_so(rows).records)


def household_page(truth: "Truth", question: Question) -> So:
    """Who stands in the person's household today, line by line."""
    person = truth.owner(question.subjects["person"])
    lines = page_of(person) if person else []
    rows = []
    for line in lines:
        own = next(one for one in lines if one.person is person)
        page = {"household_number": own.household.number, "head": lines[0].name, "address": HOME + own.household.address}
        member = {
            "member_name": line.name,
            "relation_to_head": line.relation,
            "member_number": line.number,
            "born": line.person.born,
        }
        rows.append({**page, "entered_on": own.entered, **member})
    return _so(rows)


def enterprise_register(truth: "Truth", question: Question) -> So:
    """What is registered of an enterprise."""
    firm = truth.firms.get(question.subjects["enterprise"].credit_code or "")
    if firm is None:
        return _so([])
    one = licence(firm)
    names = {"name": firm.name, "former_name": firm.former, "head": firm.head, "kind": CODES[one.kind]}
    state = {"state": CODES[one.state], "ended_on": firm.closed}
    return _so([{**names, "capital": one.capital, "address": one.address, "founded_on": firm.founded, **state}])


def _in_force(truth: "Truth", question: Question, item: str) -> list[Holding]:
    """What was held on the city's day, or on some day of the year."""
    first, last = _days(truth, question)
    return [one for one in _held(truth, question, item) if one.since <= last and (one.until is None or one.until > first)]


def _ever(truth: "Truth", question: Question, item: str) -> list[Holding]:
    return _held(truth, question, item) if question.year is None else _in_force(truth, question, item)


def _held(truth: "Truth", question: Question, item: str) -> list[Holding]:
    return truth.holdings(item, truth.owner(question.subjects["person"]))


def _days(truth: "Truth", question: Question) -> tuple[date, date]:
    today, year = truth.city.today, question.year
    if year is None:
        return today, today
    return today.replace(year=year, month=1, day=1), min(today, today.replace(year=year, month=12, day=31))


def compared(find: Callable[["Truth", Question], So]) -> Callable[["Truth", Question], So]:
    """The same with a fact for each stated value: whether some row has it. Of nothing on record nothing is as stated."""

    def so(truth: "Truth", question: Question) -> So:
        found = find(truth, question)
        facts = {name: _on_record(name, said, found.records) for name, said in question.details.items()}
        return So(facts, found.none, records=found.records)

    return so


def _on_record(name: str, said: str, rows: Sequence[Mapping[str, str]]) -> bool | None:
    """Not to be told where the rows are there and this is empty in them."""
    told = [comparison_form(row[name]) for row in rows if row.get(name)]
    return None if rows and not told else comparison_form(said) in told


RECORDS: dict[str, Callable[["Truth", Question], So]] = {
    "birth_record": compared(birth_record),
    "enterprise_register": compared(enterprise_register),
    "household_page": compared(household_page),
    "housing_fund_record": compared(housing_fund_record),
    "insured_periods": compared(insured_periods),
    "marriage_record": compared(marriage_record),
    "property_register": compared(property_register),
    "vehicle_record": compared(vehicle_record),
}
