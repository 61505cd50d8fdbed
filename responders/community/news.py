"""What contacts said and what became of the texts to them, for a clerk with the case open."""

from typing import Any

from sqlmodel import Session

from cases.case import Case
from cases.open_forms import SHOWN, still_good
from contacts import statements
from contacts.alerts.unclear_replies import unclear_of
from responders.community.phone_task import rungs_of


def news_of(session: Session, case: Case, seen: int) -> dict[str, object]:
    """The case's statements, unclear replies and texts for the page that shows version `seen`. At most five queries.

    `quiet`: since then only contacts spoke and clocks ticked, which the page shows by itself; whoever is writing may go on.
    """
    told: dict[str, Any] = {"statements": [], "unclear": [], "rungs": rungs_of(session, case)}
    if not case.blocked_at:
        told |= {"statements": statements.for_case(session, case.number), "unclear": unclear_of(session, case.number)}
    quiet = case.version == seen or bool(still_good(session, {case.number: seen}, SHOWN))
    return {**told, "quiet": quiet and seen > 0}
