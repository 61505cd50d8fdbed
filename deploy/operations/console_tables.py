"""Tables on a console: drawn where somebody looks, plain lines where another program or a file takes them."""

from rich.console import Console
from rich.table import Table
from rich.text import Text


def print_table(console: Console, table: Table) -> None:
    """Draws the table; piped on, each row is one whole line with tabs between its cells, however long."""
    if console.is_terminal:
        console.print(table)
        return
    print_whole(console, "\t".join(_plain(column.header) for column in table.columns))
    for row in zip(*(column.cells for column in table.columns), strict=True):
        print_whole(console, "\t".join(map(_plain, row)))


def print_whole(console: Console, words: str) -> None:
    """One line as it stands: brackets are no markup, and nothing is broken or cut."""
    console.file.write(f"{words}\n")  # rich would make blanks of the tabs


def _plain(cell: object) -> str:
    return " ".join(Text.from_markup(str(cell)).plain.split())
