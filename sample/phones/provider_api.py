"""Twilio's Messages resource as the simulated company serves it: send, list, look at one."""

import secrets
import time
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from sample.phones.company import BUSY, BUSY_TIMES, SLOW, Company, Refused, check_number
from sample.phones.postman import Postman
from sample.phones.store import Message, Store, new_sid
from storage.json import Json

PREFIX = "/2010-04-01/Accounts/{account}"
PART = 70  # UCS-2 characters in one text
basic = HTTPBasic(auto_error=False)


def provider_routes(company: Company, store: Store, postman: Postman) -> APIRouter:
    """The three routes, behind the account's token."""
    routes = APIRouter(prefix=PREFIX, dependencies=[Depends(account_guard(company))])

    @routes.post("/Messages.json", status_code=201)
    def send(text: Annotated[Outgoing, Depends(read_outgoing)]) -> Json:
        message = take(company, store, text)
        postman.wake()
        if message.phone.endswith(SLOW):
            postman.stopped.wait(company.hang)
        return shape(company, message)

    @routes.get("/Messages.json")
    def look(request: Request, page_size: Annotated[int, Query(alias="PageSize", ge=1, le=1000)] = 50) -> Json:
        query = dict(request.query_params)
        found = [message for message in store.messages() if matches(message, query)]
        return page(company, found, page_size, int(query.get("Page", "0")), query)

    @routes.get("/Messages/{sid}.json")
    def fetch(sid: str) -> Json:
        message = store.get(sid)
        if message is None:
            raise Refused(404, 20404)
        return shape(company, message)

    return routes


def account_guard(company: Company) -> Callable[..., None]:
    """Lets in who knows the account and its token."""

    def known(account: str, given: Annotated[HTTPBasicCredentials | None, Depends(basic)]) -> None:
        pairs = [(given.username, company.account), (given.password, company.token)] if given else [("", "?")]
        if not all(secrets.compare_digest(a.encode(), b.encode()) for a, b in [*pairs, (account, company.account)]):
            raise Refused(401, 20003)

    return known


class Outgoing:
    """What a sender posts."""

    def __init__(self, to: str, ours: str, body: str, callback: str) -> None:
        self.to, self.ours, self.body, self.callback = to, ours, body, callback


def read_outgoing(
    to: Annotated[str, Form(alias="To")] = "",
    ours: Annotated[str, Form(alias="From")] = "",
    service: Annotated[str, Form(alias="MessagingServiceSid")] = "",
    body: Annotated[str, Form(alias="Body")] = "",
    callback: Annotated[str, Form(alias="StatusCallback")] = "",
) -> Outgoing:
    """The form's fields under our names."""
    return Outgoing(to, ours or service, body, callback)


def take(company: Company, store: Store, text: Outgoing) -> Message:
    """The text as a stored message on its way; raises Refused."""
    company.calls += 1
    if company.ill:
        raise Refused(500, 20500)
    check_number(text.to)
    if not text.body or not text.ours:
        raise Refused(400, 21603 if text.body else 21602)
    if store.is_stopped(text.to):
        raise Refused(400, 21610)
    if text.to.endswith(BUSY) and store.refuse_again(text.to, BUSY_TIMES):
        raise Refused(429, 20429)
    now = company.clock().isoformat()
    message = Message(new_sid(), text.to, text.ours, "outbound-api", text.body, "queued", 0, text.callback, now, "", 0, time.time())
    store.add(message)
    return message


def matches(message: Message, query: dict[str, str]) -> bool:
    """To and From exactly, DateSent by its day; what is not sent yet has no day."""
    sender, recipient = (message.phone, message.ours) if message.inbound else (message.ours, message.phone)
    day = message.sent_at[:10]
    return (
        query.get("To", recipient) == recipient
        and query.get("From", sender) == sender
        and query.get("DateSent", day)[:10] == day
        and ("DateSent>" not in query or day >= query["DateSent>"][:10])
        and ("DateSent<" not in query or "" < day <= query["DateSent<"][:10])
    )


def page(company: Company, found: list[Message], size: int, number: int, query: dict[str, str]) -> Json:
    """One page of a list in Twilio's shape."""
    start = number * size
    kept = "".join(f"&{name}={value.replace('+', '%2B')}" for name, value in query.items() if name not in ("Page", "PageSize"))
    here = PREFIX.format(account=company.account) + f"/Messages.json?PageSize={size}{kept}&Page="
    return {
        "messages": [shape(company, message) for message in found[start : start + size]],
        "first_page_uri": f"{here}0",
        "uri": f"{here}{number}",
        "previous_page_uri": f"{here}{number - 1}" if number else None,
        "next_page_uri": f"{here}{number + 1}" if start + size < len(found) else None,
        "page": number,
        "page_size": size,
        "start": start,
        "end": max(start, min(start + size, len(found)) - 1),
    }


def shape(company: Company, message: Message) -> Json:
    """One message in Twilio's shape."""
    sender, recipient = (message.phone, message.ours) if message.inbound else (message.ours, message.phone)
    uri = f"{PREFIX.format(account=company.account)}/Messages/{message.sid}"
    return {
        "sid": message.sid,
        "account_sid": company.account,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": _rfc2822(message.created_at),
        "date_sent": _rfc2822(message.sent_at),
        "date_updated": _rfc2822(message.sent_at or message.created_at),
        "direction": message.direction,
        "error_code": message.error or None,
        "error_message": None,
        "from": sender,
        "messaging_service_sid": message.ours if message.ours.startswith("MG") else None,
        "num_media": "0",
        "num_segments": str(-(-len(message.body.encode("utf-16-be")) // (2 * PART)) or 1),
        "price": None,
        "price_unit": "USD",
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": recipient,
        "uri": f"{uri}.json",
    }


def _rfc2822(moment: str) -> str | None:
    return format_datetime(datetime.fromisoformat(moment)) if moment else None


def answer_refused(_request: Request, refused: Exception) -> JSONResponse:
    """A refusal in Twilio's words."""
    assert isinstance(refused, Refused)
    return JSONResponse(refused.body(), refused.status)
