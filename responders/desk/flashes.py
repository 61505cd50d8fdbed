"""What a clerk's page says after a move, by what became of it."""

from cases.case import find_case
from responders.duty.handovers import how_told
from web.context import Context
from web.form_data import FormData


def flash_of(context: Context, number: str, move: str, form_data: FormData) -> str:
    """The name of the words: what became of the move, which is not always what its name says."""
    if move not in ("amend", "propose_amendment", "return", "forward", "reassign", "hand_to_station"):
        return move
    with context.database.read() as session:
        case = find_case(session, number)
        if move == "reassign":
            return f"reassign{how_told(session, form_data.get('clerk', ''), context.rulebook.calendar, context.now())}"
    if move == "hand_to_station":
        return f"{move}_up" if case is not None and case.bounced else move
    if move in ("return", "forward"):
        return f"{move}_up" if case is not None and case.arbitration else move
    return "proposed" if case is not None and case.proposed_at else "amend"
