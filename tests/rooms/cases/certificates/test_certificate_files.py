"""The files of certificates: what is packaged, what a city adds, what is refused; they fill the directory once."""

from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import Session, select

from cases.catalogue.catalogue import OURS, CatalogueProblem
from cases.certificates.certificate import CertificateClass
from cases.certificates.certificate_file import CertificateFile
from cases.certificates.directory import all_certificates, certificate_of
from cases.certificates.history import history_of
from cases.certificates.loading import fill_directory, read_certificates
from cases.certificates.taking import takings_of
from cases.trail.trail import Trail
from tests.rooms.cases.certificates.shelf import SECOND, editing
from tests.rooms.county import County, counted
from tests.routes import RULEBOOK

PACKAGED = read_certificates(RULEBOOK)
BIRTH_DATE = (OURS / "certificates" / "not_needed" / "birth_date.toml").read_text(encoding="utf-8")


def filled(county: County, *folders: Path) -> list[str]:
    """The codes that were added."""
    with county.database.write() as session:
        return fill_directory(session, RULEBOOK, folders, county.now)


def test_about_sixty_certificates_are_packaged_in_all_classes_each_in_the_folder_of_its_class() -> None:
    classes = Counter(one.certificate_class for one in PACKAGED.values())
    assert len(PACKAGED) >= 60
    assert set(classes) == set(CertificateClass)
    assert classes["not_needed"] == 14, "nine facts that cards prove and five that the household book proves"
    for code, one in PACKAGED.items():
        assert (OURS / "certificates" / one.certificate_class / f"{code}.toml").is_file()
        assert one.sample_volume, "no volume of ours is any city's"
    assert all(len(list(folder.iterdir())) <= 25 for folder in (OURS / "certificates").iterdir())


def test_every_one_has_its_words_in_both_languages_and_keywords_in_three_ways() -> None:
    for one in PACKAGED.values():
        assert one.document, one.code
        assert one.clause, one.code
        assert any(word[0] >= "\u2e80" for word in one.keywords), one.code
        assert any(word.isascii() and word.isalnum() and len(word) <= 7 for word in one.keywords), one.code
        assert any(word.isascii() and len(word) > 2 for word in one.keywords), one.code
        assert len(set(one.keywords)) == len(one.keywords), one.code


def test_no_two_certificates_have_the_same_name() -> None:
    for names in ([one.name.zh for one in PACKAGED.values()], [one.name.en for one in PACKAGED.values()]):
        assert [name for name, times in Counter(names).items() if times > 1] == []


def test_a_certificate_of_a_city_is_one_file_and_takes_the_place_of_ours(tmp_path: Path, county: County) -> None:
    folder = tmp_path / "certificates" / "police"
    folder.mkdir(parents=True)
    (folder / "zodiac.toml").write_text(BIRTH_DATE.replace('"birth_date"', '"zodiac"', 1).replace("出生日期证明", "生肖证明"))
    (folder / "birth_date.toml").write_text(BIRTH_DATE.replace("yearly_volume = 320", "yearly_volume = 7"))

    assert len(filled(county, tmp_path)) == len(PACKAGED) + 1
    with county.database.read() as session:
        assert certificate_of(session, "zodiac").zh == "生肖证明"
        assert certificate_of(session, "birth_date").yearly_volume == 7
        assert [one.state for one in history_of(session, "zodiac")] == ["made"]


def test_two_files_of_one_code_are_refused(tmp_path: Path) -> None:
    for name in ("police", "civil"):
        (tmp_path / "certificates" / name).mkdir(parents=True)
        (tmp_path / "certificates" / name / "birth_date.toml").write_text(BIRTH_DATE)

    with pytest.raises(CatalogueProblem, match="is taken by"):
        read_certificates(RULEBOOK, [tmp_path])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('class = "not_needed"', 'class = "needless"', "certificate_class: There is no such class."),
        ('class = "not_needed"', 'class = "check"', "items: Name the item or the bundle that replaces it."),
        ('class = "not_needed"', 'class = "commitment"', "commitment: Write the text of the commitment"),
        ('class = "not_needed"', 'class = "query"\nitems = ["kinship"]', "items: This gives back no fields of a record: kinship."),
        ("[clause]", 'items = ["no_such"]\n[clause]', "items: There is no such item in the catalogue."),
        ("[clause]", 'matters = ["no_such"]\n[clause]', 'matters: there is no matter "no_such"; known are business_loan'),
        ("[clause]", "colour = 3\n[clause]", "colour: "),
        ('code = "birth_date"', 'code = "other"', 'code: must be the name of the file, "birth_date"'),
    ],
)
def test_a_wrong_file_is_named_with_what_would_be_right(tmp_path: Path, old: str, new: str, told: str) -> None:
    (tmp_path / "certificates").mkdir()
    (tmp_path / "certificates" / "birth_date.toml").write_text(BIRTH_DATE.replace(old, new))

    with pytest.raises(CatalogueProblem) as wrong:
        read_certificates(RULEBOOK, [tmp_path])
    assert told in str(wrong.value)
    assert "birth_date.toml" in str(wrong.value)


def test_the_directory_is_filled_once_and_what_was_changed_since_then_stays(county: County) -> None:
    with counted(county.database) as statements:
        assert filled(county) == list(PACKAGED)
    assert len(statements) < 15, "not one for each certificate"
    with editing(county, SECOND) as editor:
        editor.change("birth_date", {"yearly_volume": 5})

    assert filled(county) == [], "the second start adds nothing"
    with county.database.read() as session:
        assert certificate_of(session, "birth_date").yearly_volume == 5
        assert len(all_certificates(session)) == len(PACKAGED)
        assert [one.matter for one in takings_of(session, ["kinship_certificate"])["kinship_certificate"]]
        assert loads(session) == [{"certificates": len(PACKAGED)}]


def loads(session: Session) -> list[object]:
    """What the trail says of loads."""
    return [dict(line.details) for line in session.exec(select(Trail).where(Trail.action == "load"))]


def test_the_code_of_a_file_is_one_word() -> None:
    with pytest.raises(ValueError, match="code"):
        CertificateFile.model_validate({"code": "Not One", "name": {"zh": "x", "en": "x"}})
