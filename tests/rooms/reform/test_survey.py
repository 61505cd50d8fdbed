"""The survey from the blank sheet to the open point: what comes back, what it replaces, what is told where it is wrong."""

import io
import re
import zipfile

from openpyxl import load_workbook
from sqlmodel import col, select

from cases.certificates.certificate import Certificate
from cases.certificates.taking import CertificateTaking
from reform.survey import uploads
from reform.survey.answer import SurveyAnswer, SurveyReturn
from reform.survey.names import SurveyName
from reform.survey.points import SurveyPoint
from reform.survey.uploads import KEPT, SurveyUpload
from tests.rooms.office import Desk, Office, faults_in, on_both
from tests.rooms.reform.surveying import open_office, points_in, send, sheet, take_in

BANK = ("bank.xlsx", sheet("bank", [["亲属关系证明", "开户", "police", "", "400"], ["未婚证明", "贷款", "民政局", "", "80"]]))
CIVIL = ("civil.xlsx", sheet("civil", [], [["单身证明", "买房", "", "500"], ["亲属关系证明", "银行开户", "", "900"]]))


def point(office: Office, kind: str) -> SurveyPoint:
    """The one point of this kind."""
    with office.county.database.read() as session:
        return session.exec(select(SurveyPoint).where(SurveyPoint.kind == kind)).one()


def form_of(office: Office, name: str) -> str:
    """The comparison form of a name in the sheets."""
    with office.county.database.read() as session:
        return session.exec(select(SurveyName.form).where(SurveyName.name == name)).one()


def join(desk: Desk, office: Office, name: str, choice: str, **more: str) -> int:
    """Chooses the certificate of this name; the status."""
    return desk.post("/reform/survey/names", form_0=form_of(office, name), choice_0=choice, **more).status_code


def test_a_blank_workbook_bears_its_unit_and_comes_back_as_it_went(office: Office) -> None:
    desk, _ = open_office(office)
    assert "known when a sheet comes back" in desk.get("/reform/survey")
    for address in ("/reform", "/reform/survey/names", "/reform/survey/points"):
        assert "No sheet of the survey has come back yet" in desk.get(address)
    blank = desk.web.get("/reform/survey/units/bank/blank.xlsx").content
    packed = zipfile.ZipFile(io.BytesIO(desk.web.get("/reform/survey/blank.zip").content))

    book = load_workbook(io.BytesIO(blank))
    assert [one["A1"].value for one in book.worksheets] == ["Unit: bank (bank)"] * 2
    assert sorted(packed.namelist()) == [f"{unit} {unit}.xlsx" for unit in ("bank", "civil", "court", "data-office", "police")]
    page = desk.get(send(desk, ("bank.xlsx", blank)))
    assert page.count("no row: the unit says that there are none") == 2
    assert "cannot be taken in" not in page


@on_both
def test_sheets_become_answers_takings_and_points_and_a_name_is_joined_by_one_choice(office: Office) -> None:
    desk, _ = open_office(office)
    take_in(desk, BANK, CIVIL)

    assert points_in(office) == {
        ("nobody_takes", "civil", "single"): "open",
        ("volumes", "civil", "kinship"): "open",
    }
    assert join(desk, office, "未婚证明", "single") == 303
    assert points_in(office) == {
        ("volumes", "civil", "kinship"): "open",
        ("volumes", "civil", "single"): "open",
        ("other_name", "bank", "single"): "open",
    }
    with office.county.database.read() as session:
        takings = session.exec(select(CertificateTaking).order_by(col(CertificateTaking.certificate))).all()
        assert [(one.certificate, one.unit, one.matter, one.yearly_volume) for one in takings] == [
            ("kinship", "bank", "开户", 400), ("single", "bank", "贷款", 80),
        ]  # fmt: skip
        assert session.get_one(Certificate, "single").keywords == ["未婚证明"]
    assert len(office.lines("survey_taken_in")) == 2
    assert len(office.lines("survey_joined")) == 1


@on_both
def test_a_sheet_that_comes_again_replaces_the_answers_and_keeps_what_was_settled(office: Office) -> None:
    desk, _ = open_office(office)
    take_in(desk, BANK, CIVIL)
    settled = point(office, "volumes")
    assert desk.post(f"/reform/survey/points/{settled.id}/settle", note="另有外地使用，电话核对").status_code == 303
    take_in(desk, ("civil2.xlsx", sheet("civil", None, [["亲属关系证明", "银行开户", "", "950"]])))

    assert points_in(office) == {("volumes", "civil", "kinship"): "settled"}
    assert point(office, "volumes").note == "另有外地使用，电话核对"
    with office.county.database.read() as session:
        rows = session.exec(select(SurveyAnswer).where(SurveyAnswer.unit == "civil")).all()
        assert [(one.name, one.volume) for one in rows] == [("亲属关系证明", 950)]
        assert session.get_one(SurveyReturn, ("civil", "taken")).rows == 0, "the sheet that was left out stays as it was"
    assert desk.post(f"/reform/survey/points/{settled.id}/reopen").status_code == 303
    assert points_in(office) == {("volumes", "civil", "kinship"): "open"}


