"""Signing in: where people land, and that no form sends them elsewhere."""

import pytest

from web.sign_in.sign_in_flow import landing, local_path


@pytest.mark.parametrize(
    "elsewhere", ["https://x.example", "//x.example", "/\\x.example", "\\\\x", "javascript:1", "/a\\b", "/a\nb", "", "ask"]
)
def test_only_our_own_paths_are_followed(elsewhere: str) -> None:
    assert local_path(elsewhere) == ""


def test_a_path_of_ours_is_followed() -> None:
    assert local_path("/cases/20260901-ABCDEFGH") == "/cases/20260901-ABCDEFGH"


@pytest.mark.parametrize(
    ("roles", "page"),
    [
        ({"asker"}, "/ask"),
        ({"clerk"}, "/desk"),
        ({"asker", "clerk"}, "/desk"),
        ({"supervisor"}, "/board"),
        ({"keeper"}, "/roster"),
        ({"admin"}, "/admin"),
        (set(), "/me"),
    ],
)
def test_everybody_begins_at_their_own_work(roles: set[str], page: str) -> None:
    assert landing(frozenset(roles)) == page
