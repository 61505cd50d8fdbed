"""Stories of commitments: what a person states instead of a certificate, signed on the screen; a paper that follows by a day."""

import io
from datetime import date, datetime, time

import requests
from PIL import Image, ImageDraw

from cases.commitments.days import days_before
from sample.stories.stage import Stage, StoryBroken
from sample.stories.teller import Teller
from storage.json import Json

PERSON = {"name": "冯山", "id_number": "330725198001010015"}
PHONE = "13900019001"


def signature() -> bytes:
    """What the page's field sends: strokes on white, drawn for the story by nobody."""
    picture = Image.new("RGB", (600, 220), "white")
    ImageDraw.Draw(picture).line([(60, 150), (150, 50), (230, 170), (330, 60), (480, 120)], fill="black", width=5)
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def prepared(stage: Stage, who: str, body: Json) -> Json:
    """The text of a commitment, as the person reads it."""
    return _good(stage.call(who, "POST", "/commitments", body))


def signed(stage: Stage, who: str, number: str) -> Json:
    """The commitment after the person has signed on the screen."""
    headers = {"Authorization": f"Bearer {stage.sheet['accounts'][who]['key']}"}
    sent = requests.post(
        f"{stage.url}/api/v1/commitments/{number}/signature",
        data={"how": "screen", "witness": stage.sheet["accounts"][who]["name"]},
        files={"file": ("signature.png", signature(), "image/png")}, headers=headers, timeout=90,
    )  # fmt: skip
    return _good(sent)


def commitment_at(stage: Stage, who: str, number: str) -> Json:
    """The commitment as it stands."""
    return _good(stage.call(who, "GET", f"/commitments/{number}"))


def lines(one: Json, section: str) -> str:
    """What a section of the text says, in Chinese."""
    return " ".join(line["zh"] for part in one["text"]["sections"] if part["code"] == section for line in part["lines"])


def commitment(stage: Stage, tell: Teller) -> None:
    """Instead of a certificate of income the person states it, reads what follows if it is not true, and signs on the screen."""
    number = taken(stage, tell, {"employer": "示例针织厂", "income": "6200"})
    again = signed(stage, "bank1", number)
    tell.check(again["signed_at"] == commitment_at(stage, "bank1", number)["signed_at"], "sent again it is signed once")
    other = stage.call("court1", "GET", f"/commitments/{number}")
    tell.check(other.status_code == 404, "another unit finds nothing under the number")
    paper = stage.call("bank1", "GET", f"/commitments/{number}/paper.pdf")
    tell.check(
        paper.ok and paper.content.startswith(b"%PDF"), "the sealed commitment is printed twice: for the person and the file"
    )
    files = {"file": ("c.pdf", paper.content, "application/pdf")}
    verified = requests.post(f"{stage.url}/verify/file", files=files, headers={"Accept-Language": "zh"}, timeout=60).text
    tell.check(number in verified and PERSON["name"] not in verified, "/verify knows the file, and names nobody")


def taken(stage: Stage, tell: Teller, stated: Json, certificate: str = "income") -> str:
    """The number of a commitment that was read and signed at the bank's counter."""
    body = {"certificate": certificate, "matter": "mortgage", "person": PERSON, "stated": stated, "reference": "DK-2026-88"}
    tell.does("bank1", "fills in what the customer states, and turns the screen")
    one = prepared(stage, "bank1", body)
    tell.check("6200 元" in lines(one, "states"), "the text says it in whole sentences: " + lines(one, "states")[:40])
    follows = lines(one, "consequences")
    tell.check(
        "先告知你" in follows and "异议" in follows, "before signing the person reads what follows, and that they are heard first"
    )
    tell.does("customer", "reads to the end and signs with a finger")
    done = signed(stage, "bank1", one["number"])
    tell.check(
        done["state"] == "signed" and done["text"] == one["text"], f"{done['number']} is signed; its text is the one that was read"
    )
    return str(done["number"])


def missing_paper(stage: Stage, tell: Teller) -> None:
    """A paper is missing: the counter begins all the same, the person promises it by a day and is reminded; another misses it."""
    today = stage.now().astimezone(stage.calendar.zone).date()
    due = stage.calendar.day_at(stage.calendar.add_working_days(today, 5).at)
    first, second = (_promised(stage, tell, due, reference) for reference in ("RC-2026-1", "RC-2026-2"))
    # No text goes out on a day off: the evening of the working day before, as the story may begin on any day of the week.
    _to(stage, days_before(stage.calendar, due, 1), time(17, 0), tell)
    text = stage.until("the first reminder", lambda: next(iter(stage.texts("+86" + PHONE)), ""))
    tell.phone("customer", text)
    tell.check(PERSON["name"] not in text and "http" not in text, "it names neither person nor matter")
    tell.does("bank1", "sees the first paper and records it")
    _at_the_page(stage, first)
    tell.check(commitment_at(stage, "bank1", first)["paper"] == "handed_in", f"{first}: handed in before the day")
    _to(stage, due, time(18, 30), tell)
    missed = stage.until("the day over", lambda: _if_missed(stage, second))
    tell.check(missed["missed_at"] and missed["state"] == "signed", f"{second}: stands as missed, and as nothing worse")
    tell.check("逾期" in stage.page("bank1", "/commitments"), "the unit sees it on top of its list")


def _promised(stage: Stage, tell: Teller, due: date, reference: str) -> str:
    body = {"certificate": "lease_contract", "matter": "mortgage", "person": PERSON, "stated": {}, "reference": reference,
            "due_on": due.isoformat(), "phone": PHONE}  # fmt: skip
    one = prepared(stage, "bank1", body)
    tell.check(
        "补交" in lines(one, "told"), f"{one['number']}: the paper may follow until {one['due_on']}, and the text says what if not"
    )
    signed(stage, "bank1", one["number"])
    return str(one["number"])


def _at_the_page(stage: Stage, number: str) -> None:
    """The clerk ticks that they saw the paper."""
    stage.page("bank1", f"/commitments/{number}")
    window = stage.windows["bank1"]
    page = window.get(f"{stage.url}/commitments/{number}", timeout=30).text
    token = page.split('name="csrf" value="')[1].split('"')[0]
    window.post(f"{stage.url}/commitments/{number}/paper", data={"csrf": token, "seen": "yes"}, timeout=30).raise_for_status()


def _to(stage: Stage, day: date, clock: time, tell: Teller) -> None:
    moment = datetime.combine(day, clock, stage.calendar.zone)
    tell.clock(f"it is {moment:%Y-%m-%d %H:%M}")
    stage.set_clock(moment)
    stage.next_beat()


def _if_missed(stage: Stage, number: str) -> Json | None:
    one = commitment_at(stage, "bank1", number)
    return one if one["paper"] == "missed" else None


def _good(reply: requests.Response) -> Json:
    if not reply.ok:
        raise StoryBroken(f"{reply.status_code}: {reply.json().get('errors')}")
    return dict(reply.json())
