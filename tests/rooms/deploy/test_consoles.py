"""What commands print stands there as it is: brackets survive, and nothing is broken or cut where it is piped on."""

import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.table import Table
from typer import Exit

from deploy.cli import joining, starting
from deploy.operations.consoles import console as shared
from deploy.operations.consoles import open_console, print_table

ROOT = Path(starting.__file__).parents[2]
ODD = "/srv/[red]/x[/b].toml: expected [items] :smile: " + "x" * 300


def test_brackets_and_long_lines_survive_wherever_a_command_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    words = StringIO()
    monkeypatch.setattr(shared, "_file", words)  # None, put back, follows stderr again
    for end in (lambda: starting.end(ODD), lambda: starting.end("Wrong", ODD), lambda: joining.end_saying("en", ODD)):
        with pytest.raises(Exit):
            end()

    assert words.getvalue().count(f"{ODD}\n") == 3


def test_a_table_that_is_piped_on_has_whole_rows() -> None:
    console, table = open_console(), Table("queue", "reason", title="2 [dead] letters")
    console.file = words = StringIO()
    table.add_row("[a]", ODD)
    table.add_row("b\tc", "two\nlines")
    print_table(console, table)

    assert words.getvalue().splitlines() == ["2 [dead] letters", "queue\treason", f"[a]\t{ODD}", "b c\ttwo lines"]


def test_a_command_names_a_file_with_brackets_in_full(tmp_path: Path) -> None:
    home = tmp_path / "[home]" / "long" / ("x" * 120)
    (home / "items").mkdir(parents=True)
    (home / "items" / "[x].toml").write_text("= [")
    done = subprocess.run(
        [sys.executable, "-c", "from deploy.cli.app import app; app()", "migrate"],
        env={"HECHA_HOME": str(home), "PYTHONPATH": str(ROOT)}, cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert done.returncode == 2
    assert f"Wrong catalogue file\n{home}/items/[x].toml: must be TOML in UTF-8" in done.stderr


def test_no_command_makes_a_console_of_its_own_or_writes_markup() -> None:
    """A console that takes markup swallows brackets, or ends in a traceback over them."""
    for path in (ROOT / "deploy").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert path.name == "consoles.py" or not re.search(r"\bConsole\((?!\))|= Console\(", text), path
        assert not re.search(r"\[/?(red|green|yellow|bold|dim|link)\b", text), path
