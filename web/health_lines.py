"""One line of what the house says of its own health: which thing, in which colour, and one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field

TONES = ("late", "urgent", "good")  # red, yellow, green


@dataclass(frozen=True, slots=True)
class HealthLine:
    """`kind`: part, agent, source, queue or dead. `words`: a msgid, filled with `params`. `unit`: whose machine it is, or empty."""

    kind: str
    name: str
    tone: str
    words: str
    params: Mapping[str, object] = field(default_factory=dict)
    unit: str = ""
