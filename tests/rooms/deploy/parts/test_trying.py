"""`try` and `respond --check`: what a department sees of its registers before anybody asks."""

import os
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.agent import command
from deploy.cli.app import app
from tests.rooms.responders.agent.stores import FATHER, SON
from tests.rooms.responders.sources.files import COMMON, DATABASE, HEADINGS, ROWS, write

HEAD = "number,name,plate,year,expected,facts\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A department's home with the file of one source and its register."""
    with sqlite3.connect(tmp_path / "vehicles.sqlite") as connection:
        connection.execute(f"CREATE TABLE clxx ({', '.join(HEADINGS)})")
        connection.executemany("INSERT INTO clxx VALUES (?, ?, ?, ?, ?)", ROWS)
    connection.close()
    write(tmp_path, DATABASE.format(address=f"sqlite:///{tmp_path / 'vehicles.sqlite'}") + COMMON)
    for name in [name for name in os.environ if name.startswith("HECHA_")]:  # an agent refuses those of the house
        monkeypatch.delenv(name)
    monkeypatch.setenv("HECHA_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_answers_stand_beside_what_is_expected_with_times_and_statements(home: Path) -> None:
    rows = f"{SON},王建国,浙GA0001,,confirmed,this_one=agrees\n{FATHER},王根福,,,no_record,\n"
    (home / "q.csv").write_bytes(("\ufeff" + HEAD + rows).encode())
    done = CliRunner().invoke(app, ["try", "vehicle", "q.csv", "--unit", "transport"])

    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "2/2 与预期一致 / as expected")
    assert " FROM clxx WHERE" in done.output.replace('"', "")
    assert SON not in done.output
    (home / "q.csv").write_text(HEAD + rows.replace("no_record", "confirmed"), encoding="gb18030")
    done = CliRunner().invoke(app, ["try", "vehicle", "q.csv", "--unit", "transport"])
    assert done.exit_code == 1
    assert "第 3 行 / line 3: no_record  ✗ 预期 / expected confirmed" in done.output


def test_what_is_wrong_is_shown_whole_and_a_wrong_file_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "q.csv").write_text(HEAD.replace("plate", "plat") + f"{SON},王建国,,,,\n")
    assert command.main(["try", "vehicle", "q.csv", "--unit", "transport"]) == 2
    assert "there is no such heading: plat" in capsys.readouterr().err
    (home / "q.csv").write_text(HEAD + "330782197601100000,王建国,,,,\n")
    assert command.main(["try", "vehicle", "q.csv", "--unit", "transport"]) == 2
    told = capsys.readouterr().err
    assert ("line 2: subjects.person.id_number" in told, "330782197601100000" in told) == (True, False)

    (home / "vehicles.sqlite").unlink()
    (home / "q.csv").write_text(HEAD + f"{SON},王建国,,,,\n")
    with pytest.raises(SystemExit, match="2"):
        command.main(["try", "vehicle", "q.csv", "--unit", "transport"])
    told = capsys.readouterr().out
    assert "Traceback (most recent call last)" in told
    assert "vehicle: 无法连接" in told


def test_every_register_is_looked_at(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also those that a packaged handler looks for in a store that is not there."""
    with pytest.raises(SystemExit, match="1"):
        command.main(["respond", "--unit", "transport", "--check"])
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith(f"vehicle: 正常 / well, {len(ROWS)} 条 / entries, ") for line in lines)
    assert any(line.startswith("vehicle_record: ") and "正常" not in line for line in lines)
    assert not (home / "records-seen").exists(), "nothing of it is remembered"

    path = home / "sources/transport/vehicle.toml"
    (home / "sources/tranport").mkdir()
    astray = home / "sources/tranport/vehicle.toml"
    astray.write_text(path.read_text())
    with pytest.raises(SystemExit, match="1"):
        command.main(["respond", "--unit", "transport", "--check"])
    assert f"{astray}: 该事项由 transport 回答" in capsys.readouterr().out
    path.write_text(path.read_text().replace("[coverage]", "[covrage]"))
    assert command.main(["respond", "--unit", "transport", "--check"]) == 2
    assert "covrage: 没有这个键" in capsys.readouterr().err
