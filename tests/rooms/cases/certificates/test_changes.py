"""Changes of the directory: what one person may, what needs two, and that all of it stays in the history."""

from datetime import date
from typing import Any

import pytest

from cases.certificates.certificate import Certificate
from cases.certificates.directory import all_certificates, certificate_of
from cases.certificates.history import history_of, open_proposals
from cases.certificates.stopped import record_stopped, stopped_between
from cases.certificates.taking import CertificateTaking, takings_of
from storage.problem import Problem
from tests.rooms.cases.certificates.shelf import (
    BIRTH_DAY,
    FIRST,
    NOT_NEEDED,
    SECOND,
    TEXT,
    editing,
    lines,
    proposed,
    shelved,
    stands,
)
from tests.rooms.county import County, at_once, counted, never_remembered

SILENT = {**TEXT, "states": []}


def test_a_class_is_proposed_by_one_and_counts_once_another_confirms_it(county: County) -> None:
    shelved(county)
    number = proposed(county)
    assert stands(county).certificate_class == "", "nothing counts yet"
    with county.database.read() as session:
        (waiting,) = open_proposals(session)
        assert (waiting.new_class, waiting.who, waiting.document) == ("not_needed", "reform1", NOT_NEEDED["document"])
    county.later(hours=1)
    with editing(county, SECOND) as editor:
        editor.confirm(number)

    after = stands(county)
    assert (after.certificate_class, after.since, after.document, after.version) == (*list(NOT_NEEDED.values())[:3], 2)
    with county.database.read() as session:
        latest, first = history_of(session, "birth_day")
        assert (latest.state, latest.who, latest.decided_by, latest.reason) == ("confirmed", "reform1", "reform2", "清单第三项")
        assert (latest.before["certificate_class"], latest.after["since"]) == ("", "2026-01-05")
        assert (first.state, first.after["zh"]) == ("made", "出生日期证明")
        assert not open_proposals(session)
    assert lines(county) == [
        ("certificate_add", "reform1"), ("certificate_propose", "reform1"), ("certificate_confirm", "reform2"),
    ]  # fmt: skip


def refused(county: County, what: str, *given: Any, by: Any = FIRST, **named: Any) -> list[tuple[str, str]]:
    """The faults with which this is refused."""
    with pytest.raises(Problem) as refusal, editing(county, by) as editor:
        getattr(editor, what)(*given, **named)
    return [(fault.field, fault.code) for fault in refusal.value.faults]


def test_nobody_decides_about_what_they_proposed_and_nobody_else_takes_it_back(county: County) -> None:
    shelved(county)
    number = proposed(county)

    assert refused(county, "confirm", number) == [("", "same_person")]
    assert refused(county, "decline", number, note="nein") == [("", "same_person")]
    assert refused(county, "take_back", number, by=SECOND) == [("", "not_yours")]
    assert refused(county, "decline", number, by=SECOND, note="") == [("note", "missing")]
    assert refused(county, "propose", "birth_day", NOT_NEEDED, by=SECOND) == [("", "proposed_already")]
    assert stands(county).certificate_class == ""


def test_what_was_declined_or_taken_back_changes_nothing_and_is_decided_for_good(county: County) -> None:
    shelved(county)
    first = proposed(county)
    with editing(county, SECOND) as editor:
        editor.decline(first, "文件不对")
    second = proposed(county)
    with editing(county) as editor:
        editor.take_back(second)

    assert refused(county, "confirm", first, by=SECOND) == [("", "decided_already")]
    assert refused(county, "confirm", 4711, by=SECOND) == [("proposal", "unknown")]
    assert stands(county).version == 1
    with county.database.read() as session:
        assert [one.state for one in history_of(session, "birth_day")] == ["taken_back", "declined", "made"]
        assert history_of(session, "birth_day")[1].decided_note == "文件不对"


def test_what_one_person_may_change_and_what_not(county: County) -> None:
    shelved(county)
    with editing(county, SECOND) as editor:
        editor.change("birth_day", {"zh": "出生日期的证明", "yearly_volume": 90}, seen=1)

    assert (stands(county).zh, stands(county).yearly_volume, stands(county).version) == ("出生日期的证明", 90, 2)
    for name in ("certificate_class", "since", "document", "commitment", "items", "bundle", "clause_zh", "legal_basis", "active"):
        assert refused(county, "change", "birth_day", {name: "x"}) == [(name, "two_people")]
    assert refused(county, "change", "birth_day", {"version": 9}) == [("version", "unknown_field")]
    assert refused(county, "change", "birth_day", {"zh": "x"}, seen=1) == [("", "stale")]
    assert refused(county, "change", "no_such", {"zh": "x"}) == [("certificate", "unknown_certificate")]
    assert refused(county, "change", "birth_day", {"zh": ""}) == [("zh", "missing")]


def test_a_certificate_that_changed_after_it_was_proposed_is_looked_at_again(county: County) -> None:
    shelved(county)
    number = proposed(county)
    with county.database.write() as session:
        session.get_one(Certificate, "birth_day").clause_zh = "另一句"

    assert refused(county, "confirm", number, by=SECOND) == [("", "stale")]


