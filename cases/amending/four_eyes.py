"""Four eyes: nobody answers their own question; a delivered yes or no is reversed by a second person only.

What counts is the last yes or no that was ever delivered about the question, whatever was said in between.
"""

from cases.case import Case
from cases.lifecycle import CLERK
from cases.move_context import Changes, NotNow, Wished
from cases.question import Outcome

# What nobody does as a clerk about their own question; passing it on, returning it and giving it back stay open to them.
JUDGING = frozenset(
    {
        "take",
        "take_over",
        "consult",
        "state",
        "answer",
        "amend",
        "propose_amendment",
        "confirm_amendment",
        "decline_amendment",
        "withdraw_answer",
    }
)
YES_OR_NO = frozenset({Outcome.CONFIRMED, Outcome.CONTRADICTED})


def may_judge(case: Case, move: str, who: str) -> bool:
    """Whether this clerk may make this move on the case; not one that judges a question of their own."""
    return move not in JUDGING or who != case.asked_by


def only_another_answers(case: Case, move: Wished, name: str) -> None:
    """Raises NotNow for a clerk who would answer what they asked themselves, or be given it."""
    if move.mover.actor == CLERK and not may_judge(case, name, move.mover.who):
        raise NotNow("own_question", "You asked this yourself: a colleague answers.")
    if name == "reassign" and move.given.get("clerk") == case.asked_by:
        raise NotNow("own_question", "{clerk} asked this: another colleague answers.", clerk=case.asked_by)


def is_turned(case: Case, outcome: str) -> bool:
    """Whether this outcome says the opposite of the last yes or no that was delivered."""
    return outcome in YES_OR_NO and case.last_told in YES_OR_NO and outcome != case.last_told


def told(case: Case, outcome: str, who: str) -> Changes:
    """What is kept of an outcome that is delivered now: everybody who said the same of it since it was last turned."""
    if outcome not in YES_OR_NO:
        return {}
    same = case.told_by.split() if outcome == case.last_told else []
    return {"last_told": outcome, "told_by": " ".join(dict.fromkeys([*same, who]))}


def only_another_turns(case: Case, move: Wished, outcome: str) -> None:
    """Raises NotNow for the clerk who would turn round what they told themselves."""
    if move.mover.actor == CLERK and move.mover.who in case.told_by.split() and is_turned(case, outcome):
        raise NotNow(
            "same_person",
            "You gave the answer that this one turns round: a colleague must look. Pass the case to a colleague; "
            "where there is none, forward it to another unit.",
        )


def another_question(case: Case, question: Changes) -> Changes:
    """What a correction forgets: about another question nothing was told yet."""
    anew = "fingerprint" in question and question["fingerprint"] != case.fingerprint
    return {"last_told": "", "told_by": ""} if anew else {}
