"""Where within its holder's house a case stands: the station whose desk has it, and how it was handed on there by hand."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from cases.lifecycle import AT_DESK, OPEN, RETURNED, WITH_CONTACT
from cases.question import Source

DESKS = frozenset({AT_DESK, WITH_CONTACT, RETURNED})  # states in which a desk has the case
PASSED, SETTLED, BOUNCED = ">", "=", "^"  # from one desk to the other; taken over, or brought back by the clock; a second bounce
_HANDING = re.compile("([^>=^]+)([>=^])(.+)")


class Handing(NamedTuple):
    """One handing on within the house: from which desk, how (PASSED, SETTLED, BOUNCED), to which."""

    source: str
    how: str
    to: str


class Placed(SQLModel):
    """Of a case the station of its holder at whose desk it is, and its handings so far, as words with blanks between them."""

    station: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})
    handings: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})

    @property
    def desk(self) -> str:
        """The unit whose clerks it waits for: the station's, or the holder's own."""
        own: Any = self
        return self.station or str(own.holder)

    @property
    def desks(self) -> frozenset[str]:
        """Every desk of the house at which it is or was."""
        own: Any = self
        return desks_of(own.holder, self.station, self.handings)

    @property
    def told_station(self) -> str:
        """The station that is named beside the holder wherever the case is shown: whose desk has it, or whose answer stands.

        Empty while a machine is asked, and for what a machine found: that is the holder's own.
        """
        own: Any = self
        answered = bool(own.outcome) and own.source != Source.RECORD
        return self.station if own.state in DESKS or (answered and own.state not in OPEN) else ""

    @property
    def bounced(self) -> bool:
        """Whether two desks could not agree whose it is, and nobody has decided since: then whoever leads the holder is told."""
        last = list(handings_of(self.handings))[-1:]
        return bool(last) and last[0].how == BOUNCED and not self.station


def handings_of(words: str) -> Iterator[Handing]:
    """The handings in order."""
    return (Handing(*found.groups()) for found in map(_HANDING.fullmatch, words.split()) if found)


def with_handing(words: str, handing: Handing) -> str:
    """The handings with one more."""
    return f"{words} {''.join(handing)}".strip()


def times_between(words: str, one: str, other: str) -> int:
    """How often a case went between these two desks, in either direction, because one of them passed it on."""
    return sum(handing.how != SETTLED and {handing.source, handing.to} == {one, other} for handing in handings_of(words))


def desks_of(holder: str, station: str, handings: str) -> frozenset[str]:
    """The holder, the station, and all between which it was handed on."""
    passed = (desk for one in handings_of(handings) for desk in (one.source, one.to))
    return frozenset({holder, station, *passed}) - {""}
