"""The story of a commitment that a record contradicts: checked, told, heard, decided, and seen at the next one."""

import re
from datetime import time, timedelta

import requests

from sample.stories.commitments import commitment_at, lines, prepared, signature, signed
from sample.stories.stage import Stage, StoryBroken
from sample.stories.teller import Teller
from storage.json import Json

WEEK = timedelta(days=7)


def false_commitment(stage: Stage, tell: Teller) -> None:
    """Somebody commits that another is his father; a week later the records say otherwise. He is heard before anybody decides."""
    body = _body(stage)
    tell.does("bank1", "takes the commitment, signed on the screen")
    one = prepared(stage, "bank1", body)
    tell.check("赡养" in lines(one, "states"), lines(one, "states"))
    number = signed(stage, "bank1", one["number"])["number"]
    case = _checked(stage, tell, number)
    page = stage.page("bank1", f"/rechecks/{number}")
    tell.check("目前尚未作出认定" in page, f"{number}: question {case} contradicts it; the unit reads that nothing is decided yet")
    _heard(stage, tell, number)
    _decided(stage, tell, number)
    tell.does("bank1", "takes another commitment of the same person")
    again = prepared(stage, "bank1", {**body, "reference": "DK-2026-98"})
    shown = stage.page("bank1", f"/commitments/{again['number']}")
    tell.check("登记的父亲另有其人" in shown, "before it is signed the clerk sees what was decided, by whom, why and until when")


def _body(stage: Stage) -> Json:
    asked = stage.sheet["questions"]["disputed"]
    people = asked["subjects"]
    stated = {"relative": people["relative"], "relation": asked["details"]["relation"]}
    return {"certificate": "supporting_relative", "matter": "mortgage", "person": people["person"], "stated": stated,
            "reference": "DK-2026-97"}  # fmt: skip


def _checked(stage: Stage, tell: Teller, number: str) -> str:
    """A week passes; in calm hours the question is asked and answered. The number of its case."""
    day = stage.calendar.day_at(stage.now() + WEEK)
    while not stage.calendar.is_working(day):
        day += timedelta(days=1)
    stage.set_clock(stage.moment(day, time(15, 0)))
    tell.clock(f"it is {day}, three in the afternoon")
    stage.until("the check", lambda: commitment_at(stage, "bank1", number)["state"] == "found_false")
    cases = re.findall(r"/cases/([0-9A-Z-]+)", stage.page("bank1", "/rechecks"))
    tell.check(cases, "the system has asked by itself, as a case of the bank")
    return str(cases[0])


def _heard(stage: Stage, tell: Teller, number: str) -> None:
    letter = stage.windows["bank1"].get(f"{stage.url}/rechecks/{number}/letter.pdf", timeout=60)
    tell.check(letter.content.startswith(b"%PDF"), "a sealed letter is printed: what was stated, what was found, how to object")
    early = _send(stage, "supervisor", f"/held/commitments/{number}", "/decide", {"decision": "stands", "reason": "x"})
    tell.check(early.status_code in (409, 422), "nobody decides before the person was told")
    tell.does("bank1", "hands it over; the customer objects at the counter")
    _send(stage, "bank1", f"/rechecks/{number}", "/told", {"how": "handed"}).raise_for_status()
    objection = {"words": "我认为登记有误"}
    files = {"file": ("signed.png", signature(), "image/png")}
    _send(stage, "bank1", f"/rechecks/{number}", "/objection", objection, files).raise_for_status()
    tell.check(commitment_at(stage, "bank1", number)["state"] == "objected", "the objection stands with what was signed")


def _decided(stage: Stage, tell: Teller, number: str) -> None:
    tell.does("supervisor", "reads both sides and decides: it does not hold")
    told = {"decision": "stands", "reason": "登记的父亲另有其人"}
    _send(stage, "supervisor", f"/held/commitments/{number}", "/decide", told).raise_for_status()
    tell.check(commitment_at(stage, "bank1", number)["state"] == "stands_false", "it stands, with the reason, for twelve months")
    tell.check("登记的父亲另有其人" in stage.page("bank1", f"/rechecks/{number}"), "the unit reads the reason and tells the person")


def _send(stage: Stage, who: str, page: str, move: str, form: Json, files: Json | None = None) -> requests.Response:
    """Sends a form of this page."""
    shown = stage.page(who, page)
    token = re.search(r'name="csrf" value="([^"]+)"', shown)
    if token is None:
        raise StoryBroken(f"{page}: no form")
    return stage.windows[who].post(f"{stage.url}{page}{move}", data={**form, "csrf": token[1]}, files=files, timeout=60)
