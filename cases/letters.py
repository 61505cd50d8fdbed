"""Builds the letters about a case: the question to its holder, the outcome to its asker. Which move posts one: cases/moves.py."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from broker.letter import Letter, hash_of
from cases.case import Case, question_of

NOT_ASKED = "-"  # in place of a hash, where no machine was asked yet
SALT_BYTES = 16  # nobody can find out what was asked by trying names and numbers on the hash


def question_letter(number: str, question: Mapping[str, object], holder: str, due_at: datetime, now: datetime) -> Letter:
    """Asks the holding unit's machine; no two such letters have the same hash."""
    told = {"number": number, "question": dict(question), "due_at": due_at.isoformat()}
    return Letter.post("question", f"questions.{holder}", number, {**told, "salt": secrets.token_hex(SALT_BYTES)}, now)


def question_again(case: Case, now: datetime) -> Letter:
    """Asks about a case that was corrected, forwarded or arbitrated."""
    plain = question_of(case).model_dump(mode="json", exclude_none=True)
    return question_letter(case.number, plain, case.holder, case.due_at, now)


def outcome_letter(case: Case, move: str, now: datetime, finding: Mapping[str, object] | None = None) -> Letter:
    """Tells the asking unit what became of its case; `finding` where it is not the one that stands."""
    told = dict(finding) if finding else case.finding
    body = {"number": case.number, "state": str(case.state), "move": move, "finding": told, "at": now.isoformat()}
    if case.amended_at:
        body["amended_at"] = case.amended_at.isoformat()
    return Letter.post("outcome", f"outcomes.{case.unit}", case.number, {**body, "batch": case.batch}, now)


def hashes_with(earlier: str, question: Letter) -> str:
    """The hashes of a case's question letters once this one is sent: it stands last."""
    return " ".join([*(one for one in earlier.split() if one != NOT_ASKED), hash_of(question.sealed_body())])


def stands(hashes: str, named: str) -> bool:
    """Whether a finding names the question that stands now."""
    return hashes.split()[-1:] == [named]


def was_asked(hashes: str, named: str) -> bool:
    """Whether a finding names a question that was ever sent about this case."""
    return named != NOT_ASKED and named in hashes.split()
