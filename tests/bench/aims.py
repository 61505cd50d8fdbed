"""Aims: the ratio each comparison is to reach, and the report that says which are met."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Aim:
    """At least, or at most, so much."""

    bound: float
    at_least: bool = True

    def met(self, value: float) -> bool:
        """Whether the value reaches it."""
        return value >= self.bound if self.at_least else value <= self.bound


NO_AIM = Aim(0.0)
LONE_CPU = 12.0  # ms of all parts and servers
AIMS = {
    "POST by 1 client": Aim(1.2),
    "POST by 8 clients": Aim(2),
    "POST by 32 clients": Aim(3),
    "a lone question, p50": Aim(1.0, at_least=False),
    "a lone question, p99": Aim(1.2, at_least=False),
    "processor time of a lone question": Aim(LONE_CPU, at_least=False),
    "batches, to Celery": Aim(9),
    "batches, to Dramatiq": Aim(3),
    "batches, to pika pipelined": Aim(0.33),
    "embedded: batches": Aim(1500),
    "embedded: POST by 1 client": Aim(250),
    "embedded: a lone question, p99": Aim(30, at_least=False),
    "embedded: idle": Aim(1, at_least=False),
    "hecha --help": Aim(0.4, at_least=False),
    "respond ready": Aim(1.0, at_least=False),
    "memory of relay": Aim(80, at_least=False),
    "memory of respond": Aim(80, at_least=False),
    "memory of serve": Aim(140, at_least=False),
    "memory of work": Aim(140, at_least=False),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing compared: the value that has an aim, its unit ("×" for a ratio), and what stands behind it."""

    what: str
    value: float
    unit: str
    house: str
    peer: str = ""

    @property
    def aim(self) -> Aim:
        """What it is to reach."""
        return AIMS.get(self.what, NO_AIM)

    def cells(self) -> tuple[str, str, str, str, str]:
        """The row of the report."""
        aim = self.aim
        wanted = "" if aim is NO_AIM else f"{'≥' if aim.at_least else '≤'} {aim.bound:g} {self.unit}"
        verdict = "" if aim is NO_AIM else (" met" if aim.met(self.value) else " NOT MET")
        return self.what, f"{_short(self.value)} {self.unit}", wanted + verdict, self.house, self.peer


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


HEAD = ("measured", "Hecha", "aim", "behind it: Hecha", "the peer")


@dataclass
class Report:
    """What was found, ratios first, then single figures; each is told at once, too."""

    console: Console
    conditions: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)

    def find(self, finding: Finding) -> None:
        """Adds what has an aim."""
        self.findings.append(finding)
        self.console.print("  ".join(cell for cell in finding.cells() if cell), highlight=False)

    def add(self, what: str, figure: str) -> None:
        """Adds a figure."""
        self.figures.append((what, figure))
        self.console.print(f"{what}: {figure}", highlight=False)

    def show(self, markdown: bool) -> None:
        """Prints the tables on standard output."""
        out = Console(width=170, soft_wrap=markdown)
        for title, head, rows in (
            ("Ratios", HEAD, [finding.cells() for finding in self.findings]),
            ("Figures", ("measured", "figure"), self.figures),
        ):
            if rows:
                self._print(out, markdown, title, head, rows)
        out.print("\n".join(self.conditions), highlight=False, markup=False)

    @staticmethod
    def _print(out: Console, markdown: bool, title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        if markdown:
            lines = [head, ["---"] * len(head), *rows]
            out.print("\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n", highlight=False, markup=False)
            return
        table = Table(*head, title=title)
        for row in rows:
            table.add_row(*row)
        out.print(table)
