"""Stories of the desk: a page in the archive, two clerks at one case, and what the community knows or does not."""

import re

from contacts.wording import render
from sample.stories.stage import Stage
from sample.stories.teller import Teller
from storage.json import Json


def at_desk(stage: Stage, tell: Teller, name: str) -> str:
    """Asks the story's question, which no machine can answer; the number of the case at the desk."""
    tell.does("bank1", "asks about a time before the electronic records")
    number = stage.ask("bank1", stage.sheet["questions"][name])
    case = stage.until_state("bank1", number, "at_desk")
    tell.check(case["due_at"] and not case["overdue"], f"{number} is at the desk, due {stage.office_time(case['due_at'])}")
    return number


def archive_answer(stage: Stage, tell: Teller, who: str, number: str, page: str, outcome: str = "confirmed") -> Json:
    """The clerk answers from the archive; what the bank sees."""
    tell.does(who, f"finds archive page {page} and answers {outcome}")
    stage.move(who, number, "answer", outcome=outcome, source="archive", archive=page, words="")
    case = stage.until_state("bank1", number, "answered")
    finding = case["finding"]
    tell.check(
        (finding["outcome"], finding["source"], finding["grade"]) == (outcome, "archive", "B"),
        "the bank sees it, source archive, grade B",
    )
    return case


def paper(stage: Stage, tell: Teller) -> None:
    """A kinship before the electronic year stands on paper only."""
    number = at_desk(stage, tell, "paper")
    first, second = stage.phone_of("police1"), stage.phone_of("police2")
    tell.phone("police1", stage.text_with(first, number))
    tell.clock("30 office minutes pass, nobody takes it")
    stage.pass_office_minutes(30)
    tell.phone("police2", stage.text_with(second, number))
    stage.move("police2", number, "take")
    case = archive_answer(stage, tell, "police2", number, stage.sheet["stories"]["paper"]["page"])
    tell.check(case["finding"]["evidence"]["archive"], "with volume and page")
    tell.clock("two office hours pass")
    stage.pass_office_minutes(120)
    stage.next_beat()
    leader = [text for text in stage.texts(stage.phone_of("police-leader")) if number[-4:] in text]
    tell.check(not leader, "nobody is texted after the answer")


def two_clerks(stage: Stage, tell: Teller) -> None:
    """Two clerks open one case."""
    number = at_desk(stage, tell, "two_clerks")
    seen = stage.look("police1", number)["version"]
    tell.does("police1", "takes it")
    stage.move("police1", number, "take", seen=seen)
    tell.does("police2", "looked at it a moment earlier and takes it too")
    late = stage.call("police2", "POST", f"/cases/{number}/take", {"seen": seen}, locale="en")
    tell.check(late.status_code == 409, f"refused: {late.json()['detail']}")
    page = stage.sheet["stories"]["two_clerks"]["page"]
    answer = {"outcome": "confirmed", "archive": page, "seen": stage.look("police2", number)["version"]}
    other = stage.call("police2", "POST", f"/cases/{number}/answer", answer, locale="en")
    tell.check(other.status_code == 409 and "police1" in other.json()["detail"], f"nor answers it: {other.json()['detail']}")
    archive_answer(stage, tell, "police1", number, page)
    finds = [line for line in stage.look("supervisor", number)["trail"] if line["action"] == "answer"]
    tell.check(len(finds) == 1, "one answer on the trail")


def consulted(stage: Stage, tell: Teller, number: str, name: str) -> list[Json]:
    """police1 takes the case and asks the community; its contacts."""
    area = stage.sheet["stories"][name]["area"]
    tell.does("police1", f"takes it, finds nothing in the archive, and asks the community {area}")
    stage.move("police1", number, "take")
    stage.move("police1", number, "consult", area=area)
    contacts = stage.contacts(number, area)
    tell.phone(contacts[0]["role"], stage.text_with(contacts[0]["phone"], number))
    return contacts


def community(stage: Stage, tell: Teller) -> None:
    """Nothing in the archive either; the community knows."""
    number = at_desk(stage, tell, "community")
    contacts = consulted(stage, tell, number, "community")
    tell.clock("30 office minutes pass, the first contact says nothing")
    stage.pass_office_minutes(30)
    text = stage.text_with(contacts[1]["phone"], number)
    tell.phone(contacts[1]["role"], text)
    code = re.findall(r"\d{4}", text.replace(number[-4:], ""))[-1]
    tell.does(contacts[1]["role"], f"rings the window, hears whom it is about, and replies: {code} 1 从小看着他长大")
    stage.reply(contacts[1]["phone"], f"{code} 1 从小看着他长大")
    stage.until_state("police1", number, "at_desk")
    said = stage.until("the statement", lambda: stage.statements("police1", number))[0]
    tell.check(said["words"] == "从小看着他长大" and said["channel"] == "sms", "the clerk sees the statement in its exact words")
    mine = stage.phone_of("police1")
    told = render("desk_statement", "zh", number_tail=number[-4:])
    tell.phone("police1", stage.until("word of it", lambda: [text for text in stage.texts(mine) if text == told])[0])
    tell.does("police1", "confirms the statement and answers")
    stage.move("police1", number, "answer", outcome="confirmed", source="community", statement=said["id"])
    case = stage.until_state("bank1", number, "answered")
    finding = case["finding"]
    tell.check(
        (finding["outcome"], finding["source"], finding["grade"]) == ("confirmed", "community", "C"),
        "the bank sees confirmed, source community, grade C",
    )
    shown = stage.call("bank1", "GET", f"/cases/{number}").text
    hidden = [part for contact in contacts for part in (contact["phone"][-8:], contact["name"]) if part]
    tell.check(not any(secret in shown for secret in hidden), "and never the contact's number or name")


def nobody(stage: Stage, tell: Teller) -> None:
    """Every contact is out of reach."""
    number = at_desk(stage, tell, "nobody")
    contacts = consulted(stage, tell, number, "nobody")
    for contact in [c for c in contacts[1:] if c["phone"]]:
        tell.clock("30 office minutes pass without a word")
        stage.pass_office_minutes(30)
        tell.phone(contact["role"], stage.text_with(contact["phone"], number))
    tell.clock("30 more pass")
    stage.pass_office_minutes(30)
    case = stage.until_state("police1", number, "at_desk")
    moved = [line for line in case["trail"] if line["action"] == "hand_over"][-1]
    tell.check(moved["actor"] == "clock", f"back on the desk: {moved['note']}")
    asked = [row["number"] for row in stage.board()["for_decision"]]
    tell.check(number in asked, "the supervisor sees it")
    tell.clock("the deadline passes")
    stage.set_clock(stage.calendar.add_office_minutes(stage.now(), 2400).at)
    late = stage.until("overdue", lambda: [row for row in stage.board()["overdue_cases"] if row["number"] == number])
    tell.check(late and late[0]["overdue"], "the case is overdue on the board, and still open")
    tell.phone("supervisor", stage.text_with(stage.phone_of("supervisor"), number))
    tell.does("police1", "answers late: cannot say")
    stage.move("police1", number, "answer", outcome="cannot_say", words="档案与社区均无法核实")
    case = stage.until_state("bank1", number, "answered")
    tell.check(case["finding"]["outcome"] == "cannot_say", "the late answer still reaches the bank; silence was never an answer")
