"""HEAD is answered wherever GET is: the same head, and no body."""

import pytest

from tests.rooms.office import Desk


@pytest.mark.parametrize(
    "address", ["/healthz", "/metrics", "/sign-in", "/admin", "/static/hecha/hecha.css", "/openapi.json", "/nowhere"]
)
def test_the_head_of_a_page_is_that_of_the_page(desk: Desk, address: str) -> None:
    whole, head = desk.web.get(address), desk.web.head(address)

    assert (head.status_code, head.headers["content-type"]) == (whole.status_code, whole.headers["content-type"])
    assert head.content == b""


def test_what_only_takes_forms_has_no_head(desk: Desk) -> None:
    assert desk.web.head("/admin/accounts/clerk/off").status_code == desk.web.get("/admin/accounts/clerk/off").status_code


def test_the_head_of_a_stream_ends(desk: Desk) -> None:
    head = desk.web.head("/board/live")

    assert head.status_code == 200
    assert head.headers["content-type"].startswith("text/event-stream")
