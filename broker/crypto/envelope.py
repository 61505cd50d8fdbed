"""The interface by which transports sign, encrypt and open letters, and the implementation that does neither."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from broker.letter import Letter, Unreadable
from broker.transports.transport import DEAD

NO_READING_KEY = "NoReadingKey"  # the reason of a letter that could not be encrypted because its reader has no key


class OpenedLetter(NamedTuple):
    """A letter that may be believed. `body`: the bytes its sender encrypted; a finding names their hash."""

    letter: Letter
    sender: str = ""
    mark: str = ""  # of this very encryption: the same letter encrypted again has another
    body: bytes = b""


class Envelope(Protocol):
    """Encrypts and opens one party's letters, for any number of threads."""

    def ready(self) -> None:
        """Raises Unreachable while there are no keys: nothing must be taken from a queue then."""

    def encrypt(self, letters: Sequence[Letter]) -> list[bytes | None]:
        """The letters for the wire, in their order; None for one whose reader has no key."""

    def open(self, wire: bytes, queue: str) -> OpenedLetter:
        """The letter that lay in this queue. Raises Unreadable."""

    def look(self, wire: bytes) -> Letter | None:
        """What a buried letter says of itself; None where that is not to be believed."""


class Plain:
    """Letters as they are. For measuring what the other envelope costs, and for trying transports alone."""

    def ready(self) -> None:
        """True always: letters without encryption need no key."""

    def encrypt(self, letters: Sequence[Letter]) -> list[bytes | None]:
        """The letters as JSON, in UTF-8."""
        return [letter.wire() for letter in letters]

    def open(self, wire: bytes, queue: str) -> OpenedLetter:
        """Whatever reads as a letter."""
        letter = Letter.read(wire)
        return OpenedLetter(letter, body=letter.sealed_body())

    def look(self, wire: bytes) -> Letter | None:
        """The letter, with its body."""
        try:
            return Letter.read(wire)
        except Unreadable:
            return None


class Contents(NamedTuple):
    """What a transport found in one wire; `letter` is None where it is not believed, and `fault` says why."""

    letter: Letter | None
    fault: str
    sender: str = ""
    mark: str = ""
    body: bytes = b""


def contents(envelope: Envelope, queue: str, wire: bytes, fault: str = "") -> Contents:
    """Opens one wire; from the dead queue it only looks, and the fault stays the one with which it was buried."""
    if queue == DEAD:
        letter = envelope.look(wire)
        return Contents(letter, fault or ("" if letter else "Unreadable"))
    try:
        opened = envelope.open(wire, queue)
    except Unreadable as error:
        return Contents(None, fault or str(error))
    return Contents(opened.letter, fault, opened.sender, opened.mark, opened.body)


def encrypt_all(envelope: Envelope, letters: Sequence[Letter]) -> tuple[list[tuple[Letter, bytes]], dict[UUID, str]]:
    """Each letter with its wire, and why the others could not be encrypted."""
    wires = list(zip(letters, envelope.encrypt(letters), strict=True))
    faults = {letter.id: NO_READING_KEY for letter, wire in wires if wire is None}
    return [(letter, wire) for letter, wire in wires if wire is not None], faults
