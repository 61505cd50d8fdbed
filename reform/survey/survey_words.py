"""Words of the survey: its sheets, the kinds of points, what each asks of the unit. English msgids."""

from reform.survey.answer import SheetOf
from reform.survey.points import PointKind, PointState
from storage.problem import N_

SHEETS = {SheetOf.TAKEN: N_("Certificates taken"), SheetOf.ISSUED: N_("Certificates issued")}
KINDS = {
    PointKind.NOBODY_ISSUES: N_("Taken, and nobody issues it"),
    PointKind.NOBODY_TAKES: N_("Issued, and nobody takes it"),
    PointKind.VOLUMES: N_("Figures that do not fit"),
    PointKind.OTHER_NAME: N_("Called by another name"),
}
# What to do about a point of this kind.
ASK = {
    PointKind.NOBODY_ISSUES: N_(
        "Ask the unit from whom it gets the paper: that office may have forgotten it, or be outside the city."
    ),
    PointKind.NOBODY_TAKES: N_("Ask the unit who wants the paper; if nobody can be named, it can be cancelled."),
    PointKind.VOLUMES: N_("Ask the unit how it counted, and for which uses the paper leaves the city's units."),
    PointKind.OTHER_NAME: N_("Tell the unit the name of the directory, or note why its own name stays."),
}
STATES = {PointState.OPEN: N_("Open"), PointState.SETTLED: N_("Settled"), PointState.GONE: N_("Fits by now")}
