"""The chain of a trail: each line is bound to the one before it by SHA-256 and marked with a key that the database does not have.

The link of a line is SHA-256 of the link before and the line's public fields with the hash of its contents; its mark is a MAC of
the link. So anybody can follow the links, and only the house can make a line that follows.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from broker.vault import Vault

START = bytes(32)  # what the first line of every chain follows
SALT_BYTES = 16
PURPOSE = "trail"
PUBLIC = ("number", "chain", "seq", "at", "action", "actor", "who", "unit", "start", "to")  # what a link covers
EMPTY: dict[str, Any] = {"note": "", "details": {}}
Key = tuple[str, str]  # case number and name of the chain: one of them is empty


@dataclass(slots=True)
class Head:
    """The end of a chain: how many lines it has, and the link of the last."""

    seq: int = 0
    link: bytes = START
    of_case: bool = False  # it stands on the case's own row


def chain_of(line: Mapping[str, Any]) -> Key:
    """The chain a line belongs to: that of its case, or else that of its unit's day, counted in UTC."""
    number = line.get("number", "")
    at: datetime = line["at"]
    return (number, "") if number else ("", f"{line.get('unit', '')}/{at.astimezone(UTC):%Y-%m-%d}")


def follow(line: Mapping[str, Any], head: Head, vault: Vault) -> dict[str, Any]:
    """The row of a line that follows this head, which moves on; what was noted in it stands sealed in `content`."""
    number, chain = chain_of(line)
    head.seq += 1
    row = {**line, **EMPTY, "number": number, "chain": chain, "seq": head.seq, **seal_content(line, number, chain, head.seq, vault)}
    head.link = link_of(row, head.link)
    row["mac"] = mark_of(head.link, vault)
    return row


def link_of(row: Mapping[str, Any], before: bytes) -> bytes:
    """The link of this row after the link before."""
    return hashlib.sha256(b"\x02" + before + public_text(row).encode()).digest()


def mark_of(link: bytes, vault: Vault) -> bytes:
    """The mark that only the house can make of this link."""
    return vault.mac(link, PURPOSE)


def is_marked(row: Mapping[str, Any], link: bytes, vault: Vault) -> bool:
    """Whether the row has the mark of this link."""
    return hmac.compare_digest(bytes(row["mac"] or b""), mark_of(link, vault))


def public_text(row: Mapping[str, Any]) -> str:
    """The fields a link covers as JSON, the same at any time and on any database."""
    at: datetime = row["at"]
    fields = [row[name] for name in PUBLIC]
    fields[3] = at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps([*fields, bytes(row["content_hash"] or b"").hex()], ensure_ascii=False, separators=(",", ":"))


def seal_content(line: Mapping[str, Any], number: str, chain: str, seq: int, vault: Vault) -> dict[str, Any]:
    """What was noted in a line, sealed, and its salted hash: the seal can be taken away later and the chain still holds."""
    note, details = line.get("note", ""), line.get("details", {})
    if not note and not details:
        return {"content": None, "content_hash": None}
    text = json.dumps({"note": note, "details": details}, ensure_ascii=False, separators=(",", ":"))
    plain = os.urandom(SALT_BYTES) + text.encode()
    return {"content": vault.seal(plain, place_of(number, chain, seq)), "content_hash": hashlib.sha256(plain).digest()}


def place_of(number: str, chain: str, seq: int) -> str:
    """What the contents of this line are sealed to."""
    return f"trail:{number or chain}:{seq}"


def open_content(row: Mapping[str, Any], vault: Vault) -> dict[str, Any]:
    """`note` and `details` of a row; empty where nothing was noted or it was taken away. Raises Broken."""
    if row["content"] is None:
        return EMPTY
    plain = open_plain(row, vault)
    found: dict[str, Any] = json.loads(plain[SALT_BYTES:])
    return found


def open_plain(row: Mapping[str, Any], vault: Vault) -> bytes:
    """The salt and the text of a row's contents. Raises Broken."""
    return vault.open(bytes(row["content"]), place_of(row["number"], row["chain"], row["seq"]))
