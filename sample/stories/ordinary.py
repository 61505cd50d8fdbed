"""The story of an ordinary day: how many of a thousand questions the machines answer, none of them untrue.

The thousand are put to the departments' own handlers, on the record stores from which this running house answers, and not through
the house itself: its grants are a few units', and its guard would hold so many questions of one desk as fishing.
"""

from cases.catalogue.catalogue import load
from sample.city.city import build
from sample.city.truth import ITEMS, Truth
from sample.questions import ordinary as day
from sample.questions.asking import ask_machines, share_by_machine
from sample.questions.comparison import untruths
from sample.stories.stage import Stage
from sample.stories.teller import Teller

ASKED, PAST, ENOUGH = 1000, 200, 0.9


def ordinary(stage: Stage, tell: Teller) -> None:
    """A thousand ordinary questions, and each answer held against what is so in the city."""
    truth, catalogue = Truth(build()), load()
    tell.does("desks", f"ask {ASKED:,} ordinary questions: {len(day.MATTERS)} matters, of today or of the last years")
    questions = list(day.ordinary(truth, catalogue, ASKED))
    findings = ask_machines(stage.records, catalogue, questions)
    share = share_by_machine(findings)
    tell.check(share >= ENOUGH, f"of {ASKED:,} ordinary questions {100 * share:.0f} in 100 were answered by machine")
    told = [(q, f) for q, f in zip(questions, findings, strict=True) if q.item in ITEMS]
    untrue = [words for q, f in told if (words := untruths(truth, catalogue.item(q.item), q, f))]
    tell.check(not untrue, f"held against the city itself, {len(untrue)} of these answers were untrue")
    old = share_by_machine(ask_machines(stage.records, catalogue, list(day.past(truth, catalogue, PAST))))
    tell.check(old < 1, f"of {PAST} that name a year before the electronic ones {100 * old:.0f} in 100: people look on the paper")
