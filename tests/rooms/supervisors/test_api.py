"""The board over the API: its figures and rows as plain JSON, for those alone who watch."""

from collections.abc import Iterator

import pytest

import supervisors.board.board_api
from deploy import case_actions_api
from storage.database import Database
from tests.rooms.county import MONDAY
from tests.routes import Doors, later, open_doors


@pytest.fixture
def doors(database: Database) -> Iterator[Doors]:
    """A house with the board and the moves, on Monday morning."""
    return open_doors(database, MONDAY, [supervisors.board.board_api.router, case_actions_api.router])  # type: ignore[return-value]


def test_the_board_tells_figures_rows_and_the_cases_to_look_after(doors: Doors):
    (number,) = doors.ask("B-1")
    later(doors, days=3)
    board = doors.client("supervisor").get("/api/v1/board").json()

    assert (board["open"], board["asked"], board["overdue"], board["answered_today"], board["by_source"]) == (1, 1, 1, 0, {})
    assert [case["number"] for case in board["overdue_cases"]] == [number]
    assert (board["for_decision"], board["median_seconds"], board["on_time_rate"]) == ([], None, None)
    assert [(row["unit"], row["open"], row["light"]) for row in board["units"]] == [("police", 1, "red")]
    assert [(row["item"], row["overdue"]) for row in board["items"]] == [("kinship", 1)]
    assert set(board["texts"]) == {"delivered", "failed", "unknown", "under_way", "waiting"}
    assert board["machines"] == {"police": "never"}
    assert "B-1" not in str(board["units"])


@pytest.mark.parametrize("who", ["asker", "clerk", "keeper"])
def test_the_board_is_for_those_who_watch(doors: Doors, who: str):
    assert doors.client(who).get("/api/v1/board").status_code == 403


def test_urging_over_the_api_needs_a_supervisor_a_reason_and_a_person_who_has_the_case(doors: Doors):
    (number,) = doors.ask("B-1")
    supervisor, clerk = doors.client("supervisor"), doors.client("clerk")
    assert supervisor.post(f"/api/v1/cases/{number}/urge", json={"note": "now"}).status_code == 409
    assert clerk.post(f"/api/v1/cases/{number}/urge", json={"note": "now"}).status_code == 409
    missing = supervisor.post(f"/api/v1/cases/{number}/urge", json={})

    assert missing.status_code == 422
    assert [error["field"] for error in missing.json()["errors"]] == ["note"]
