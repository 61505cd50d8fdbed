"""Drafts: kept for their writer alone, never overwritten unseen by another window, gone when they are used or old."""

from datetime import UTC, datetime, timedelta

import pytest

from responders.desk.drafts import drafted, drop, forget, of_case, save
from storage.database import Database
from tests.routes import open_doors

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CASE = "20260302-AAAAAAAA"
MINE = ("clerk", CASE, "answer")


@pytest.fixture
def desk(database: Database) -> Database:
    """A database with the clerks `clerk` and `second` of the police in it."""
    open_doors(database, NOW, [])
    return database


def keep(desk: Database, words: str, tab: str, serial: int = 0, over: bool = False) -> tuple[str, int, bool]:
    """Saves from a window that began with this serial; the words that stand now, their serial, and whether they are these."""
    typed = {"words": words, "source": "archive", "tab": tab, "serial": str(serial), "csrf": "secret", "archive": " "}
    with desk.write() as session:
        draft, ours = save(session, MINE, typed, NOW, over)
        return draft.fields.get("words", ""), draft.serial, ours


def test_only_what_was_written_is_kept_and_only_for_its_writer(desk: Database) -> None:
    keep(desk, "Volume 3", "a")
    with desk.read() as session:
        mine = {move: one.fields for move, one in of_case(session, "clerk", CASE).items()}
        assert mine == {"answer": {"words": "Volume 3", "source": "archive"}}
        assert of_case(session, "second", CASE) == {}
        assert drafted(session, "clerk", [CASE, "OTHER"]) == {CASE}


def test_one_window_goes_on_saving_however_often(desk: Database) -> None:
    assert keep(desk, "one", "a", 0) == ("one", 1, True)
    assert keep(desk, "two", "a", 0) == ("two", 2, True)
    assert keep(desk, "three", "a", 2) == ("three", 3, True)


def test_a_second_window_is_not_overwritten_unseen(desk: Database) -> None:
    keep(desk, "from the first", "a", 0)

    assert keep(desk, "the second began before", "b", 0) == ("from the first", 1, False)
    assert keep(desk, "from the first", "b", 0) == ("from the first", 2, True), "the same words take nothing away"
    assert keep(desk, "the second has seen it", "b", 2) == ("the second has seen it", 3, True)
    assert keep(desk, "the first knows nothing of it", "a", 1) == ("the second has seen it", 3, False)
    assert keep(desk, "wanted all the same", "a", 1, over=True) == ("wanted all the same", 4, True)


def test_an_emptied_form_is_no_draft(desk: Database) -> None:
    keep(desk, "a word", "a")
    keep(desk, " ", "a", 1)
    with desk.read() as session:
        assert of_case(session, "clerk", CASE) == {}
        assert drafted(session, "clerk", [CASE]) == set()


@pytest.mark.parametrize("move", ["answer", ""])
def test_what_was_used_is_thrown_away(desk: Database, move: str) -> None:
    with desk.write() as session:
        save(session, MINE, {"words": "x"}, NOW)
        save(session, ("clerk", CASE, "return"), {"note": "y"}, NOW)
        save(session, ("second", CASE, "answer"), {"words": "z"}, NOW)
        drop(session, "clerk", CASE, move)
    with desk.read() as session:
        assert set(of_case(session, "clerk", CASE)) == ({"return"} if move else set())
        assert set(of_case(session, "second", CASE)) == {"answer"}


def test_what_nobody_goes_on_with_is_forgotten_after_two_weeks(desk: Database) -> None:
    keep(desk, "x", "a")
    for days, left in ((13, {"answer"}), (15, set())):
        with desk.write() as session:
            forget(session, NOW + timedelta(days=days))
        with desk.read() as session:
            assert set(of_case(session, "clerk", CASE)) == left


def test_a_long_text_is_cut_and_a_strange_serial_counts_as_none(desk: Database) -> None:
    with desk.write() as session:
        draft, ours = save(session, MINE, {"words": "字" * 5000, "serial": "9" * 40}, NOW)
        assert (len(draft.fields["words"]), ours) == (2000, True)
