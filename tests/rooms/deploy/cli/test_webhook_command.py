"""`hecha webhook`: the address is looked at when it is set, the secret printed once, and a test call says what became of it."""

from pathlib import Path

from standardwebhooks import Webhook

from tests.rooms.deploy.test_command_troubles import call, lived_in
from tests.rooms.requesters.webhooks.own_system import System

__all__ = ["lived_in"]
HERE = {"HECHA_LOCALE": "en", "HECHA_WEBHOOK_NETWORKS": "127.0.0.0/8"}


def test_an_address_is_set_and_tried(lived_in: Path) -> None:
    system = System()
    code, told = call(["webhook", "bank", system.url, "--test"], lived_in, **HERE)
    secret = told.split()[0]
    headers, body = system.got[0]
    system.answers = [503]

    assert (code, "The test call was taken." in told) == (0, True)
    assert Webhook(secret).verify(body, headers)["type"] == "test"
    assert call(["webhook", "bank", "--test"], lived_in, **HERE) == (1, "The test call was not taken: answered with HTTP 503.\n")
    system.server.shutdown()
    system.server.server_close()


def test_what_cannot_be_is_refused(lived_in: Path) -> None:
    for words, why in (
        (["webhook", "bank"], "Give an address, or --test."),
        (["webhook", "bank", "https://10.0.0.8/x"], "may not be called"),
        (["webhook", "police", "--test"], "no address of its own system"),
    ):
        code, told = call(words, lived_in, HECHA_LOCALE="en")
        assert (code, why in " ".join(told.replace("│", "").split())) == (2, True), told
