"""What the department's machine tried before a person was asked: when, in its own words, and how close it came."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cases.lifecycle import Actor, State
from cases.opening import BEFORE_RECORDS
from cases.trail.trail import Trail


@dataclass(frozen=True, slots=True)
class Try:
    """One try: its words, its evidence by name (see words.EVIDENCE), and the unit whose records were searched; '' for none."""

    at: datetime
    words: str
    evidence: dict[str, str] = field(default_factory=dict)
    unit: str = ""


def machine_tries(lines: Sequence[Trail]) -> list[Try]:
    """Every try that stands on this case's trail, oldest first; a machine that kept silent, or was not asked, has one too."""
    return [one for one in map(_try, lines) if one is not None]


def _try(line: Trail) -> Try | None:
    said = line.details.get("machine") or (line.details.get("finding") if line.action == "late_finding" else None)
    if said:
        return Try(line.at, said.get("words", ""), said.get("evidence") or {}, line.unit)
    gave_up = line.action == "hand_over" and line.actor == Actor.CLOCK and line.start == State.ASKED
    return Try(line.at, line.note, {"near": "not_searched"} if line.note == BEFORE_RECORDS else {}) if gave_up else None
