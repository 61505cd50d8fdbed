"""The diagram that a newcomer reads is the table that the code obeys."""

import re

from cases.lifecycle import diagram
from tests.house.rooms import ROOT

BETWEEN = re.compile(r"<!-- lifecycle -->\n```mermaid\n(.*?)\n```\n<!-- /lifecycle -->", re.DOTALL)


def test_the_diagram_in_contributing_equals_the_table() -> None:
    drawn = BETWEEN.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))

    assert drawn == [diagram()]
