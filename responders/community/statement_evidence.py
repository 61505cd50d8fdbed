"""What of a contact's statement goes into a finding: who by office, when and how, in which words; never a name's number."""

from sqlmodel import Session

from contacts.statements import Statement


def statement_of(session: Session, number: str, statement_id: int | None) -> Statement | None:
    """The statement, if it was made about this case."""
    said = session.get(Statement, statement_id) if statement_id else None
    return said if said and said.about == number else None


def evidence_of(said: Statement) -> dict[str, str]:
    """The statement as evidence of a finding."""
    return {
        "role": said.contact_role,
        "channel": said.channel,
        "said_at": said.said_at.isoformat(timespec="minutes"),
        "statement": str(said.id),
        "said": said.outcome,
    }
