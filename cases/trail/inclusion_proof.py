"""Inclusion proof: one case's lines with the Merkle path to a signed checkpoint; made, and checked offline."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from cases.trail.chain import PUBLIC, START, hash_of, link_after, moment, public_text, unpacked
from cases.trail.chain_verification import read_chains, verify_chain
from cases.trail.checkpoint_key import CheckpointNotSigned, HouseKey
from cases.trail.checkpoints import Checkpoint, Leaf, leaf_of
from cases.trail.trail import Trail
from storage.json import Json
from storage.merkle import levels_of, path_of, root_from
from storage.row_encryption import decrypt_value
from storage.vault import vault_of

VERSION = 1
TOLD = PUBLIC[3:]  # of each line; number and seq follow from its place


class NoInclusion(Exception):
    """This proves nothing. `why` is a word of WHYS, `seq` the line it is about, or 0."""

    def __init__(self, why: str, seq: int = 0) -> None:
        self.why, self.seq = why, seq
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """What a proof shows: these lines of this case stood there when the checkpoint was signed, in this order, and no others."""

    number: str
    lines: Sequence[Mapping[str, Any]]
    checkpoint: int
    at: datetime


def prove_inclusion(session: Session, number: str, contents: bool = False) -> Json | None:
    """The proof of a case up to where a checkpoint last signed it; None where none did. `contents`: with what was noted.

    Raises NoInclusion where its lines were tampered with.
    """
    leaf = session.exec(select(Leaf).where(Leaf.number == number).order_by(col(Leaf.seq).desc()).limit(1)).first()
    if leaf is None:
        return None
    beside = session.exec(select(Leaf).where(Leaf.checkpoint == leaf.checkpoint).order_by(col(Leaf.place))).all()
    path = path_of(leaf.place, levels_of([leaf_of(one.number, one.chain, one.seq, one.link) for one in beside]))
    rows = list(read_chains(session, [(number, "")]))[: leaf.seq]
    walked = verify_chain(rows, vault_of(session), contents) if rows else None
    if walked is None or walked.fault:
        raise NoInclusion(*((walked.fault.why, walked.fault.seq) if walked and walked.fault else ("missing", 1)))
    return {
        "hecha_proof": VERSION,
        "number": number,
        "lines": [_told(session, row, contents) for row in rows],
        "place": leaf.place,
        "path": [one.hex() for one in path],
        "checkpoint": session.get_one(Checkpoint, leaf.checkpoint).jws,
    }


def _told(session: Session, row: Any, contents: bool) -> Json:
    line = {name: getattr(row, name) for name in TOLD} | {"at": moment(row.at)}
    if row.content_hash is not None:
        line["content_hash"] = bytes(row.content_hash).hex()
    if contents and row.content is not None:
        place = {"number": row.number, "chain": row.chain, "seq": row.seq}
        line["content"] = base64.b64encode(decrypt_value(vault_of(session), Trail.content, row.content, **place)).decode()
    return line


def check_inclusion(proof: Mapping[str, Any], key: HouseKey) -> InclusionProof:
    """What the proof shows to whoever trusts this key. Raises NoInclusion."""
    try:
        return _checked(proof, key)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError, binascii.Error):
        raise NoInclusion("no_proof") from None


def _checked(proof: Mapping[str, Any], key: HouseKey) -> InclusionProof:
    if proof["hecha_proof"] != VERSION:
        raise NoInclusion("no_proof")
    try:
        signed = key.check(proof["checkpoint"])
    except CheckpointNotSigned:
        raise NoInclusion("checkpoint_forged") from None
    number, lines = str(proof["number"]), [_line(line, seq) for seq, line in enumerate(proof["lines"], 1)]
    link = START
    for seq, line in enumerate(lines, 1):
        link = link_after(link, public_text([number, "", seq, *(line[name] for name in TOLD)], line["content_hash"]))
    path = [bytes.fromhex(one) for one in proof["path"]]
    root = root_from(proof["place"], signed["chains"], leaf_of(number, "", len(lines), link), path)
    if not lines or root is None or root.hex() != signed["root"]:
        raise NoInclusion("not_in_checkpoint")
    return InclusionProof(number, lines, signed["number"], datetime.fromisoformat(signed["at"]))


def _line(line: Mapping[str, Any], seq: int) -> Json:
    content = base64.b64decode(line["content"], validate=True) if "content" in line else None
    content_hash = bytes.fromhex(line["content_hash"]) if "content_hash" in line else None
    if content is not None and hash_of(content) != content_hash:
        raise NoInclusion("contents", seq)
    told = {name: str(line[name]) for name in TOLD} | {"at": datetime.fromisoformat(line["at"]), "content_hash": content_hash}
    return told | (unpacked(content) if content is not None else {})
