"""The hash chain of the trail: how each line is linked to the one before (SHA-256) and MACed.

The link of a line is SHA-256 of the link before and the line's public fields with the hash of its contents; its mark is a MAC of
the link. So anybody can follow the links, and only the house can make a line that follows.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cases.trail.trail_line import TrailLine
from storage.json import Json
from storage.vault import Vault

START = bytes(32)  # what the first line of every chain follows
SALT_BYTES = 16
PURPOSE = "trail"
PUBLIC = ("number", "chain", "seq", "at", "action", "actor", "who", "unit", "start", "to")  # what a link covers
TEXT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
EMPTY: dict[str, Any] = {"note": "", "details": {}}
Key = tuple[str, str]  # case number and name of the chain: one of them is empty


@dataclass(slots=True)
class ChainTip:
    """The end of a chain: how many lines it has, and the link of the last."""

    seq: int = 0
    link: bytes = START
    of_case: bool = False  # it stands on the case's own row


def chain_of(line: TrailLine) -> Key:
    """The chain a line belongs to: that of its case, or else that of its unit's day, counted in UTC."""
    return (line.number, "") if line.number else ("", f"{line.unit}/{line.at.astimezone(UTC):%Y-%m-%d}")


def follow(line: TrailLine, tip: ChainTip, vault: Vault) -> Json:
    """The row of a line that follows this head, which moves on; what was noted in it goes into `content`, to be kept encrypted."""
    number, chain = chain_of(line)
    tip.seq += 1
    content = packed(line.note, line.details)
    content_hash = hash_of(content)
    # In the order of PUBLIC.
    public = (number, chain, tip.seq, line.at, line.action, line.actor, line.who, line.unit, line.start, line.to)
    tip.link = link_after(tip.link, public_text(public, content_hash))
    sealed = {"content": content, "content_hash": content_hash, "mac": mark_of(tip.link, vault)}
    return {**dict(zip(PUBLIC, public, strict=True)), **EMPTY, **sealed}


def public_text(fields: Sequence[Any], content_hash: bytes | None) -> str:
    """What a link covers, as JSON: the values of PUBLIC, the time in UTC to the microsecond, and the hash of the contents."""
    number, chain, seq, at, *rest = fields
    return TEXT.encode([number, chain, seq, moment(at), *rest, (content_hash or b"").hex()])


def moment(at: datetime) -> str:
    """A time as links write it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def link_after(before: bytes, text: str) -> bytes:
    """The link of a line after the link before."""
    return hashlib.sha256(b"\x02" + before + text.encode()).digest()


def mark_of(link: bytes, vault: Vault) -> bytes:
    """The mark that only the house can make of this link."""
    return vault.mac(link, PURPOSE)


def packed(note: str, details: Mapping[str, object]) -> bytes | None:
    """What was noted in a line, behind a salt; None where nothing was."""
    if not note and not details:
        return None
    return os.urandom(SALT_BYTES) + TEXT.encode({"note": note, "details": details}).encode()


def unpacked(content: bytes) -> Json:
    """`note` and `details` again."""
    found: dict[str, Any] = json.loads(content[SALT_BYTES:])
    return found


def hash_of(content: bytes | None) -> bytes | None:
    """What stays of the contents when they are taken away. Nobody can guess them by it: the salt goes with them."""
    return hashlib.sha256(content).digest() if content is not None else None
