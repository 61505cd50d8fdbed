"""The doctor looks at what was never filled in, and at the provider of texts."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from contacts.sms import open_provider
from deploy.operations.doctor import examine
from deploy.operations.sms_looks import unfilled, wrong_with_texts
from deploy.settings import Settings
from tests.phones import ACCOUNT, SENDER, TOKEN, running_phones

EXAMPLE = Path(__file__).parents[3] / "deploy" / "hecha.env.example"


def test_each_placeholder_of_the_example_file_is_named(tmp_path: Path) -> None:
    lines = [line.lstrip("#").split("=", 1) for line in EXAMPLE.read_text().splitlines() if line.lstrip("#").startswith("HECHA_")]
    given = {name.removeprefix("HECHA_").lower(): value for name, value in lines if value}
    words = StringIO()
    examine(Settings(home=tmp_path, **given), Console(file=words, width=80))

    assert set(unfilled(Settings(home=tmp_path, **given))) == {
        f"HECHA_{name.upper()}" for name in given if name not in ("http", "locale", "proxies", "oidc_client_id", "oidc_name")
    }
    assert "mend   settings    still as in hecha.env.example: HECHA_DATABASE_URL, HECHA_BROKER_URL" in words.getvalue()
    assert list(unfilled(Settings(home=tmp_path))) == []


def test_a_wrong_token_and_a_wrong_address_are_named_by_their_setting(tmp_path: Path) -> None:
    with running_phones(tmp_path) as phones:
        settings = Settings(sms_url=phones.url, sms_account=ACCOUNT, sms_token=TOKEN, sms_from=SENDER)
        good, bad = (open_provider(phones.url, ACCOUNT, token, SENDER, timeout=5) for token in (TOKEN, "another"))

        assert wrong_with_texts(settings, good) == ""
        assert wrong_with_texts(settings, bad) == "the provider refuses HECHA_SMS_ACCOUNT with HECHA_SMS_TOKEN"
    away = open_provider("http://127.0.0.1:9", ACCOUNT, TOKEN, SENDER, timeout=1)
    assert wrong_with_texts(Settings(sms_url="http://127.0.0.1:9"), away).endswith("look at HECHA_SMS_URL")