@pytest.mark.parametrize(
    ("way", "faults"),
    [
        ({"certificate_class": "gone"}, [("certificate_class", "unknown")]),
        ({"certificate_class": "not_needed"}, [("document", "missing"), ("clause_zh", "missing"), ("clause_en", "missing")]),
        ({**NOT_NEEDED, "certificate_class": "cancelled", "since": None}, [("since", "missing")]),
        ({"certificate_class": "check", "document": "d"}, [("items", "missing")]),
        ({"certificate_class": "check", "document": "d", "items": ["no_such"]}, [("items", "unknown_item")]),
        ({"certificate_class": "query", "document": "d", "bundle": "no_such"}, [("bundle", "unknown_bundle")]),
        ({"certificate_class": "query", "document": "d", "items": ["birth_record", "kinship"]}, [("items", "not_a_query")]),
        ({"certificate_class": "query", "document": "d", "bundle": "deposit_of_deceased"}, [("bundle", "not_a_query")]),
        ({"certificate_class": "commitment", "document": "d"}, [("commitment", "missing")]),
        ({"certificate_class": "commitment", "document": "d", "commitment": SILENT}, [("commitment.states", "missing")]),
        ({**NOT_NEEDED, "commitment": TEXT}, [("commitment", "not_here")]),
        ({"certificate_class": ""}, [("certificate_class", "nothing_new")]),
    ],
)  # fmt: skip
def test_each_class_needs_what_it_means_nothing_without(county: County, way: Any, faults: Any) -> None:
    shelved(county)

    assert refused(county, "propose", "birth_day", way) == faults


def test_a_new_certificate_with_a_class_is_added_without_it_and_the_class_proposed(county: County) -> None:
    income = {**BIRTH_DAY, "code": "income", "certificate_class": "commitment", "document": "d", "commitment": TEXT}
    shelved(county, income)

    assert (stands(county, "income").certificate_class, stands(county, "income").commitment) == ("", {})
    with county.database.read() as session:
        assert [(one.certificate, one.new_class) for one in open_proposals(session)] == [("income", "commitment")]
    assert refused(county, "add", BIRTH_DAY) == [("code", "taken")]
    assert refused(county, "add", {**BIRTH_DAY, "code": "Not A Code", "keywords": ["x" * 41]}) == [("code", "wrong_form")]


def test_of_two_who_decide_at_once_one_is_late(county: County) -> None:
    shelved(county)
    number = proposed(county)

    def decide() -> str:
        with editing(county, SECOND) as editor:
            return editor.confirm(number).certificate_class

    results = sorted(at_once(decide, decide), key=lambda one: isinstance(one, str))
    assert [getattr(one, "status", one) for one in results] == [409, "not_needed"]
    assert stands(county).version == 2


def test_the_directory_is_read_in_one_statement_and_remembered_until_it_changes(county: County) -> None:
    shelved(county, {**BIRTH_DAY, "code": "off"})
    with never_remembered(), county.database.read() as session, counted(county.database) as statements:
        assert [one.code for one in all_certificates(session)] == ["birth_day", "off"]
    assert len(statements) == 2, "how it stands, and the rows"
    with never_remembered(), county.database.read() as session, counted(county.database) as statements:
        certificate_of(session, "off")
    assert len(statements) == 1, "nothing came or changed: the rows are not read again"
    with county.database.read() as session, counted(county.database) as statements:
        assert certificate_of(session, "birth_day").title.say("en") == "Certificate of the day of birth"
    assert statements == []
    with county.database.write() as session:
        off = session.get_one(Certificate, "off")
        off.active, off.version = False, 2
    with county.database.read() as session:
        assert [one.code for one in all_certificates(session)] == ["birth_day"]
        assert not certificate_of(session, "off").active
        with pytest.raises(Problem):
            certificate_of(session, "no_such")


def test_takings_and_what_was_stopped(county: County) -> None:
    shelved(county)
    with county.database.write() as session:
        session.add(CertificateTaking(certificate="birth_day", unit="court", matter="court_filing", yearly_volume=3))
        session.add(CertificateTaking(certificate="birth_day", unit="bank", matter="开户", yearly_volume=40))
    for unit in ("bank", "bank", "court"):
        with county.database.write() as session:
            record_stopped(session, "birth_day", unit, county.now)
    with county.database.write() as session:
        record_stopped(session, "birth_day", "bank", county.later(days=40))

    with county.database.read() as session:
        assert [one.unit for one in takings_of(session, ["birth_day", "x"])["birth_day"]] == ["bank", "court"]
        told = [(one.month, one.unit, one.count) for one in stopped_between(session, date(2026, 3, 15), date(2026, 4, 30))]
    assert told == [(date(2026, 3, 1), "bank", 2), (date(2026, 3, 1), "court", 1), (date(2026, 4, 1), "bank", 1)]
