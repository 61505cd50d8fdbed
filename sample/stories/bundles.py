"""Stories of bundles: a deposit with two heirs, one of whom only the community knows; a defendant in seconds."""

import re
import time

from sample.stories.desk import consulted
from sample.stories.stage import Stage, StoryBroken
from sample.stories.teller import Teller
from storage.json import Json


def ask_bundle(stage: Stage, who: str, name: str) -> Json:
    """Asks the story's bundle; the bundle as it was opened."""
    reply = stage.call(who, "POST", "/bundles", stage.sheet["bundles"][name])
    if not reply.ok:
        raise StoryBroken(f"{reply.status_code}: {reply.json().get('errors')}")
    return dict(reply.json())


def look_at(stage: Stage, who: str, number: str, wait: float = 0) -> Json:
    """The bundle as this person sees it."""
    return dict(stage.call(who, "GET", f"/bundles/{number}?wait={wait}").json())


def case_at(bundle: Json, place: str) -> Json:
    """The question at this place."""
    return next(one for one in bundle["questions"] if one["place"] == place)


def deposit(stage: Stage, tell: Teller) -> None:
    """A depositor has died; of two heirs the records know one, and the other only the community."""
    tell.does("bank1", "asks once about the deceased and both heirs")
    number = ask_bundle(stage, "bank1", "deposit")["number"]
    halfway = stage.until("what machines know", lambda: _halfway(stage, number))
    tell.check(case_at(halfway, "death")["finding"]["grade"] == "A", f"{number}: the death is registered, by the machine")
    usable = [(one["code"], one["person"]) for one in halfway["usable"]]
    tell.check(usable == [("heir_shown", "heir.0")], "the first heir's application can be taken already")
    tell.check(
        not halfway["complete"] and halfway["missing"] == {"kinship/heir.1": "open"}, "the second heir is missing, and said to be"
    )
    statement(stage, tell, case_at(halfway, "kinship/heir.1")["number"])
    whole = look_at(stage, "bank1", number, wait=30)
    result = whole["result"] or {}
    tell.check(whole["complete"] and result.get("usable") == "part", f"one result: {result.get('title', {}).get('en')}")
    tell.check(result["on_statement"] == ["kinship/heir.1"], "it says that the second heir rests on a statement, for reference")
    told = stage.until("the bank's system", lambda: [one for one in stage.system.heard if one.get("bundle") == number])
    tell.check([one["state"] for one in told] == ["complete"], "the bank's own system was called once, for all three questions")


def _halfway(stage: Stage, number: str) -> Json | None:
    bundle = look_at(stage, "bank1", number)
    done = len(bundle["missing"]) == 1 and case_at(bundle, "kinship/heir.1")["state"] == "at_desk"
    return bundle if done else None


def statement(stage: Stage, tell: Teller, number: str) -> None:
    """The community's contact replies by text; the clerk answers with it."""
    contact = consulted(stage, tell, number, "deposit")[0]
    text = stage.text_with(contact["phone"], number)
    code = re.findall(r"\d{4}", text.replace(number[-4:], ""))[-1]
    tell.does(contact["role"], f"rings the window, hears whom it is about, and replies: {code} 1 从小看着她长大")
    stage.reply(contact["phone"], f"{code} 1 从小看着她长大")
    stage.until_state("police1", number, "at_desk")
    said = stage.until("the statement", lambda: stage.statements("police1", number))[0]
    tell.does("police1", "confirms the statement and answers")
    stage.move("police1", number, "answer", outcome="confirmed", source="community", statement=said["id"])


def court_filing(stage: Stage, tell: Teller) -> None:
    """A defendant's ID number and a credit code: what the court used to send the plaintiff for."""
    tell.does("court1", "asks five questions in one form")
    start = time.monotonic()
    number = ask_bundle(stage, "court1", "court_filing")["number"]
    bundle = look_at(stage, "court1", number, wait=30)
    seconds = time.monotonic() - start
    graded = [one["finding"]["grade"] for one in bundle["questions"] if one["finding"]]
    tell.check(graded == ["A"] * 5, f"{number}: five answers, all by machine")
    tell.check(bundle["complete"] and bundle["result"]["code"] == "all_known", f"one result: {bundle['result']['title']['en']}")
    tell.check(seconds < 10, f"{seconds:.2f} seconds from the form to the result")
