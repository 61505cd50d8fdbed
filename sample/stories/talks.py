"""Stories of two sides that talk: something is asked back, with a photograph for an answer; a later day is offered."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import requests
from PIL import Image

from sample.stories.desk import archive_answer, at_desk
from sample.stories.stage import Stage
from sample.stories.teller import Teller
from storage.json import Json

QUESTION = "户口簿首页的户主是谁？请附照片。"
REPLY = "户主是当事人的祖父，见所附户口簿首页照片。"


def asked_back(stage: Stage, tell: Teller) -> None:
    """The clerk lacks one thing. The clock waits for the asker, and goes on by itself where nothing comes."""
    number = at_desk(stage, tell, "ask_back")
    due = stage.look("bank1", number)["due_at"]
    tell.does("police1", f"asks back: {QUESTION}")
    case = stage.move("police1", number, "ask_back", words=QUESTION)
    tell.check(case["paused_until"], f"the clock stands still, at the latest until {stage.office_time(case['paused_until'])}")
    tell.phone("bank1", stage.text_with(stage.phone_of("bank1"), number))
    tell.clock("one office hour passes")
    stage.pass_office_minutes(60)
    tell.does("bank1", "attaches a photograph of the household book and replies")
    _attach(stage, number)
    stage.move("bank1", number, "reply_back", words=REPLY)
    case = stage.look("police1", number)
    moved = stage.calendar.office_minutes_between(_moment(due), _moment(case["due_at"]))
    tell.check(
        not case["paused_until"] and 60 <= moved < 62, f"the clock goes on; the deadline moved by {moved:.0f} office minutes"
    )
    told = _good(stage.call("police1", "GET", f"/cases/{number}/messages"))["messages"]
    tell.check([one["words"] for one in told] == [QUESTION, REPLY], "both sides read the same two messages")
    attached = _good(stage.call("police1", "GET", f"/cases/{number}/attachments"))["attachments"]
    tell.check(len(attached) == 1, "and the clerk sees the photograph")
    _without_reply(stage, tell, number)
    archive_answer(stage, tell, "police1", number, stage.sheet["stories"]["ask_back"]["page"])


def _without_reply(stage: Stage, tell: Teller, number: str) -> None:
    tell.does("police1", "asks once more, and nobody replies")
    stage.move("police1", number, "ask_back", words="请再确认迁出年份。")
    stage.pass_office_minutes(420)

    def over() -> Json | None:
        seen = stage.look("bank1", number)
        return None if seen["paused_until"] else seen

    case = stage.until("the clock goes on", over)
    tell.check(case["trail"][-1]["action"] == "go_on", "after one working day the clock goes on by itself, and both sides see it")
    again = stage.call("police1", "POST", f"/cases/{number}/ask_back", {"words": "？"}, locale="en")
    tell.check(again.status_code == 409, f"a third time is refused: {again.json()['detail']}")


def later_day(stage: Stage, tell: Teller) -> None:
    """The archive is being moved: a later day is offered. Silence is no consent; the supervisor decides where both do not agree."""
    number = at_desk(stage, tell, "later_day")
    due = stage.look("bank1", number)["due_at"]
    day = stage.calendar.day_at(stage.calendar.add_working_days(_moment(due), 2).at)
    tell.does("police1", f"offers {day}: the volume is at the binder's")
    case = stage.move("police1", number, "offer_later", day=day.isoformat(), note="档案正在装订")
    stands = _moment(case["due_at"]) == _moment(due)
    tell.check(stands and case["offered_due"], "the deadline stands as long as the bank says nothing")
    tell.does("bank1", "does not take it, and asks for a decision")
    case = stage.move("bank1", number, "decline_later", day=day.isoformat(), note="客户当日须办结")
    tell.check(case["arbitrate_by"], f"the supervisor decides by {stage.office_time(case['arbitrate_by'])}")
    tell.phone("supervisor", stage.text_with(stage.phone_of("supervisor"), number))
    tell.does("supervisor", "decides: the deadline stands")
    stage.move("supervisor", number, "arbitrate", decision="on_time", note="请到装订处查阅")
    case = stage.look("bank1", number)
    told = [line["note"] for line in case["trail"] if line["action"] == "arbitrate"]
    tell.check(told == ["请到装订处查阅"], "the decision stands on the case, for both sides to read")
    tell.check(_moment(case["due_at"]) == _moment(due), "and the deadline is where it was")
    _agreed(stage, tell, number, day)
    stage.set_clock(_moment(due) + timedelta(minutes=5))
    stage.next_beat()
    tell.check(not stage.look("bank1", number)["overdue"], "the old deadline passes, and nothing is overdue")
    archive_answer(stage, tell, "police1", number, stage.sheet["stories"]["later_day"]["page"])


def _agreed(stage: Stage, tell: Teller, number: str, day: date) -> None:
    tell.does("police1", "offers the day once more; the customer has time now")
    stage.move("police1", number, "offer_later", day=day.isoformat(), note="装订处今日不开放")
    tell.does("bank1", "takes it")
    case = stage.move("bank1", number, "take_later", day=day.isoformat())
    tell.check(case["later_day"] and stage.calendar.day_at(_moment(case["due_at"])) == day, f"{day} is the deadline")
    tell.check(stage.board()["later_day"] >= 1, "and the supervisors' board counts it")


def _attach(stage: Stage, number: str) -> None:
    """What a telephone would send."""
    photograph = io.BytesIO()
    Image.linear_gradient("L").resize((640, 480)).save(photograph, "JPEG")
    headers = {"Authorization": f"Bearer {stage.sheet['accounts']['bank1']['key']}"}
    sent = {"file": ("household.jpg", photograph.getvalue(), "image/jpeg")}
    address = f"{stage.url}/api/v1/cases/{number}/attachments"
    requests.post(address, files=sent, data={"caption": "户口簿首页"}, headers=headers, timeout=60).raise_for_status()


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told)


def _good(response: requests.Response) -> Any:
    response.raise_for_status()
    return response.json()
