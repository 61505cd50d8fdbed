"""A test call: what a unit's own system gets when somebody wants to know whether calls arrive. It says nothing of any case."""

import json
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session

from access.units import Unit
from access.webhooks.webhook_calls import Caller
from access.webhooks.webhook_keys import WebhookKey
from access.webhooks.webhook_signatures import signed_headers
from storage.database import Database

NO_WEBHOOK = "no_webhook"


def call_for_a_test(database: Database, unit: str, caller: Caller, now: datetime) -> str:
    """Calls this unit's system once: empty where it was taken, else why not, as `Caller.attempt` says, or `no_webhook`.

    `now` is the moment by the clock on the wall. No connection to the database is held meanwhile.
    """
    with database.read() as session:
        url, secrets = _whom(session, unit, now)
    if not url or not secrets:
        return NO_WEBHOOK
    body = json.dumps({"type": "test", "timestamp": now.isoformat()}).encode()
    return caller.attempt(url, body, signed_headers(secrets, f"test_{uuid4().hex}", body, now))


def _whom(session: Session, unit: str, now: datetime) -> tuple[str, list[str]]:
    known, key = session.get_one(Unit, unit), session.get(WebhookKey, unit)
    return known.webhook, list(key.signing(now)) if key else []
