"""Commands that make a key: while the database is away or empty no key is left behind, however often they are tried."""

import shutil
from pathlib import Path

import pytest

from tests.rooms.deploy.test_command_troubles import call, database_away, lived_in

__all__ = ["lived_in"]
CALLS = [["encrypt", "--new-key"], ["keys", "rotate", "house", "--starts-in-days", "0"], ["seals", "make", "--anew"]]


def keys_in(home: Path) -> dict[str, bytes]:
    """Every file of keys and what stands in it."""
    return {str(one.relative_to(home)): one.read_bytes() for one in (home / "keys").rglob("*") if one.is_file()}


@pytest.mark.parametrize("words", CALLS, ids=" ".join)
@pytest.mark.parametrize(
    "away", [database_away, lambda home: {"HECHA_DATABASE_URL": f"sqlite:///{home}/empty.sqlite"}], ids=["away", "empty"]
)
def test_no_key_is_left_behind(lived_in: Path, tmp_path: Path, words: list[str], away: object) -> None:
    home = tmp_path / "home"
    shutil.copytree(lived_in, home)
    before = keys_in(home)
    codes = [call(words, home, **away(home))[0] for _ in range(2)]  # type: ignore[operator]  # one of the two above

    assert codes == [2, 2]
    assert keys_in(home) == before


@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_with_a_database_there_is_one_more(lived_in: Path, tmp_path: Path, words: list[str]) -> None:
    home = tmp_path / "home"
    shutil.copytree(lived_in, home)
    before = keys_in(home)

    assert call([*words, "--keep-old"] if words[0] == "encrypt" else words, home)[0] == 0
    assert keys_in(home) != before
