"""What SECURITY.md says is shown by a test is shown by one that is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`((?:tests|docs)/[\w./]+|test_\w+\.py)`")


def test_every_test_and_document_it_names_is_there() -> None:
    """By its whole path, or by its name in the folder named before."""
    named = NAMED.findall((ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    there = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert len(named) > 15
    assert [name for name in named if not (ROOT / name).exists() and name not in there] == []
