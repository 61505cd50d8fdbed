"""The vault: what it seals opens only where it was sealed, and only with its keys."""

import pytest
from sqlmodel import Session

from storage.database import Database
from storage.vault import Broken, Keys, NoVault, Vault, WrongKeys, vault_of
from tests.vaults import KEYS, SECRET_KEYS, VAULT

PLAIN = "330102198503070017 金书记".encode()
PLACE = "cases.subjects:H-1"
KEY = "A" * 43


def test_what_was_sealed_opens_in_its_place() -> None:
    assert VAULT.open(VAULT.encrypt(PLAIN, PLACE), PLACE) == PLAIN


def test_the_same_thing_sealed_twice_looks_different_and_shows_nothing() -> None:
    first, second = VAULT.encrypt(PLAIN, PLACE), VAULT.encrypt(PLAIN, PLACE)

    assert first != second
    assert PLAIN[:6] not in first


@pytest.mark.parametrize("place", ["cases.subjects:H-2", "cases.purpose:H-1", "", "cases.subjects"])
def test_it_opens_in_no_other_place(place: str) -> None:
    with pytest.raises(Broken):
        VAULT.open(VAULT.encrypt(PLAIN, PLACE), place)


def test_a_changed_byte_anywhere_is_refused() -> None:
    sealed = VAULT.encrypt(PLAIN, PLACE)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(Broken):
            VAULT.open(bytes(changed), PLACE)


@pytest.mark.parametrize("cut", [0, 1, 5, 6, 17, 20, -1])
def test_a_piece_of_it_is_refused(cut: int) -> None:
    with pytest.raises(Broken):
        VAULT.open(VAULT.encrypt(PLAIN, PLACE)[:cut], PLACE)


def test_the_first_key_seals_and_all_open() -> None:
    old, data = VAULT.encrypt(PLAIN, PLACE), {"new": bytes(32), **KEYS.data}
    both, only_new = Vault(Keys(data, KEYS.index)), Vault(Keys({"new": bytes(32)}, KEYS.index))

    assert both.open(old, PLACE) == PLAIN
    assert both.encrypt(PLAIN, PLACE).startswith(both.head)
    assert only_new.open(both.encrypt(PLAIN, PLACE), PLACE) == PLAIN
    with pytest.raises(Broken):
        only_new.open(old, PLACE)


def test_indexes_and_marks_tell_purposes_apart_and_outlive_a_change_of_data_keys() -> None:
    rotated = Vault(Keys({"new": bytes(32), **KEYS.data}, KEYS.index))

    assert VAULT.index("330102198503070017", "person") == rotated.index("330102198503070017", "person")
    assert len(VAULT.index("x", "person")) == 32
    assert VAULT.index("x", "person") != VAULT.index("x", "phone")
    assert VAULT.mac(b"x", "trail") == rotated.mac(b"x", "trail")
    assert len({VAULT.mac(b"x", "trail"), VAULT.mac(b"y", "trail"), VAULT.mac(b"x", "other")}) == 3
    assert Vault(Keys(KEYS.data, bytes(32))).index("x", "person") != VAULT.index("x", "person")


def test_keys_are_read_as_they_are_written() -> None:
    made = Keys.make()

    assert Keys.read(made.text()) == made
    assert Keys.read("# remark\n" + made.text() + "\n") == made
    assert Keys.read(SECRET_KEYS) == KEYS


TWICE, SHORT, SPACED, STRANGE = f"a:{KEY},a:{KEY}", f"a:{KEY[1:]}", f"a b:{KEY}", f"a:{KEY}!"


@pytest.mark.parametrize(
    "text", ["", "a", "a:" + KEY, "index:" + KEY, *(f"{e},index:{KEY}" for e in (TWICE, SHORT, SPACED, STRANGE))]
)
def test_wrong_keys_are_refused_without_showing_them(text: str) -> None:
    with pytest.raises(WrongKeys) as wrong:
        Keys.read(text)

    assert KEY[:8] not in str(wrong.value)


def test_no_key_stands_in_what_is_shown_of_them() -> None:
    assert "AAEC" not in repr(KEYS) + repr(VAULT) + str(vars(VAULT))
    assert repr(bytes(range(4)))[2:-1] not in repr(KEYS)


def test_a_session_gives_the_vault_of_its_database(database: Database) -> None:
    with database.read() as looking, database.write() as writing:
        assert vault_of(looking) is vault_of(writing) is VAULT


def test_a_database_opened_without_keys_says_so(database: Database) -> None:
    with Session(database.engine) as session, pytest.raises(NoVault):
        vault_of(session)
