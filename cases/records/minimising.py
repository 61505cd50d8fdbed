"""What of a finding may leave a unit, and be kept: of an item of class query only the fields that the matter's list names.

The agent takes out the rest before the letter is made, and the house once more before anything is written down. A machine's words
and evidence could hold a field just as well: of a query's finding the words go, and of the evidence stays what has the form of a
day, a year or a known word.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from cases.question import Finding, Question, Source
from storage.json import Json

DAY, WORD = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII), re.compile(r"[a-z_]{1,20}", re.ASCII)
NUMBERS = re.compile(r"(15|18)( (15|18))?", re.ASCII)
KEPT_EVIDENCE = {"as_of": DAY, "complete_since": DAY, "electronic_from": DAY, "near": WORD, "forms": NUMBERS}


def leaving(question: Question, finding: Finding) -> Finding:
    """The finding of a machine as it may leave its unit. Give what was compared to this, not the record."""
    plain = finding.plain()
    kept = minimised(plain, question.mode, question.wanted)
    return finding if kept == plain else Finding.model_validate(kept)


def minimised(finding: Mapping[str, Any], mode: str, wanted: Collection[str]) -> Json:
    """The plain finding (see Finding.plain) without fields beyond `wanted`; only a `query` has any."""
    kept = {name: value for name, value in finding.items() if name != "records"}
    if not mode:
        return kept
    if mode == "query":
        rows = [{name: value for name, value in row.items() if name in wanted} for row in finding.get("records") or ()]
        kept |= {"records": [row for row in rows if row]}
    said = {name: verdict for name, verdict in (finding.get("facts") or {}).items() if mode == "compare" and name in wanted}
    kept = {name: value for name, value in {**kept, "facts": said, "values": {}}.items() if value or name in ("words", "evidence")}
    return {**kept, **_unworded(kept)} if kept.get("source") == Source.RECORD else kept


def count_beyond(finding: Mapping[str, Any], mode: str, wanted: Collection[str]) -> int:
    """How many different fields a finding holds that nobody asked for."""
    allowed = set(wanted) if mode == "query" else set()
    return len({name for row in finding.get("records") or () for name in row} - allowed)


def _unworded(finding: Json) -> Json:
    evidence = finding.get("evidence") or {}
    return {"words": "", "evidence": {name: said for name, said in evidence.items() if _is_kept(name, str(said))}}


def _is_kept(name: str, said: str) -> bool:
    return name in KEPT_EVIDENCE and KEPT_EVIDENCE[name].fullmatch(said) is not None
