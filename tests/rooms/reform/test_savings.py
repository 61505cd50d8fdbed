"""What it saved: what is counted and what is not counted twice, rules by month, the page and its sheet, open counts."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from sqlmodel import select

from cases.bundles.bundle import BundleCase
from cases.case import Case
from cases.certificates.certificate import Certificate
from cases.certificates.history import CertificateChange
from cases.certificates.stopped import record_stopped
from cases.commitments.commitment import Commitment
from cases.lifecycle import State
from reform.savings.month_count import MonthCount, count_day, counted_until, uncounted
from reform.savings.open_counts import OpenRow, as_csv
from reform.savings.saved import Saved, Savings, read_savings
from reform.savings.saving_rule import SavingRule
from tests.rooms.county import CLERK, MONDAY, County, counted
from tests.rooms.office import Office, faults_in, on_both
from tests.rooms.reform.staff import staffed
from tests.routes import RULEBOOK

MARCH = date(2026, 3, 1)
ITEMS = RULEBOOK.catalogue.items


def count(county: County) -> None:
    """What the clock does on the next morning."""
    with county.database.write() as session:
        while count_day(session, county.now, ITEMS):
            pass


def next_day(county: County) -> None:
    county.later(days=1)
    count(county)


def saved(county: County, first: date = MARCH) -> Savings:
    with county.database.read() as session:
        return read_savings(session, first, first)


def put(county: County, *rows: Any) -> None:
    with county.database.write() as session:
        session.add_all(rows)


def certificate(code: str, way: str, *items: str) -> Certificate:
    return Certificate(code=code, zh=f"{code}证明", en=code, certificate_class=way, items=list(items))


def as_others(county: County, numbers: list[str]) -> None:
    """Makes these cases of different people: here all are asked about the same ones."""
    with county.database.write() as session:
        for number in numbers:
            session.get_one(Case, number).fingerprint = number


def answered(county: County, count: int) -> list[str]:
    numbers = county.asked_into(State.ANSWERED, count)
    as_others(county, numbers)
    return numbers


def test_an_answered_check_is_one_paper_in_the_month_of_its_first_answer(county: County) -> None:
    answered(county, 3)
    county.asked_into(State.AT_DESK, 2)
    next_day(county)
    (line,) = saved(county).lines
    assert (line.unit, line.matter, line.way, line.subject) == ("bank", "close_relative_card", "check", "kinship")
    assert (line.count, line.trips) == (3, 3)
    count(county)  # nothing is counted again
    assert saved(county).total().count == 3
    answered(county, 2)
    next_day(county)
    assert saved(county).total().count == 5
    with county.database.read() as session:
        assert counted_until(session) == county.now.date()
        assert not uncounted(session, county.now)


def test_what_could_not_be_told_and_what_was_asked_again_count_for_nothing(county: County) -> None:
    county.asked_into(State.ANSWERED, 2)  # the same about the same people
    (number,) = county.asked_into(State.AT_DESK)
    as_others(county, [number])
    county.move(number, "answer", CLERK, finding={"outcome": "cannot_say", "source": "archive", "words": "", "evidence": {}})
    next_day(county)
    assert saved(county).total().count == 1


def test_the_same_question_counts_again_after_thirty_days(county: County) -> None:
    county.asked_into(State.ANSWERED)
    county.later(days=20)
    county.asked_into(State.ANSWERED)
    county.later(days=32)
    county.asked_into(State.ANSWERED)
    next_day(county)
    assert [saved(county, one).total().count for one in (MARCH, date(2026, 4, 1))] == [1, 1]


def test_papers_of_one_office_in_one_bundle_are_fetched_in_one_journey(county: County) -> None:
    numbers = answered(county, 3)
    put(county, *(BundleCase(number=number, bundle="B1", place=number) for number in numbers[:2]))
    next_day(county)
    (line,) = saved(county).lines
    assert (line.count, line.trips) == (3, 2)
    assert (line.saved.papers, line.saved.journeys, line.saved.days) == (3, 2, 2)


def test_our_own_check_of_a_commitment_is_not_counted_again(county: County) -> None:
    numbers = answered(county, 2)
    with county.database.write() as session:
        session.get_one(Case, numbers[0]).matter = "commitment_check"
    next_day(county)
    assert saved(county).total().count == 1


def commitment(county: County, number: str, **change: Any) -> Commitment:
    told = {"certificate": "income", "unit": "bank", "matter": "mortgage", "reference": "B", "drafted_by": "asker",
            "drafted_at": county.now, "text_digest": "", "state": "signed", "signed_at": county.now}  # fmt: skip
    return Commitment(number=number, **{**told, **change})


def test_signed_commitments_count_but_for_those_taken_back_and_papers_that_follow(county: County) -> None:
    put(
        county, certificate("income", "commitment"), commitment(county, "C1"), commitment(county, "C2", state="taken_back"),
        commitment(county, "C3", paper="awaited"), commitment(county, "C4", state="drafted", signed_at=None),
    )  # fmt: skip
    next_day(county)
    (line,) = saved(county).lines
    assert (line.way, line.subject, line.count) == ("commitment", "income", 1)


def test_a_commitment_taken_back_later_in_its_month_is_counted_no_longer_and_months_that_ended_stay(county: County) -> None:
    put(county, certificate("income", "commitment"), *(commitment(county, number) for number in ("C1", "C2", "C3")))
    next_day(county)
    assert saved(county).total().count == 3
    _take_back(county, "C1")
    _take_back(county, "C2")  # both before the clock has counted the day
    next_day(county)
    assert saved(county).total() == replace(saved(county).total(), count=1, papers=1)
    county.later(days=31)
    _take_back(county, "C3")
    next_day(county)
    assert saved(county).total().count == 1


def _take_back(county: County, number: str) -> None:
    with county.database.write() as session:
        session.get_one(Commitment, number).sqlmodel_update({"state": "taken_back", "settled_at": county.now})


def test_what_the_form_stopped_counts_under_its_class(county: County) -> None:
    put(county, certificate("age", "not_needed"), certificate("single", "cancelled"))
    with county.database.write() as session:
        for code in ("age", "age", "single"):
            record_stopped(session, code, "bank", county.now)
    found = saved(county)
    assert {key: one.count for key, one in found.by("way").items()} == {("not_needed",): 2, ("cancelled",): 1}


def rule(kind: str, code: str, since: date, *figures: int) -> SavingRule:
    journeys, papers, days = figures
    worth = {"journeys": journeys, "papers": papers, "days": days}
    return SavingRule(kind=kind, code=code, since=since, document="跑改办〔2026〕3号", by="reform1", at=MONDAY, **worth)


def test_a_month_that_is_over_keeps_the_class_that_the_certificate_had_then(county: County) -> None:
    """Its class and its items change in April: what was counted in March stays under both as they were."""
    put(county, certificate("born", "not_needed"), certificate("kin", "check", "kinship"))
    put(
        county,
        SavingRule(kind="certificate", code="kin", since=MARCH, journeys=9, papers=9, days=9, document="D", by="r", at=MONDAY),
    )
    with county.database.write() as session:
        record_stopped(session, "born", "bank", county.now)
    answered(county, 1)
    next_day(county)
    before = [(one.way, one.subject, one.worth) for one in saved(county).lines]
    county.later(days=40)
    change = {"state": "confirmed", "who": "reform1", "at": MONDAY, "decided_by": "reform2", "decided_at": county.now}
    put(
        county,
        CertificateChange(certificate="born", before={"certificate_class": "not_needed"}, after={}, **change),
        CertificateChange(certificate="kin", before={"items": ["kinship"]}, after={}, **change),
    )
    with county.database.write() as session:
        session.get_one(Certificate, "born").sqlmodel_update({"certificate_class": "cancelled", "version": 2})
        session.get_one(Certificate, "kin").sqlmodel_update({"items": [], "version": 2})
        record_stopped(session, "born", "bank", county.now)
    assert [(one.way, one.subject, one.worth) for one in saved(county).lines] == before
    assert ("not_needed", "born") in [one[:2] for one in before]
    assert 9 in [one[2].papers for one in before], "the rule of the certificate that the item replaced then"
    assert [one.way for one in saved(county, date(2026, 4, 1)).lines] == ["cancelled"]


def test_a_rule_holds_from_its_month_on_and_the_smallest_of_several_holds(county: County) -> None:
    put(county, certificate("kin", "check", "kinship"), certificate("family", "check", "kinship"))
    answered(county, 1)
    next_day(county)
    assert saved(county).lines[0].worth.document == ""
    put(county, rule("certificate", "kin", date(2026, 2, 1), 3, 2, 9), rule("class", "check", date(2026, 4, 1), 7, 7, 7))
    worth = saved(county).lines[0].worth
    assert (worth.journeys, worth.papers, worth.days) == (1, 1, 1)  # the other certificate has its class's figures
    put(county, rule("certificate", "family", MARCH, 2, 5, 4))
    worth = saved(county).lines[0].worth
    assert (worth.journeys, worth.papers, worth.days, worth.document) == (2, 2, 4, "跑改办〔2026〕3号")


def test_reading_costs_the_same_statements_whatever_was_counted(county: County) -> None:
    answered(county, 1)
    next_day(county)
    put(county, *(certificate(f"c{n}", "check", "kinship") for n in range(300)))
    months = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(24)]
    put(county, *(MonthCount(month=month, unit=f"u{n}", matter=f"m{n}", way="commitment", subject=f"c{n}", count=9, trips=9)
                  for month in months for n in range(40)))  # fmt: skip
    with counted(county.database) as statements, county.database.read() as session:
        found = read_savings(session, months[0], MARCH, ())
    assert len(found.lines) == 24 * 40 + 1
    assert len(statements) <= 7


@pytest.fixture
def open_office(office: Office) -> Iterator[Office]:
    """The office of a house that publishes its counts."""
    context = office.app.state.context
    office.app.state.context = replace(context, open_counts=True)
    yield office
    office.app.state.context = context


@on_both
def test_the_page_shows_the_month_that_has_ended_and_the_sheet_has_its_rows(office: Office) -> None:
    staffed(office)
    answered(office.county, 6)
    next_day(office.county)
    desk = office.client("reform1")
    assert "Nothing was counted in this month" in desk.get("/reform/savings")
    page = desk.get("/reform/savings?month=2026-03&by=subject")
    assert "<b>6</b> journeys saved" in page
    assert "assumption" in page
    assert "counted are the days before 2026-03-03" in page
    assert "could not be told counts for nothing" in page
    for by in ("way", "unit", "matter", "nonsense"):
        assert "<b>6</b> papers saved" in desk.get(f"/reform/savings?month=2026-03&by={by}")
    sheet = openpyxl.load_workbook(BytesIO(desk.web.get("/reform/savings.xlsx?month=2026-03").content)).active
    assert [cell.value for cell in sheet[2]][5:9] == [6, 6, 6, 6]
    assert desk.web.get("/reform/savings/journeys.svg?theme=dark").headers["content-type"] == "image/svg+xml"


def test_a_rule_is_set_for_this_month_or_the_next_with_its_document_and_remembered(office: Office) -> None:
    desk = staffed(office)
    typed = {
        "of": "class:check",
        "since": "2026-03-01",
        "journeys": "2",
        "papers": "1",
        "days": "3",
        "document": "跑改办〔2026〕3号",
    }
    assert faults_in(desk.post("/reform/savings/rules").text) == ["of", "since", "journeys", "papers", "days", "document"]
    assert faults_in(desk.post("/reform/savings/rules", **{**typed, "since": "2026-02-01"}).text) == ["since"]
    assert desk.post("/reform/savings/rules", **typed).status_code == 303
    assert desk.post("/reform/savings/rules", **{**typed, "days": "4"}).status_code == 303
    kept = office.one(SavingRule, ("class", "check", MARCH))
    assert (kept.journeys, kept.days, kept.by) == (2, 4, "reform1")
    page = desk.get("/reform/savings/rules")
    assert "<del>3</del> → 4" in page
    assert "2 · 1 · 4" in page
    assert len(office.lines("saving_rule")) == 2


def stranger(office: Office, address: str, **headers: str) -> Any:
    return office.client("monitor").web.get(address, headers=headers)


def test_open_counts_are_told_after_the_month_without_units_and_small_numbers(open_office: Office) -> None:
    county = open_office.county
    staffed(open_office)
    put(county, certificate("income", "commitment"), commitment(county, "C1"), commitment(county, "C2", certificate="income"))
    answered(county, 5)
    next_day(county)
    assert stranger(open_office, "/open/counts.json").json()["months"] == []  # the month goes on
    county.later(days=31)
    count(county)
    answer = stranger(open_office, "/open/counts.json")
    (month,) = answer.json()["months"]
    assert [(one["code"], one["count"], one["papers"]) for one in month["rows"]] == [("kinship", 5, 5), ("income", "<5", None)]
    assert month["sum_of_told"]["count"] == 5
    assert "bank" not in json.dumps(answer.json())
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert stranger(open_office, "/open/counts.json", **{"if-none-match": answer.headers["etag"]}).status_code == 304
    lines = stranger(open_office, "/open/counts.csv").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "month,way,code,zh,en,count,journeys,papers,days"
    assert lines[2] == "2026-03,commitment,income,income证明,income,<5,,,"


def test_open_counts_are_not_there_where_the_house_is_not_set_so(office: Office) -> None:
    staffed(office)
    assert [stranger(office, f"/open/counts.{kind}").status_code for kind in ("json", "csv")] == [404, 404]


def test_a_certificate_called_like_a_formula_is_none_in_the_open_csv() -> None:
    rows = [OpenRow(MARCH, "check", "x", start + "1+1", start + "1+1", Saved(5, 5, 5, 5)) for start in ("=", "+", "@", "＝", "\t=")]
    cells = [cell for line in csv.reader(StringIO(as_csv(rows).decode("utf-8-sig"))) for cell in line]
    assert [cell for cell in cells if cell.strip()[:1] in tuple("=+-@＝")] == []
    assert cells.count("5") == 20


def test_nothing_of_a_person_stands_in_what_is_counted(county: County) -> None:
    answered(county, 1)
    next_day(county)
    with county.database.read() as session:
        (row,) = session.exec(select(MonthCount)).all()
    assert set(row.model_dump()) == {"month", "unit", "matter", "way", "subject", "count", "trips"}
