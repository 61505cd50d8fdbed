"""Settings that name a file or a folder: one that is not there or is something else is refused at the start, by name."""

from pathlib import Path

import pytest

from deploy.agent.settings import AgentSettings, WrongSetting, read
from deploy.settings import Settings, read_settings
from tests.certificates import write_certificates
from tests.rooms.deploy.test_command_troubles import call
from tests.rooms.deploy.test_settings import _place, refused

__all__ = ["_place"]
PEM = "-----BEGIN CERTIFICATE-----"
SPOTS = {"missing": "none", "another's": "notes", "a folder": "folder", "no path": "GEHEIM" * 60, "below a file": "notes/x"}
# By setting: what is said to be expected, and in which places it may lie. What is made later may be missing.
ROWS = {
    "home": ("expected a folder", {"missing", "a folder"}),
    "broker_ca": (f"expected a file of certificates in PEM ({PEM}", set()),
    "letter_keys": ("expected a file of letter keys", {"missing", "another's"}),  # what stands in it, the agent looks at
    "records": ("expected a folder", {"missing", "a folder"}),
    "clock_file": ("expected a file with seconds, such as 3600", {"missing"}),
    "holidays": ("expected a CSV file with day,working,source", {"another's"}),  # what stands in it, the calendar looks at
}


def test_the_table_knows_every_setting_of_a_place() -> None:
    places = {
        name
        for name, field in Settings.model_fields.items()
        if Path in (field.annotation, *getattr(field.annotation, "__args__", ()))
    }

    assert places - {"folders"} == set(ROWS), "those of a city are in test_settings.py"


@pytest.mark.parametrize("spot", SPOTS)
@pytest.mark.parametrize("name", ROWS)
def test_a_place_that_cannot_be_right_is_refused_by_name(tmp_path: Path, name: str, spot: str) -> None:
    (tmp_path / "notes").write_text("GEHEIM")
    (tmp_path / "folder").mkdir()
    path, (wanted, good) = tmp_path / SPOTS[spot], ROWS[name]
    if spot in good:
        assert getattr(read_settings(**{name: path}), name) == path
        return
    words = refused(**{name: path})

    assert words.startswith(f"HECHA_{name.upper()}: ")
    assert wanted in words
    assert "GEHEIM" not in words
    assert len(words.splitlines()) == 1


def test_a_file_of_certificates_is_taken_by_the_house_and_by_an_agent(tmp_path: Path) -> None:
    certificate = tmp_path / "ca.pem"
    write_certificates(tmp_path, "127.0.0.1", 1)
    assert read_settings(broker_ca=certificate).broker_ca == certificate
    assert read(AgentSettings, {"broker_ca": certificate}).broker_ca == certificate
    with pytest.raises(WrongSetting, match="HECHA_BROKER_CA: there is no such file"):
        read(AgentSettings, {"broker_ca": tmp_path / "none"})


def test_a_path_too_long_for_a_folder_of_the_city_is_refused_too() -> None:
    assert refused(folders="x" * 300).startswith("HECHA_FOLDERS: ")


@pytest.mark.parametrize("command", ["migrate", "doctor"])
def test_the_start_ends_there(tmp_path: Path, command: str) -> None:
    code, told = call(command.split(), tmp_path, HECHA_BROKER_CA=str(tmp_path / "none"))

    assert code == 2
    assert "HECHA_BROKER_CA: there is no such file; expected a file of certificates in PEM" in told.replace("\n", "")
