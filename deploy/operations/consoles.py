"""What commands print: words as they stand, brackets and all, and whole lines where another program or a file takes them."""

from rich.console import Console
from rich.table import Table


def open_console(stderr: bool = False) -> Console:
    """A console that takes no word for markup: names, file names and messages of other programs may hold brackets."""
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=True)


console = open_console(stderr=True)


def print_table(console: Console, table: Table) -> None:
    """Draws the table; piped on, each row is one whole line with tabs between its cells, however long."""
    if console.is_terminal:
        console.print(table, soft_wrap=False)
        return
    if table.title:
        _print_whole(console, str(table.title))
    _print_whole(console, "\t".join(_plain(column.header) for column in table.columns))
    for row in zip(*(column.cells for column in table.columns), strict=True):
        _print_whole(console, "\t".join(map(_plain, row)))


def _print_whole(console: Console, words: str) -> None:
    console.file.write(f"{words}\n")  # rich would make blanks of the tabs


def _plain(cell: object) -> str:
    return " ".join(str(cell).split())
