"""What of a contact's statement goes into a finding: office, time, channel; never a name or number."""

from sqlmodel import Session

from contacts.statements import KnownBy, Statement, grounded


def statement_of(session: Session, number: str, statement_id: int | None) -> Statement | None:
    """The statement, if it was made about this case, and a noted call or a reply to our text stands behind it."""
    said = session.get(Statement, statement_id) if statement_id else None
    return said if said and said.about == number and grounded(session, said) else None


def evidence_of(said: Statement) -> dict[str, str]:
    """The statement as evidence of a finding. Who wrote was not rung: then it names no call."""
    evidence = {
        "role": said.contact_role,
        "channel": said.channel,
        "said_at": said.said_at.isoformat(timespec="minutes"),
        "statement": str(said.id),
        "said": said.outcome,
        "known_by": said.known_by or KnownBy.NOT_SAID.value,
        "call": said.call,
    }
    return {name: value for name, value in evidence.items() if value}
