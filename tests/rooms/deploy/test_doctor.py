"""The doctor on texts and settings: what is refused, what waits, and what nobody has filled in."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from contacts.alerts.alerts import Alert, AlertState
from contacts.alerts.provider_health import hear
from contacts.sms.provider import AccountRefused
from deploy.operations.doctor import examine
from deploy.operations.example_settings import examples_in
from deploy.operations.text_looks import look_at_texts
from deploy.settings import Settings
from sample.phones import Phones
from storage.database import Database
from tests.kinds import once
from tests.phones import ACCOUNT, TOKEN, running_phones
from tests.rooms.contacts.city import DESK, NOW, ids, ordered

EXAMPLE = Path("deploy/hecha.env.example")


@pytest.fixture
def phones(tmp_path: Path) -> Iterator[Phones]:
    with running_phones(tmp_path) as phones:
        yield phones


def settings_at(phones: Phones, database_url: str, **more: object) -> Settings:
    given = {"sms_url": phones.url, "sms_account": ACCOUNT, "sms_token": TOKEN, "database_url": database_url, **more}
    return Settings(**given)  # type: ignore[arg-type]


@once
def test_a_wrong_token_is_told_before_the_first_text(database_url: str, phones: Phones) -> None:
    well, wrong = (look_at_texts(settings_at(phones, database_url, sms_token=token)) for token in (TOKEN, "wrong"))

    assert (well.well, well.care, well.words) == (True, False, "twilio knows our account")
    assert (wrong.well, wrong.words) == (
        False,
        "the provider refuses our account (20003): look at HECHA_SMS_ACCOUNT and HECHA_SMS_TOKEN",
    )


@once
def test_a_second_provider_is_looked_at_under_its_own_names(database_url: str, phones: Phones) -> None:
    second = {"sms_second_url": phones.url, "sms_second_account": ACCOUNT, "sms_second_token": "wrong"}

    assert look_at_texts(settings_at(phones, database_url, **second)).words.endswith(
        "look at HECHA_SMS_SECOND_ACCOUNT and HECHA_SMS_SECOND_TOKEN"
    )


@once
def test_texts_into_the_log_alone_want_a_look(database_url: str) -> None:
    found = look_at_texts(Settings(sms_url="console:", database_url=database_url))

    assert (found.well, found.care, found.mark) == (True, True, ("look   ", "yellow"))


@once
def test_what_waits_for_another_try_is_counted(database: Database, database_url: str, phones: Phones) -> None:
    (row,) = ids(ordered(database, DESK))
    with database.write() as session:
        alert = session.get_one(Alert, row)
        alert.move(AlertState.QUEUED, NOW, NOW, "20500")
    found = look_at_texts(settings_at(phones, database_url))
    assert (found.well, found.care, found.words) == (True, True, "twilio knows our account; 1 wait for another try: 20500")

    with database.write() as session:
        hear(session, [("twilio", AccountRefused("20003"))], datetime.now(UTC))
    assert not look_at_texts(settings_at(phones, database_url)).well


def test_each_setting_that_is_still_the_examples_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example file itself is the input, with what stands behind # taken in: what there is to fill in, the doctor names."""
    lines = re.findall(r"^#?HECHA_(\w+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    given = {name.lower(): value for name, value in lines if value}
    kept = {
        "http",
        "serve_processes",
        "locale",
        "proxies",
        "oidc_client_id",
        "oidc_name",
        "sms_second_share",
    }  # good as they stand, or anybody's

    assert set(examples_in(Settings(**given))) == set(given) - kept  # type: ignore[arg-type]
    assert examples_in(Settings()) == []
    real = Settings(sms_url="https://api.twilio.com", sms_token="of-our-own")
    assert examples_in(real) == ["sms_account", "sms_from"], "the sample city's own"


@once
def test_the_doctor_prints_them_first(database_url: str, tmp_path: Path) -> None:
    heard = io.StringIO()
    settings = Settings(database_url=database_url, home=tmp_path, public_url="https://hecha.your.city.example", sms_url="console:")

    assert not examine(settings, Console(file=heard, width=200))
    assert heard.getvalue().splitlines()[0].split(None, 2) == ["mend", "settings", "still the example's: HECHA_PUBLIC_URL"]
