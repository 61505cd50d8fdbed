"""Documents to revise: only what demands a certificate that nobody may demand; late ones on top; by hand or from a report."""

from datetime import date

from sqlmodel import select

from cases.certificates.certificate import Certificate
from reform.monitoring.sighting import Sighting
from reform.revisions.revision import Revision, is_late, revisions
from tests.rooms.county import MONDAY, County
from tests.rooms.office import Office, faults_in, on_both
from tests.rooms.reform.staff import staffed

TYPED = {"title": "户外广告管理办法", "unit": "civil", "certificate": "single", "state": "open", "due_on": "2026-02-01"}


def put(county: County, *rows: object) -> None:
    with county.database.write() as session:
        session.add_all(rows)


def certificates(county: County) -> None:
    put(
        county, Certificate(code="single", zh="单身证明", en="Single status", certificate_class="cancelled"),
        Certificate(code="kin", zh="亲属关系证明", en="Kinship", certificate_class="check"),
    )  # fmt: skip


def test_late_ones_stand_on_top_and_those_without_a_day_last(county: County) -> None:
    days = {"none": None, "later": date(2026, 5, 1), "late": date(2026, 2, 1)}
    put(
        county,
        *(Revision(title=title, unit="civil", certificate="x", due_on=day, changed_at=MONDAY) for title, day in days.items()),
    )
    put(county, Revision(title="done", unit="civil", certificate="x", state="revised", due_on=date(2025, 1, 1), changed_at=MONDAY))
    with county.database.read() as session:
        assert [one.title for one in revisions(session, 10)] == ["late", "later", "none"]
        assert [one.title for one in revisions(session, 10, done=True)] == ["done"]
        assert [one.title for one in session.exec(select(Revision).where(*is_late(date(2026, 3, 2))))] == ["late"]


@on_both
def test_a_document_is_entered_changed_and_remembered(office: Office) -> None:
    desk = staffed(office)
    certificates(office.county)
    assert desk.post("/reform/revisions/new", **TYPED).status_code == 303
    page = desk.get("/reform/revisions")
    assert "29 days late" in page
    kept = {**TYPED, "state": "kept", "version": "1"}
    assert faults_in(desk.post("/reform/revisions/1", **kept).text) == ["note"]
    assert desk.post("/reform/revisions/1", **kept, note="由上级文件规定").status_code == 303
    assert "Stays as it is" in desk.get("/reform/revisions?done=true")
    assert "<del>Nothing done yet</del> → Stays as it is" in desk.get("/reform/revisions/1")
    second = desk.post("/reform/revisions/1", **kept, note="zweite")
    assert (second.status_code, "zweite" in second.text) == (422, True)
    desk.get("/reform/revisions/9", 404)


def test_only_what_nobody_may_demand_is_taken(office: Office) -> None:
    desk = staffed(office)
    certificates(office.county)
    assert faults_in(desk.post("/reform/revisions/new", **{**TYPED, "certificate": "kin"}).text) == ["certificate"]
    assert faults_in(desk.post("/reform/revisions/new", state="open", certificate="single").text) == ["title", "unit"]
    assert faults_in(desk.post("/reform/revisions/new", **{**TYPED, "due_on": "soon"}).text) == ["due_on"]


def test_a_monitoring_report_becomes_a_document_to_revise(office: Office) -> None:
    desk = staffed(office)
    certificates(office.county)
    put(
        office.county,
        Sighting(unit="fotang-town", month=date(2026, 3, 1), certificate="single", what="asked_for", asked_by="civil",
                 why="办法第八条", state="to_tell", by="monitor", at=MONDAY),
    )  # fmt: skip
    form = desk.get("/reform/revisions/new?sighting=1")
    assert "办法第八条" in form
    assert '<option value="single" selected>' in form
    desk.post("/reform/revisions/new", **TYPED, sighting="1")
    assert office.one(Revision, 1).sighting == 1
    assert "from a monitoring report" in desk.get("/reform/revisions")
