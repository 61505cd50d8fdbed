"""A finding of the doctor: how one look came out."""

from dataclasses import dataclass

Mark = tuple[str, str]
WELL, LOOK, MEND = ("well   ", "green"), ("look   ", "yellow"), ("mend   ", "red")


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: whether it is well, and what was seen or what to do. `care`: it works, and yet somebody should look."""

    well: bool
    words: str
    care: bool = False

    @property
    def mark(self) -> Mark:
        """The word before the line, and its colour."""
        return (LOOK if self.care else WELL) if self.well else MEND
