"""Traffic lights: the rule that rates a unit or an item red, amber, green or grey. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cases.agents import AgentLife
from cases.statistics.histogram import Histogram
from storage.problem import N_
from supervisors.board.backlog import Backlog

RED_BELOW, AMBER_BELOW = 0.90, 0.98  # shares of the answers that came in time
FEW = 5  # with fewer answers than this the share says nothing
SOON_OFFICE_MINUTES = 60
DAYS = 7
RULE_PARAMS = {"red": round(RED_BELOW * 100), "amber": round(AMBER_BELOW * 100), "few": FEW, "days": DAYS}
RULE = {
    "red": N_("A case is overdue, or fewer than {red} % of the answers of the last {days} days came in time."),
    "amber": N_(
        "A case is due within one office hour, waits for a decision, or nobody was reached; fewer than {amber} % came in "
        "time; or the department's machine is silent."
    ),
    "green": N_("None of these."),
    "grey": N_("No open case and no answer in the last {days} days. With fewer than {few} answers the share is not judged."),
}
SILENT = frozenset({AgentLife.LATE, AgentLife.STOPPED, AgentLife.AWAY})


class Colour(StrEnum):
    """From the worst to the best; grey says that there is nothing to judge."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    GREY = "grey"


WORDS = {"red": N_("Late"), "amber": N_("Watch"), "green": N_("Good"), "grey": N_("Quiet")}


@dataclass(frozen=True, slots=True)
class Light:
    """A colour and why: English msgids with the number that each names."""

    colour: Colour
    why: Sequence[tuple[str, int]] = ()


def light(backlog: Backlog, week: Histogram, life: AgentLife | None = None) -> Light:
    """The light for these open cases, the answers of the last DAYS days, and the unit's machine where it has one."""
    share = week.on_time_rate if week.answered >= FEW else None
    percent = min(round((share or 0) * 100), 99)
    red = _those([(backlog.overdue > 0, N_("{n} overdue"), backlog.overdue),
                  (share is not None and share < RED_BELOW, N_("{n} % in time"), percent)])  # fmt: skip
    if red:
        return Light(Colour.RED, red)
    amber = _those([(backlog.soon > 0, N_("{n} due within one office hour"), backlog.soon),
                    (backlog.arbitration > 0, N_("{n} for decision"), backlog.arbitration),
                    (backlog.nobody_reached > 0, N_("{n} with nobody reached"), backlog.nobody_reached),
                    (share is not None and share < AMBER_BELOW, N_("{n} % in time"), percent),
                    (life in SILENT, N_("machine silent"), 0)])  # fmt: skip
    if amber:
        return Light(Colour.AMBER, amber)
    return Light(Colour.GREEN if backlog.open or week.answered else Colour.GREY)


def _those(facts: Sequence[tuple[bool, str, int]]) -> list[tuple[str, int]]:
    return [(why, number) for holds, why, number in facts if holds]
