"""The outline of a dead letter: field names and types without values, so that no personal data shows."""

import json

from pydantic import JsonValue

from broker.crypto.jose import unb64
from broker.crypto.letter_trees import MARK

LONGEST = 4000  # characters of an outline
DEEPEST = 8
# Codes of the house's own, which say nothing about a person.
PLAIN = frozenset({
    "version", "id", "kind", "to", "posted_at", "unit", "item", "matter", "outcome", "source", "state", "move", "at", "due_at",
    "question_id", "running", "records", "answered", "started_at", "year", "urgent", "code",
    "iss", "aud", "jti", "iat", "exp",  # of a signed letter
})  # fmt: skip
CODE_LENGTH = 40


def outline(wire: bytes) -> str:
    """Fields and kinds of values, those of PLAIN with their value; of a signed letter its claims, of anything else the size."""
    try:
        whole = json.loads(_claims(wire).decode())
    except (UnicodeDecodeError, ValueError, RecursionError):
        return f"({len(wire)} bytes)"
    text = json.dumps(_outlined(whole, "", 0), ensure_ascii=False, indent=2)
    return text if len(text) <= LONGEST else text[:LONGEST] + "\n…"


def _claims(wire: bytes) -> bytes:
    """The claims of a signed letter; anything else as it is."""
    if wire.startswith(b"{"):
        return wire
    parts = wire.split(b".")
    return unb64(wire.partition(MARK)[0] if MARK in wire else parts[1]) if len(parts) == 3 else wire


def _outlined(value: JsonValue, name: str, depth: int) -> JsonValue:
    if isinstance(value, dict):
        return (
            {_name(key): _outlined(one, key, depth + 1) for key, one in value.items()}
            if depth < DEEPEST
            else f"({len(value)} fields)"
        )
    if isinstance(value, list):
        return [_outlined(one, name, depth + 1) for one in value[:20]] if depth < DEEPEST else f"({len(value)} entries)"
    if name in PLAIN and (value is None or _is_code(str(value))):
        return value
    return f"({_kind(value)})"


def _name(key: str) -> str:
    # A field's name came from outside too: one that is no plain word may be anything.
    return (
        key
        if key.isascii() and key.replace("_", "").replace("-", "").isalpha() and len(key) <= CODE_LENGTH
        else f"({len(key)} characters)"
    )


def _is_code(value: str) -> bool:
    allowed = value.isascii() and all(character.isalnum() or character in "._:+-" for character in value)
    digits = max((len(run) for run in "".join(c if c.isdigit() else " " for c in value).split()), default=0)
    return allowed and len(value) <= CODE_LENGTH and digits < 11  # no ID, telephone or credit number


def _kind(value: JsonValue) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return f"{len(value)} characters"
