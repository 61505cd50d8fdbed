"""Calls as the Standard Webhooks specification has them, believed by its own library."""

from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from access.webhooks.webhook_calls import Caller
from access.webhooks.webhook_keys import OVERLAP, WebhookKey, set_webhook
from access.webhooks.webhook_tests import NO_WEBHOOK, call_for_a_test
from deploy.wall_clock import real_now
from requesters.webhooks.outcome_notices import tell_webhooks
from storage.database import Database
from tests.rooms.requesters.webhooks.own_system import HERE, NOW, System, notices, outcome, take


def library_reads(system: System, secret: str, place: int = -1) -> Any:
    """What the library of the Standard Webhooks specification makes of a call; raises where it does not believe it."""
    headers, body = system.got[place]
    return Webhook(secret).verify(body, dict(headers))


def test_the_library_of_standard_webhooks_believes_a_notice_and_nothing_that_was_touched(
    database: Database, system: System, secret: str
) -> None:
    take(database, outcome("N1"))
    tell_webhooks(database, NOW, HERE, real_now())
    headers, body = system.got[0]

    assert library_reads(system, secret)["number"] == "N1"
    assert (headers["webhook-id"], secret[:6]) == (f"notice_{notices(database)[0].id}", "whsec_")
    for touched in ({"webhook-id": "notice_0"}, {"webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, {**dict(headers), **touched})
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace(b"N1", b"N2"), dict(headers))


def test_a_notice_keeps_its_id_when_it_is_tried_again(database: Database, system: System, secret: str) -> None:
    take(database, outcome("N1"))
    system.answers = [500]
    tell_webhooks(database, NOW, HERE)
    tell_webhooks(database, NOW + timedelta(days=1), HERE)

    (first, _), (second, _) = system.got
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-timestamp"] != second["webhook-timestamp"]


def test_the_secret_of_before_signs_for_a_week_and_only_at_its_own_address(database: Database, system: System, secret: str) -> None:
    moment = real_now()
    with database.write() as session:
        new = set_webhook(session, "bank", system.url, moment)
    for when, believed in ((moment, {secret, new}), (moment + OVERLAP, {new})):
        take(database, outcome(f"N{when.timestamp()}"))
        tell_webhooks(database, when, HERE, moment)
        assert {one for one in (secret, new) if _believes(system, one)} == believed
    with database.write() as session:
        other = set_webhook(session, "bank", system.url + "/other", moment)
        assert session.get_one(WebhookKey, "bank").signing(moment) == [other]


def _believes(system: System, secret: str) -> bool:
    try:
        return bool(library_reads(system, secret))
    except WebhookVerificationError:
        return False


def test_a_secret_of_before_the_specification_signs_still(database: Database, system: System, secret: str) -> None:
    with database.write() as session:
        session.get_one(WebhookKey, "bank").secret = "Zm9v-older_than-the-specification"
    take(database, outcome("N1"))
    tell_webhooks(database, NOW, HERE, real_now())
    headers, body = system.got[0]

    assert Webhook(b"Zm9v-older_than-the-specification").verify(body, dict(headers))["number"] == "N1"


def test_a_test_call_is_signed_and_says_nothing_of_any_case(database: Database, system: System, secret: str) -> None:
    system.database = database
    assert call_for_a_test(database, "bank", HERE, real_now()) == ""
    assert set(library_reads(system, secret)) == {"type", "timestamp"}
    assert system.connections == [0]
    system.answers = [500]
    assert call_for_a_test(database, "bank", HERE, real_now()) == "status_500"
    assert call_for_a_test(database, "bank", Caller(), real_now()) == "not_callable"
    assert call_for_a_test(database, "court", HERE, real_now()) == NO_WEBHOOK
