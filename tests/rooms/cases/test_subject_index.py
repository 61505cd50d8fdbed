"""Whom a case names is found by hash, and stands nowhere in the index itself."""

from sqlmodel import select

from cases.subject_index import IndexedSubject, numbers_of
from tests.rooms.county import County
from tests.routes import kinship


def test_a_case_is_found_by_each_person_it_names(county: County):
    (number,) = county.ask()
    people = [subject["id_number"] for subject in kinship("B-0")["subjects"].values()]

    with county.database.read() as session:
        assert [numbers_of(session, one) for one in people] == [[number]] * len(people)
        assert numbers_of(session, "11010519491231002X") == []
        rows = session.exec(select(IndexedSubject)).all()
    assert len(rows) == 2 * len(people)  # by number and by name
    assert not any(one in row.key for row in rows for one in people)
