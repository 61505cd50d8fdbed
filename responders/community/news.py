"""News of the community for a clerk who has a case open: what contacts said since, and what became of the texts to them."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from cases.case import Case
from cases.open_forms import SHOWN, still_good
from contacts import statements
from responders.community.phone_task import rungs_of


def news_of(session: Session, case: Case, seen: int) -> Mapping[str, Any]:
    """The case's statements and texts for the page that shows version `seen`. At most four queries.

    `quiet`: since then only contacts spoke and clocks ticked, which the page shows by itself; whoever is writing may go on.
    """
    told = {"statements": [] if case.blocked_at else statements.for_case(session, case.number), "rungs": rungs_of(session, case)}
    quiet = case.version == seen or bool(still_good(session, {case.number: seen}, SHOWN))
    return {**told, "quiet": quiet and seen > 0}
