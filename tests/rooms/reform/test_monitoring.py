"""Monitoring points: a month in one click, one search, nobody's numbers; what the reform office decides, and who is urged."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from access.accounts import Account
from cases.certificates.certificate import Certificate
from contacts.alerts.alerts import Alert
from deploy.operations.retention import Keeper
from reform.changes import ReformChange
from reform.monitoring.months import late_months
from reform.monitoring.sighting import MonthReport, Sighting
from reform.papers.paper import PaperPage
from reform.personal_numbers import names_a_person
from tests.rooms.office import Desk, Office, faults_in, on_both
from tests.rooms.reform.staff import MONITOR_PHONE, photograph, staffed
from tests.routes import RULEBOOK

FEBRUARY = date(2026, 2, 1)
SEEN = {"certificate": "居住证明", "what": "asked_for", "asked_by": "滨江银行", "why": "开户", "month": "2026-03"}


def directory(office: Office) -> None:
    with office.county.database.write() as session:
        told = {"since": None, "document": "跑改办〔2026〕1号", "clause_zh": "户口簿已能证明"}
        session.add(Certificate(code="residence", zh="居住证明", en="Residence", certificate_class="not_needed", **told))
        session.add(Certificate(code="kinship_paper", zh="亲属关系证明", en="Kin", certificate_class="check", keywords=["亲属"]))
        session.add(Certificate(code="single", zh="单身证明", en="Single status", keywords=["亲属关系"]))


def point(office: Office) -> Desk:
    staffed(office)
    directory(office)
    return office.client("monitor")


def seen(office: Office) -> list[Sighting]:
    with office.county.database.read() as session:
        return list(session.exec(select(Sighting)))


@on_both
def test_nothing_this_month_is_one_click(office: Office) -> None:
    monitor = point(office)
    assert "Nothing this month" in monitor.get("/monitoring?month=2026-02")
    assert monitor.post("/monitoring/nothing", month="2026-02").status_code == 303
    kept = office.one(MonthReport, ("fotang-town", FEBRUARY))
    assert kept.none_seen
    assert "Reported for 2026-02: nothing was seen" in monitor.get("/monitoring?month=2026-02")
    assert [line.action for line in office.lines("nothing_seen")] == ["nothing_seen"]


def test_the_oldest_month_that_is_missing_comes_first(office: Office) -> None:
    monitor = point(office)
    assert "seen in 2026-02" in monitor.get("/monitoring")
    monitor.post("/monitoring/nothing", month="2026-02")
    assert "seen in 2026-03" in monitor.get("/monitoring")


def test_what_nobody_may_demand_shows_who_must_be_told_until_that_is_done(office: Office) -> None:
    monitor = point(office)
    assert monitor.post("/monitoring", **SEEN).headers["location"].startswith("/monitoring?month=2026-03&flash=seen_to_tell")
    (one,) = seen(office)
    assert (one.certificate, one.name, one.asked_by_words, one.state) == ("residence", "", "滨江银行", "to_tell")
    page = monitor.get("/monitoring?month=2026-03")
    assert "To be told: 滨江银行" in page
    assert "户口簿已能证明" in page
    reform = office.client("reform1")
    assert "To be told: 滨江银行" in reform.get("/reform/monitoring")
    assert reform.post(f"/reform/monitoring/{one.id}", move="told").status_code == 303
    assert seen(office)[0].state == "told"
    assert reform.post(f"/reform/monitoring/{one.id}", move="told").status_code == 422  # by a colleague a moment before


def test_words_that_mean_several_come_back_with_the_choice_and_lose_nothing(office: Office) -> None:
    monitor = point(office)
    page = monitor.post("/monitoring", **{**SEEN, "certificate": "亲属关系"})
    assert page.status_code == 200
    assert seen(office) == []
    assert "Which of these is it?" in page.text
    assert 'value="开户"' in page.text or ">开户<" in page.text
    monitor.post("/monitoring", **{**SEEN, "certificate": "亲属关系", "chosen": "kinship_paper"})
    assert [(one.certificate, one.state) for one in seen(office)] == [("kinship_paper", "noted")]


@pytest.mark.parametrize(
    ("move", "typed", "state"),
    [
        ("joined", {"certificate": "kinship_paper"}, "joined"),
        ("joined", {"certificate": "residence"}, "to_tell"),
        ("added", {"code": "good_conduct", "en": "Good conduct"}, "added"),
        ("added", {}, "added"),
        ("dismissed", {"note": "not a certificate"}, "dismissed"),
    ],
)
def test_a_new_name_becomes_a_task_that_the_reform_office_settles(
    office: Office, move: str, typed: dict[str, str], state: str
) -> None:
    point(office).post("/monitoring", **{**SEEN, "certificate": "好人好事证明", "chosen": "new"})
    (one,) = seen(office)
    assert (one.certificate, one.name, one.state) == ("", "好人好事证明", "open")
    reform = office.client("reform1")
    assert "好人好事证明" in reform.get("/reform/monitoring")
    assert reform.post(f"/reform/monitoring/{one.id}", move=move, **typed).status_code == 303
    assert seen(office)[0].state == state
    if move == "added":
        added = office.one(Certificate, typed.get("code", f"monitored_{one.id}"))
        assert (added.zh, added.certificate_class) == ("好人好事证明", "")
    assert office.lines(f"sighting_{state}")


def test_a_decision_without_what_it_needs_is_refused_by_name(office: Office) -> None:
    point(office).post("/monitoring", **{**SEEN, "certificate": "好人好事证明"})
    reform = office.client("reform1")
    assert faults_in(reform.post("/reform/monitoring/1", move="dismissed").text) == ["note"]
    assert faults_in(reform.post("/reform/monitoring/1", move="joined", certificate="nothing").text) == ["certificate"]
    assert faults_in(reform.post("/reform/monitoring/1", move="added", code="Ü").text) == ["code"]
    assert faults_in(reform.post("/reform/monitoring/1", move="x").text) == ["move"]
    assert reform.post("/reform/monitoring/1", move="told").status_code == 422
    reform.get("/reform/monitoring/99", 405)
    assert seen(office)[0].state == "open"


def test_numbers_of_people_are_refused_wherever_they_are_typed(office: Office) -> None:
    monitor = point(office)
    for name in ("certificate", "asked_by", "why"):
        answer = monitor.post("/monitoring", **{**SEEN, name: "为 330725196205140015 办理"})
        assert (answer.status_code, faults_in(answer.text)) == (422, [name])
    assert seen(office) == []
    assert names_a_person("１３９０００１００１１")
    assert names_a_person("3307 2519 6205 1400 15")
    assert names_a_person("+86 138 0013 8000")
    assert names_a_person("008613800138000")
    assert names_a_person("共2 13800138000")
    assert names_a_person("138.0013.8000")
    assert names_a_person("330725\u200b196205140015")
    assert names_a_person("330725/1962_0514/0015")
    assert not names_a_person("浙跑改〔2018〕22号 2026-03-01")


def test_what_is_missing_is_named_by_field(office: Office) -> None:
    monitor = point(office)
    assert faults_in(monitor.post("/monitoring", month="2026-03").text) == ["certificate", "asked_by", "what"]
    assert faults_in(
        monitor.web.post("/monitoring", data={**SEEN, "csrf": monitor.csrf}, files={"file": ("x.txt", b"x")}).text
    ) == ["file"]
    monitor.post("/monitoring", **SEEN)
    assert monitor.post("/monitoring/nothing", month="2026-03").status_code == 422


def test_a_photograph_is_kept_without_where_it_was_made_and_only_its_point_and_the_reform_office_see_it(office: Office) -> None:
    monitor = point(office)
    data = {**SEEN, "csrf": monitor.csrf}
    assert monitor.web.post("/monitoring", data=data, files={"file": ("p.jpg", photograph())}).status_code == 303
    address = monitor.get("/monitoring?month=2026-03").split('class="paper"><a href="')[1].split('"')[0]
    for who in ("monitor", "reform1"):
        picture = office.client(who).web.get(address)
        assert (picture.status_code, b"where-it-was-made" in picture.content) == (200, False)
    with office.county.database.write() as session:
        session.add(Account(username="elsewhere", name="周别处", unit="civil", roles=["monitor"]))
    assert office.client("elsewhere").web.get(address).status_code == 404
    assert len(office.lines("reform_paper_look")) == 2


def test_a_photograph_goes_after_its_months_and_a_letter_stays_with_its_register(office: Office) -> None:
    monitor = point(office)
    data = {**SEEN, "csrf": monitor.csrf}
    monitor.web.post("/monitoring", data=data, files={"file": ("p.jpg", photograph())})
    with office.county.database.write() as session:
        kept: dict[str, Any] = {
            "page": 1,
            "unit": "bank",
            "by": "reform1",
            "width": 1,
            "height": 1,
            "picture": b"x",
            "subject": "1",
        }
        session.add(PaperPage(id="letter", kind="source", at=office.county.now, **kept))
    for moment, left in ((timedelta(days=364), {"sighting", "source"}), (timedelta(days=366), {"source"})):
        Keeper(office.county.database, RULEBOOK).keep(office.county.now + moment)
        with office.county.database.read() as session:
            assert set(session.exec(select(PaperPage.kind))) == left
    assert len(seen(office)) == 1


def test_missing_reports_are_shown_and_urged_by_text_and_not_after_the_report(office: Office) -> None:
    monitor = point(office)
    reform = office.client("reform1")
    assert "missing" in reform.get("/reform/monitoring")
    assert reform.post("/reform/monitoring/urge").status_code == 303
    with office.county.database.read() as session:
        (text,) = session.exec(select(Alert)).all()
    assert (text.to_number, text.template, text.state) == (MONITOR_PHONE, "report_missing", "queued")
    assert reform.post("/reform/monitoring/urge").status_code == 303
    again = reform.post("/reform/monitoring/urge", unit=office.one(Account, "monitor").unit)
    assert (again.status_code, "Ring them" in again.text) == (422, True)
    with office.county.database.read() as session:
        assert len(session.exec(select(Alert)).all()) == 1  # once a day, however often it is clicked
    monitor.post("/monitoring/nothing", month="2026-02")
    assert office.one(Alert, text.id).state == "dropped"
    reform.post("/reform/monitoring/urge")
    with office.county.database.read() as session:
        assert len(session.exec(select(Alert)).all()) == 1  # nothing is missing any more
        assert {one.action for one in session.exec(select(ReformChange))} == {"report_urged", "nothing_seen"}


def test_a_point_without_a_mobile_is_to_be_rung(office: Office) -> None:
    point(office)
    with office.county.database.write() as session:
        session.get_one(Account, "monitor").phone = ""
    answer = office.client("reform1").post("/reform/monitoring/urge", unit="fotang-town")
    assert (answer.status_code, "ring them" in answer.text) == (422, True)


def test_months_before_a_point_began_are_not_missing() -> None:
    today = date(2026, 3, 2)
    assert late_months({}, today) == [date(2026, 2, 1)]
    began = MonthReport(unit="u", month=date(2025, 12, 1), none_seen=True, by="x", at=None)
    assert late_months({began.month: began}, today) == [date(2026, 1, 1), date(2026, 2, 1)]