def test_a_point_that_fits_by_now_goes_and_one_with_a_note_is_kept_as_gone(office: Office) -> None:
    desk, _ = open_office(office)
    take_in(desk, BANK, CIVIL)
    desk.post(f"/reform/survey/points/{point(office, 'nobody_takes').id}/note", note="等民政局回话")
    assert point(office, "nobody_takes").state == "open"
    take_in(desk, ("civil2.xlsx", sheet("civil", None, [["亲属关系证明", "银行开户", "", "420"]])))

    assert points_in(office) == {("nobody_takes", "civil", "single"): "gone"}
    take_in(desk, CIVIL)
    assert points_in(office)["nobody_takes", "civil", "single"] == "open"
    assert point(office, "nobody_takes").note == "等民政局回话"


def test_a_point_is_settled_once_and_with_a_note(office: Office) -> None:
    desk, other = open_office(office)
    take_in(desk, BANK, CIVIL)
    number = point(office, "volumes").id
    nothing = desk.post(f"/reform/survey/points/{number}/settle", note=" ")
    assert nothing.status_code == 422
    assert "whoever looks at it later reads only this" in nothing.text
    desk.post(f"/reform/survey/points/{number}/settle", note="核对无误")
    late = other.post(f"/reform/survey/points/{number}/settle", note="也核对过")

    assert late.status_code == 422
    assert "Somebody has settled this point before you." in late.text
    assert point(office, "volumes").note == "核对无误"


def test_what_is_wrong_is_told_by_file_sheet_row_and_column_and_the_good_file_is_taken(office: Office) -> None:
    desk, _ = open_office(office)
    bad = (
        "坏.xlsx",
        sheet(
            "court",
            [
                ["单身证明", "立案", "", "", "约80"],
                ["", "立案", "", "", ""],
                ["居住证明", "立案", "", "", "-3"],
                ["吴一330725196205140015的证明", "立案", "", "", "1"],
            ],
        ),
    )
    page = desk.get(address := send(desk, bad, BANK))

    told = re.findall(r'data-label="(Sheet|Row|Column|What is wrong)">(?:<strong>)?([^<]+)<', page)
    assert [words for label, words in told if label != "Sheet"] == [
        "4", "E 年收取量（份）", "This must be a whole number.",
        "5", "A 证明名称*", "This field is needed.",
        "6", "E 年收取量（份）", "This must be a number from 0 to 99999999.",
        "7", "A 证明名称*", "A number of an identity card or telephone stands here. Leave out whom it was about.",
    ]  # fmt: skip
    assert {words for label, words in told if label == "Sheet"} == {"收取的证明"}
    assert "坏.xlsx" in page
    assert desk.post(f"{address}/take").status_code == 303
    with office.county.database.read() as session:
        assert set(session.exec(select(SurveyReturn.unit))) == {"bank"}
    assert desk.post(f"{address}/take").status_code == 409


def test_whose_a_sheet_is_stands_in_it_or_is_chosen(office: Office) -> None:
    desk, _ = open_office(office)
    nobody = sheet("", [["单身证明", "立案", "", "", "8"]])
    assert "The sheet does not say whose it is." in desk.get(send(desk, ("x.xlsx", nobody)))
    assert "cannot be taken in" not in desk.get(send(desk, ("x.xlsx", nobody), unit="court"))
    assert "another unit" in desk.get(send(desk, BANK, unit="court"))
    assert "asks no unit with the code" in desk.get(send(desk, ("y.xlsx", sheet("nowhere", []))))
    assert "stands in this upload twice" in desk.get(send(desk, BANK, BANK))


def test_uploads_are_bounded_ones_own_and_forgotten(office: Office) -> None:
    desk, other = open_office(office)
    nothing = desk.post("/reform/survey/uploads")
    assert (nothing.status_code, faults_in(nothing.text)) == (422, ["file"])
    many = [(f"{n}.xlsx", BANK[1]) for n in range(uploads.MOST_FILES + 1)]
    sent = desk.web.post("/reform/survey/uploads", data={"csrf": desk.csrf}, files=[("file", one) for one in many])
    assert sent.status_code == 422
    addresses = [send(desk, BANK) for _ in range(uploads.MOST_WAITING)]
    full = desk.web.post("/reform/survey/uploads", data={"csrf": desk.csrf}, files=[("file", BANK)])
    assert (full.status_code, faults_in(full.text)) == (422, ["file"])
    other.get(addresses[0], 404)
    assert other.post(f"{addresses[0]}/take").status_code == 409
    assert desk.post(f"{addresses[0]}/drop").status_code == 303
    with office.county.database.write() as session:
        later = office.county.now + KEPT * 1.01
        assert uploads.any_old(session, later)
        uploads.forget(session, later)
        assert session.exec(select(SurveyUpload.id)).all() == []


