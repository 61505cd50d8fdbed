"""Each command × a unit, account, letter, case or file that there is none of: it is named, and the command ends with 2."""

from pathlib import Path

import pytest

from tests.rooms.deploy.test_command_troubles import call, lived_in

__all__ = ["lived_in"]
NOBODY = "nosuchthing"
# SPOT is a folder of the test's own. `keys make` names a unit that no machine of a department can look up.
CALLS = [
    ["keys", "export", NOBODY],
    ["keys", "rotate", NOBODY],
    ["keys", "revoke", NOBODY],
    ["keys", "import", f"SPOT/{NOBODY}", "--yes"],
    ["seals", "make", NOBODY],
    ["seals", "revoke", NOBODY],
    ["verify", "SPOT/x.pdf", "--root", f"SPOT/{NOBODY}"],
    ["verify", f"SPOT/{NOBODY}", "--root", "HOME/keys/seals/city.pem"],
    ["verify", "SPOT/x.pdf", "--root", "HOME/keys/seals/city.pem", "--revoked", f"SPOT/{NOBODY}"],
    ["verify", "SPOT/x.pdf", "--root", "HOME/keys/seals/city.pem", "--list", f"SPOT/{NOBODY}"],
    ["blocked", NOBODY, "--reason", "a complaint"],
    ["provision-broker", "--folder", "SPOT", "--rabbitmqctl", "true", "--new-password", NOBODY],
    ["backup", f"SPOT/{NOBODY}/backup"],
    ["backup", "SPOT/backup", "--with-keys", "--passphrase-file", f"SPOT/{NOBODY}"],
    ["restore", f"SPOT/{NOBODY}"],
    ["trail", "verify", "--case", NOBODY],
    ["trail", "verify", "--checkpoints", f"SPOT/{NOBODY}"],
    ["trail", "prove", NOBODY],
    ["trail", "check", f"SPOT/{NOBODY}"],
    ["load", f"SPOT/{NOBODY}.csv"],
    ["key", NOBODY, "--until", "2030-01-01"],
    ["key", "clerk", "--until", "2030-01-01", "--scope", NOBODY],
    ["unlock", NOBODY],
    ["webhook", NOBODY, "https://example.org/x"],
    ["dead", "--replay", "987"],
    ["dead", "--drop", "987", "--reason", "not needed"],
    ["story", NOBODY],
]


@pytest.fixture(scope="module")
def home(lived_in: Path) -> Path:
    """The county, with seals."""
    assert call(["seals", "make"], lived_in)[0] == 0
    return lived_in


@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_what_there_is_none_of_is_named(home: Path, tmp_path: Path, words: list[str]) -> None:
    placed = [word.replace("SPOT", str(tmp_path)).replace("HOME", str(home)) for word in words]
    code, told = call(placed, home, HECHA_LOCALE="en")

    assert code == 2
    assert ("987" if "987" in words else NOBODY) in told.replace("\n", "")


def test_a_unit_without_keys_is_told_apart_from_an_unknown_one(lived_in: Path) -> None:
    code, told = call(["keys", "export", "bank"], lived_in)

    assert code == 2
    assert "bank has no key that counts" in told
