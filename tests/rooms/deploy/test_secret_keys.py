"""The key file: made once, whole, for its owner's eyes only; a wrong one is refused by name."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy.agent.settings import WrongSetting
from deploy.assembly import assemble
from deploy.operations.secret_keys import WrongKeyFile, house_keys, key_file, write_keys
from deploy.settings import Settings, read_settings
from storage.vault import Keys
from tests.vaults import KEYS, SECRET_KEYS


def test_the_first_start_makes_keys_that_later_ones_read(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    made = house_keys(settings)

    assert house_keys(settings) == made
    assert house_keys(Settings(home=tmp_path / "other")) != made


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = key_file(Settings(home=tmp_path))
    house_keys(Settings(home=tmp_path))

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_processes_that_start_together_have_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as crowd:
        found = list(crowd.map(house_keys, [Settings(home=tmp_path)] * 16))

    assert all(keys == found[0] for keys in found)


def test_the_setting_comes_before_the_file(tmp_path: Path) -> None:
    assert house_keys(Settings(home=tmp_path, secret_keys=SECRET_KEYS)) == KEYS
    assert not key_file(Settings(home=tmp_path)).exists()


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    settings, fresh = Settings(home=tmp_path), Keys.make()
    house_keys(settings)
    write_keys(key_file(settings), fresh)

    assert house_keys(settings) == fresh
    assert key_file(settings).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("inside", [b"", b"k1:abc", b"\xff\xfe"])
def test_a_file_that_cannot_be_right_is_refused_by_name(tmp_path: Path, inside: bytes) -> None:
    settings = Settings(home=tmp_path)
    house_keys(settings)
    key_file(settings).write_bytes(inside)
    with pytest.raises(WrongKeyFile, match="keys: expected"):
        assemble(settings)


def test_a_wrong_setting_is_refused_by_name_and_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HECHA_SECRET_KEYS", "k1:not-a-key")
    with pytest.raises(WrongSetting, match="HECHA_SECRET_KEYS") as wrong:
        read_settings(home=tmp_path)

    assert "not-a-key" not in str(wrong.value)


def test_the_setting_stands_in_no_picture_of_the_settings(tmp_path: Path) -> None:
    assert SECRET_KEYS not in repr(Settings(home=tmp_path, secret_keys=SECRET_KEYS))
