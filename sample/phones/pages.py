"""The page that shows the simulated phones, and the same as JSON for tests."""

from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader
from pydantic import BaseModel

from sample.phones.postman import Postman
from sample.phones.store import Message, Store
from sample.phones.words import NUMBERS, STATUSES, WORDS
from storage.json import Json

FOLDER = Path(__file__).parent
ZONE = ZoneInfo("Asia/Shanghai")
SHOWN_PHONES = 60
SHOWN_MESSAGES = 30


class Reply(BaseModel):
    """What somebody types on a phone."""

    text: str


class FormReply(Reply):
    """The same on the page: `link` leads back to what was shown."""

    number: str
    link: str = ""


def phone_routes(store: Store, postman: Postman) -> APIRouter:
    """The page with its reply form, and the JSON pair."""
    routes = APIRouter()
    page = Environment(loader=FileSystemLoader(FOLDER), autoescape=True).get_template("page.html")

    @routes.get("/", response_class=HTMLResponse)
    def show(request: Request, lang: str = "", q: str = "") -> str:
        language = choose_language(lang, request.headers.get("accept-language", ""))
        phones = group_by_phone([message for message in store.messages() if q.strip() in message.phone])
        words = {"t": WORDS[language], "numbers": NUMBERS[language], "statuses": STATUSES[language], "language": language}
        return page.render(phones=phones, q=q, link=urlencode({"lang": language, "q": q}), time=clock_time, **words)

    @routes.post("/")
    def reply_on_page(reply: Annotated[FormReply, Form()]) -> RedirectResponse:
        if reply.text.strip():
            postman.reply(reply.number, reply.text)
        return RedirectResponse(f"/?{reply.link}", 303)

    @routes.get("/phones/{number}.json")
    def show_phone(number: str) -> Json:
        return {"number": number, "stopped": store.is_stopped(number), "messages": [plain(m) for m in store.messages(number)]}

    @routes.post("/phones/{number}/reply", status_code=201)
    def reply(number: str, reply: Reply) -> Json:
        return {"webhook_status": postman.reply(number, reply.text)}

    return routes


def choose_language(wanted: str, accepted: str) -> str:
    """zh unless English is asked for, by link or by browser."""
    if wanted in WORDS:
        return wanted
    return "en" if accepted.lower().startswith("en") else "zh"


def group_by_phone(messages: list[Message]) -> list[tuple[str, list[Message]]]:
    """Phones with their messages newest first, the phone with the newest first."""
    order = {message.phone: place for place, message in reversed(list(enumerate(messages)))}
    sorted_ = sorted(messages, key=lambda message: order[message.phone])
    grouped = [(phone, list(group)[:SHOWN_MESSAGES]) for phone, group in groupby(sorted_, key=lambda message: message.phone)]
    return grouped[:SHOWN_PHONES]


def plain(message: Message) -> Json:
    """A message for a test to look at."""
    keys = ("sid", "direction", "body", "status", "error", "created_at")
    return {key: getattr(message, key) for key in keys}


def clock_time(moment: str) -> str:
    """Month, day and time as a phone in Yiwu shows it."""
    return datetime.fromisoformat(moment).astimezone(ZONE).strftime("%m-%d %H:%M:%S")
