"""A finding of the doctor: how one look came out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: whether it is well, and what was seen or what to do. `care`: it works, and yet somebody should look."""

    well: bool
    words: str
    care: bool = False

    @property
    def mark(self) -> str:
        """The word before the line, in its colour."""
        if not self.well:
            return "[red]mend  [/red]"
        return "[yellow]look  [/yellow]" if self.care else "[green]well  [/green]"
