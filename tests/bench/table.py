"""The table that is printed: what was measured, the figure, and how it stands to the peer."""

from rich.console import Console
from rich.table import Table


class Figures:
    """Rows gathered while the bench runs; each is also told at once."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._table = Table("measured", "figure", "ratio")

    def add(self, what: str, figure: str, ratio: str = "") -> None:
        """One row."""
        self._console.print(f"{what}: {figure} {ratio}", highlight=False)
        self._table.add_row(what, figure, ratio)

    def show(self) -> None:
        """The whole table."""
        self._console.print(self._table)
