"""Stories of disagreement: returned and corrected, disputed, withdrawn while with a contact."""

from sample.stories.desk import archive_answer, at_desk, consulted
from sample.stories.stage import Stage
from sample.stories.teller import Teller


def returned(stage: Stage, tell: Teller) -> None:
    """The clerk cannot work with the question; the second time it is the supervisor's to decide."""
    number = at_desk(stage, tell, "returned")
    due = stage.look("bank1", number)["due_at"]
    tell.does("police1", "returns it: the purpose is unclear")
    stage.move("police1", number, "return", note="请说明用途")
    case = stage.until_state("bank1", number, "returned")
    tell.check("correct" in case["open_moves"], "the bank sees it returned, with the reason")
    tell.does("bank1", "corrects the purpose")
    stage.move("bank1", number, "correct", purpose="代为注销已故亲属信用卡")
    case = stage.until_state("police1", number, "at_desk")
    tell.check(case["due_at"] == due, "back at the desk; the clock was never reset")
    tell.does("police1", "returns it a second time")
    case = stage.move("police1", number, "return", note="材料仍不完整")
    tell.check(case["state"] == "at_desk" and case["arbitration"], "the second return goes to the supervisor instead")
    tell.does("supervisor", "decides: the police answer")
    stage.move("supervisor", number, "arbitrate", decision="answer", note="材料足够，请办理")
    archive_answer(stage, tell, "police1", number, stage.sheet["stories"]["returned"]["page"])


def disputed(stage: Stage, tell: Teller) -> None:
    """The machine says no; the bank has a reason to doubt it."""
    tell.does("bank1", "asks whether another man is the father")
    case = stage.look("bank1", stage.ask("bank1", stage.sheet["questions"]["disputed"]), wait=30)
    number = case["number"]
    tell.check((case["finding"] or {}).get("outcome") == "contradicted", "the machine: contradicted")
    tell.does("bank1", "disputes it")
    stage.move("bank1", number, "dispute", note="当事人持有公证书")
    stage.until_state("police1", number, "at_desk")
    archive_answer(stage, tell, "police1", number, "1986-031-12", outcome="contradicted")
    case = stage.move("bank1", number, "accept")
    tell.check(case["state"] == "closed", "a person has looked; the bank accepts, the case is closed")
    tell.does("bank1", "disputes it once more, after the closing")
    case = stage.move("bank1", number, "dispute", note="当事人坚持")
    tell.check(case["state"] == "closed" and case["decide_by"], f"the supervisor decides by {stage.office_time(case['decide_by'])}")
    tell.does("supervisor", "decides: the answer stands")
    stage.move("supervisor", number, "arbitrate", decision="dismiss", note="公证书所载为他人")
    again = stage.call("bank1", "POST", f"/cases/{number}/dispute", {"note": "再次"}, locale="en")
    tell.check(again.status_code == 409, f"once about one answer: {again.json()['detail']}")


def withdrawn(stage: Stage, tell: Teller) -> None:
    """The citizen changes his mind while a contact is being asked."""
    number = at_desk(stage, tell, "withdrawn")
    contacts = consulted(stage, tell, number, "withdrawn")
    tell.does("bank1", "withdraws it")
    stage.move("bank1", number, "withdraw", note="客户取消业务")
    tell.clock("three office hours pass")
    stage.pass_office_minutes(180)
    stage.next_beat()
    texts = [text for contact in contacts[1:] if contact["phone"] for text in stage.texts(contact["phone"]) if number[-4:] in text]
    tell.check(not texts, "no other contact is texted: every timer has stopped")
    case = stage.look("bank1", number)
    tell.check(case["state"] == "withdrawn" and not case["open_moves"], "withdrawn, and nothing more can be done with it")
