"""The provider's end of the line: it calls us as it does, about a small county with cases of which contacts were texted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlmodel import select
from starlette.testclient import TestClient
from twilio.request_validator import RequestValidator

from access.accounts import Account
from access.sessions import open_session
from cases.lifecycle import State
from contacts.alerts.alerts import Alert, Order, order
from contacts.alerts.unclear_replies import UnclearReply
from contacts.sms import open_provider
from contacts.statements import Statement
from deploy.assembly import assemble
from deploy.settings import Settings
from tests.apps import app_of
from tests.phones import ACCOUNT, SENDER, TOKEN
from tests.rooms.county import MONDAY, SECRETARY, County, settle

PUBLIC = "https://hecha.example"


class Hook:
    """The provider's end of the line: calls us as it does, signed over our public address."""

    def __init__(self, client: TestClient, county: County) -> None:
        self.client, self.county = client, county

    def call(self, path: str, token: str = TOKEN, url: str = PUBLIC, **form: str) -> int:
        """Posts this form with its signature; the status."""
        signature = RequestValidator(token).compute_signature(f"{url}{path}", form)
        return self.client.post(path, data=form, headers={"X-Twilio-Signature": signature}).status_code

    def text(self, words: str, number: str = SECRETARY, sid: str = "") -> int:
        """Somebody texts us; `sid` where the provider brings the same text again."""
        return self.call("/sms/inbound", From=number, To=SENDER, Body=words, MessageSid=sid or f"SM{uuid4().hex}")

    def alerts(self) -> list[Alert]:
        with self.county.database.read() as session:
            return list(session.exec(select(Alert).order_by(Alert.created_at, Alert.template)))

    def statements(self) -> list[Statement]:
        with self.county.database.read() as session:
            return list(session.exec(select(Statement)))

    def sees(self, path: str, who: str = "clerk") -> str:
        """What this person's browser or program shows there."""
        with self.county.database.write() as session:
            cookie = open_session(session, session.get_one(Account, who), MONDAY).token
        shown = self.client.get(path, headers={"Cookie": f"__Host-hecha={cookie}; lang=en"})
        assert shown.status_code == 200, shown.text
        return shown.text

    def unclear(self) -> list[UnclearReply]:
        with self.county.database.read() as session:
            return list(session.exec(select(UnclearReply).order_by(UnclearReply.id)))

    def said_back(self) -> list[str]:
        """The wordings of what we texted back, oldest first."""
        return [alert.template for alert in self.alerts() if alert.purpose == "reply"]


@contextmanager
def hooked(database_url: str, folder: Path) -> Iterator[Hook]:
    """The line to a county on this database; it is Monday morning."""
    settings = Settings(home=folder, database_url=database_url, public_url=PUBLIC, sms_token=TOKEN)
    provider = open_provider("http://127.0.0.1:9", ACCOUNT, TOKEN, SENDER)
    house = assemble(settings, [provider])
    house.now = lambda: MONDAY
    yield Hook(TestClient(app_of(house)), settle(house.database))
    provider.close()
    house.database.close()


def asked(hook: Hook, state: str = "sent") -> tuple[str, Alert]:
    """A case whose secretary was texted under the provider's id SM1."""
    (number,) = hook.county.asked_into(State.WITH_CONTACT)
    return number, texted(hook, number, state)


def texted(hook: Hook, number: str, state: str = "sent") -> Alert:
    """The text to the secretary about this case."""
    params = {"number_tail": number[-4:], "window_phone": "0579-85230000"}
    text = Order(
        about=number, purpose="consult", recipient_kind="contact", recipient="1", to_number=SECRETARY, template="consult_contact",
        params=params, wants_reply=True,
    )  # fmt: skip
    with hook.county.database.write() as session:
        (alert,) = order(session, [text], MONDAY)
        alert.state, alert.provider_id, alert.provider = state, "SM1", "twilio"
    return alert
