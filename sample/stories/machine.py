"""Stories of the machine: a father found in households of long ago, a marriage found only under fifteen digits."""

import time

from sample.stories.stage import Stage
from sample.stories.teller import Teller


def kinship(stage: Stage, tell: Teller) -> None:
    """Is this man the father of a card holder who is out of reach?"""
    tell.does("bank1", "asks the police: is this man the father of the card holder?")
    start = time.monotonic()
    case = stage.look("bank1", stage.ask("bank1", stage.sheet["questions"]["kinship"]), wait=30)
    seconds = time.monotonic() - start
    finding = case["finding"] or {}
    tell.check(case["state"] == "answered" and finding.get("outcome") == "confirmed", f"{case['number']} answered: confirmed")
    tell.check(finding["source"] == "record" and finding["grade"] == "A", "by the machine, from records, grade A")
    tell.check(finding["evidence"].get("shared_today") == "no", "they live apart today: it stands in a household of the past")
    tell.check(seconds < 5, f"{seconds:.2f} seconds from question to answer")


def fifteen(stage: Stage, tell: Teller) -> None:
    """A marriage of 1992 was written down under the numbers of its time."""
    tell.does("bank1", "asks civil affairs: are these two married?")
    case = stage.look("bank1", stage.ask("bank1", stage.sheet["questions"]["fifteen"]), wait=30)
    finding = case["finding"] or {}
    tell.check(finding.get("outcome") == "confirmed", f"{case['number']} answered: {finding.get('words')}")
    tell.check(finding["evidence"].get("id_form") == "15", "the finding says that the 15-digit number hit")