def test_a_unit_that_has_nothing_is_noted_without_a_sheet_but_never_over_one(office: Office) -> None:
    desk, _ = open_office(office)
    take_in(desk, BANK)
    desk.post("/reform/survey/units/court/none")
    desk.post("/reform/survey/units/bank/none")

    with office.county.database.read() as session:
        rows = {(one.unit, one.sheet): one.rows for one in session.exec(select(SurveyReturn))}
    assert rows == {("court", "taken"): 0, ("court", "issued"): 0, ("bank", "taken"): 2, ("bank", "issued"): 0}
    assert "court" not in desk.get("/reform/survey?which=silent").partition("<tbody>")[2].partition("</tbody>")[0]


def test_a_name_becomes_a_certificate_of_its_own_or_is_refused_where_it_names_none(office: Office) -> None:
    desk, _ = open_office(office)
    take_in(
        desk, ("bank.xlsx", sheet("bank", [["祖宅传承证明", "开户", "村委会", "", "4"], ["亲属关系的证明", "开户", "", "", "3"]]))
    )
    page = desk.get("/reform/survey/names")
    assert page.index("祖宅传承证明") < page.index("亲属关系的证明"), "those with the most papers come first"
    assert 'value="kinship"' in page, "what is like a certificate's name is proposed"
    wrong = desk.post("/reform/survey/names", form_0=form_of(office, "祖宅传承证明"), choice_0="?", other_0="没有这种证明")
    assert (wrong.status_code, faults_in(wrong.text)) == (422, ["choice_0"])
    assert 'value="没有这种证明"' in wrong.text
    assert join(desk, office, "祖宅传承证明", "+") == 303
    assert join(desk, office, "亲属关系的证明", "?", other_0="亲属关系证明 (kinship)") == 303

    new = office.one(Certificate, "survey_0001")
    assert (new.zh, new.certificate_class, new.active, new.yearly_volume) == ("祖宅传承证明", "", True, 4)
    assert points_in(office) == {
        ("nobody_issues", "bank", "survey_0001"): "open",
        ("nobody_issues", "bank", "kinship"): "open",
        ("other_name", "bank", "kinship"): "open",
    }
    assert join(desk, office, "亲属关系的证明", "-", which="joined") == 303
    assert ("nobody_issues", "bank", "kinship") not in points_in(office)


def test_a_name_matched_by_somebody_else_a_moment_before_is_told_and_makes_no_second_certificate(office: Office) -> None:
    first, second = open_office(office)
    take_in(first, ("bank.xlsx", sheet("bank", [["祖宅传承证明", "开户", "村委会", "", "4"]])))
    assert join(first, office, "祖宅传承证明", "+") == 303
    late = second.post("/reform/survey/names", form_0=form_of(office, "祖宅传承证明"), choice_0="+")
    assert late.status_code == 422
    assert "祖宅传承证明" in late.text
    assert join(second, office, "祖宅传承证明", "kinship") == 422
    with office.county.database.read() as session:
        assert session.exec(select(Certificate.code).where(Certificate.zh == "祖宅传承证明")).all() == ["survey_0001"]
        assert session.exec(select(SurveyName.certificate)).all() == ["survey_0001"]


def test_a_name_taken_apart_leads_nobody_to_the_wrong_certificate_any_more(office: Office) -> None:
    desk, _ = open_office(office)
    take_in(desk, BANK)
    assert join(desk, office, "未婚证明", "kinship") == 303
    assert office.one(Certificate, "kinship").keywords == ["亲属证明", "未婚证明"]
    assert join(desk, office, "未婚证明", "-", which="joined") == 303
    assert office.one(Certificate, "kinship").keywords == ["亲属证明"]
    assert join(desk, office, "未婚证明", "single") == 303
    assert office.one(Certificate, "single").keywords == ["未婚证明"]


def test_a_point_says_who_is_still_awaited(office: Office) -> None:
    desk, _ = open_office(office)
    take_in(desk, BANK)

    assert "police has not answered yet: this may settle itself." in desk.get("/reform/survey/points?unit=bank")


def test_the_wall_counts_and_names_nobody(office: Office) -> None:
    desk, _ = open_office(office)
    take_in(desk, BANK, CIVIL)
    wall = desk.get("/reform/survey/wall")

    assert "<b>2<small> / 5</small></b><span>units answered</span>" in wall
    assert "民政" not in wall
    assert "bank" not in wall
