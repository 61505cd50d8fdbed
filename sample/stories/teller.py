"""Output and checks of the stories: who does what, what a phone shows, what the bank sees."""

from rich.console import Console
from rich.markup import escape

from sample.stories.stage import StoryBroken


class Teller:
    """Tells one story after another; every `check` is counted."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.checks = 0

    def begin(self, name: str, summary: str) -> None:
        """A new story."""
        self._console.print(f"\n[bold]{name}[/bold]  {escape(summary)}", highlight=False, soft_wrap=True)

    def does(self, who: str, what: str) -> None:
        """Somebody does something."""
        self._console.print(f"  [cyan]{who:>12}[/cyan]  {escape(what)}", highlight=False, soft_wrap=True)

    def phone(self, whose: str, text: str) -> None:
        """What a phone shows."""
        self._console.print(f"  [magenta]{whose:>12}[/magenta]  [dim]phone:[/dim] {escape(text)}", highlight=False, soft_wrap=True)

    def clock(self, what: str) -> None:
        """Time passes."""
        self._console.print(f"  [yellow]{'clock':>12}[/yellow]  {escape(what)}", highlight=False, soft_wrap=True)

    def check(self, holds: object, what: str) -> None:
        """Something that must hold. Raises StoryBroken."""
        if not holds:
            self._console.print(f"  [red]{'NOT':>12}[/red]  {escape(what)}", highlight=False, soft_wrap=True)
            raise StoryBroken(what)
        self.checks += 1
        self._console.print(f"  [green]{'seen':>12}[/green]  {escape(what)}", highlight=False, soft_wrap=True)
