"""So: the expected answer to one sample question: each fact so, not so, or not to be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class So:
    """What is so.

    `facts` by the item's codes, each so or not, None where nobody can say yet;
    `none` whether "no record" is a true answer; `values` what stands there; `records` the rows that a query gives back.
    """

    facts: Mapping[str, bool | None]
    none: bool
    values: dict[str, str] = field(default_factory=dict)
    records: Sequence[Mapping[str, str]] = ()
