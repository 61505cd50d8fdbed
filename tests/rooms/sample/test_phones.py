"""The simulated phones: Twilio's shapes, numbers that misbehave, replies, and the page."""

import base64
import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from contacts.sms import open_provider
from contacts.sms.provider import Provider
from sample.phones import Phones
from sample.phones.postman import sign
from tests.phones import ACCOUNT, SENDER, TOKEN, Listener, fetch, look, reply, running_phones, until

MOBILE, OTHER = "+8613900010011", "+8613900010012"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@pytest.fixture
def phones(tmp_path: Path) -> Iterator[Phones]:
    with running_phones(tmp_path) as running:
        yield running


@pytest.fixture
def provider(phones: Phones) -> Iterator[Provider]:
    provider = open_provider(phones.url, ACCOUNT, TOKEN, SENDER)
    yield provider
    provider.close()


def ask(phones: Phones, path: str, form: dict[str, str] | None = None, token: str = TOKEN) -> tuple[int, dict[str, object]]:
    key = base64.b64encode(f"{ACCOUNT}:{token}".encode()).decode()
    status, body = fetch(phones.url + path, form, Authorization=f"Basic {key}")
    return status, json.loads(body)


def statuses(phones: Phones, number: str) -> list[str]:
    return [message["status"] for message in look(phones, number)["messages"]]


def test_a_text_shows_on_its_phone_and_is_delivered(phones: Phones, provider: Provider):
    provider.send(MOBILE, "一")
    provider.send(MOBILE, "二")
    until(lambda: statuses(phones, MOBILE) == ["delivered", "delivered"])

    assert [message["body"] for message in look(phones, MOBILE)["messages"]] == ["二", "一"]
    assert look(phones, OTHER)["messages"] == []


def test_an_accepted_text_has_twilios_shape(phones: Phones):
    status, message = ask(phones, MESSAGES, {"To": MOBILE, "From": SENDER, "Body": "您好"})
    sid = str(message["sid"])

    assert status == 201
    assert re.fullmatch("SM[0-9a-f]{32}", sid)
    assert (message["to"], message["from"], message["direction"]) == (MOBILE, SENDER, "outbound-api")
    assert (message["status"], message["error_code"], message["num_segments"]) == ("queued", None, "1")
    assert message["uri"] == f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json"
    assert str(message["date_created"]).endswith("+0000")


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": "139", "From": SENDER, "Body": "x"}, 21211),
        ({"From": SENDER, "Body": "x"}, 21604),
        ({"To": MOBILE, "Body": "x"}, 21603),
        ({"To": MOBILE, "From": SENDER}, 21602),
        ({"To": "+8613900010001", "From": SENDER, "Body": "x"}, 21614),
        ({"To": "+8657985230011", "From": SENDER, "Body": "x"}, 21614),
    ],
)
def test_a_refused_text_has_twilios_error(phones: Phones, form: dict[str, str], code: int):
    status, error = ask(phones, MESSAGES, form)

    assert (status, error["status"], error["code"]) == (400, 400, code)
    assert str(error["more_info"]).endswith(f"/{code}")


def test_a_wrong_token_opens_nothing(phones: Phones):
    assert ask(phones, MESSAGES, token="wrong")[0] == 401
    assert ask(phones, MESSAGES, token="wrong")[1]["code"] == 20003
    assert fetch(phones.url + MESSAGES)[0] == 401
    assert ask(phones, MESSAGES.replace(ACCOUNT, "ACother"))[0] == 401


def test_the_list_is_filtered_and_comes_in_pages(phones: Phones, provider: Provider):
    for text in ("一", "二", "三"):
        provider.send(MOBILE, text)
    provider.send(OTHER, "别处")
    until(lambda: statuses(phones, MOBILE) == ["delivered"] * 3)
    first = ask(phones, f"{MESSAGES}?To=%2B{MOBILE[1:]}&PageSize=2")[1]
    second = ask(phones, str(first["next_page_uri"]))[1]

    assert [[m["body"] for m in page["messages"]] for page in (first, second)] == [["三", "二"], ["一"]]
    assert (first["page"], first["start"], first["end"], second["next_page_uri"]) == (0, 0, 1, None)
    assert ask(phones, f"{MESSAGES}?DateSent%3E=2999-01-01")[1]["messages"] == []
    assert len(ask(phones, f"{MESSAGES}?DateSent%3E=2000-01-01&To=%2B{MOBILE[1:]}")[1]["messages"]) == 3


def test_an_unknown_message_is_not_found(phones: Phones):
    assert ask(phones, MESSAGES.replace(".json", "/SMnone.json"))[0] == 404


def test_the_slow_number_takes_the_text_and_keeps_the_caller_waiting(tmp_path: Path):
    with running_phones(tmp_path, hang=0.2) as phones:
        assert ask(phones, MESSAGES, {"To": "+8613900010004", "From": SENDER, "Body": "慢"})[0] == 201
        until(lambda: statuses(phones, "+8613900010004") == ["delivered"])


def test_a_signature_is_twilios_own():
    """The example of Twilio's documentation on request security."""
    form = {"CallSid": "CA1234567890ABCDE", "Caller": "+12349013030", "Digits": "1234", "From": "+12349013030"}

    signature = sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", {**form, "To": "+18005551212"})

    assert signature == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


def test_a_reply_is_posted_signed_and_the_answer_comes_back_to_the_phone(phones: Phones, provider: Provider):
    listener = Listener("<Response><Message>已记录 &amp; 谢谢</Message></Response>")
    phones.company.inbound_url = f"{listener.url}/sms/inbound"
    provider.send(MOBILE, "请回复")
    status = reply(phones, MOBILE, "4821 属实")
    path, form, headers = listener.calls[0]
    listener.close()

    assert (status, path, form["From"], form["To"], form["Body"]) == (200, "/sms/inbound", MOBILE, SENDER, "4821 属实")
    assert provider.valid_signature(phones.company.inbound_url, form, headers)
    assert [m["body"] for m in look(phones, MOBILE)["messages"]] == ["已记录 & 谢谢", "4821 属实", "请回复"]


def test_a_reply_is_kept_when_nobody_listens(phones: Phones, provider: Provider):
    provider.send(MOBILE, "请回复")
    phones.company.inbound_url = "http://127.0.0.1:9/sms/inbound"

    assert reply(phones, MOBILE, "1") == 0
    assert look(phones, MOBILE)["messages"][0]["body"] == "1"


def test_a_restart_keeps_every_text_and_carries_on(tmp_path: Path):
    with running_phones(tmp_path, pace=60.0) as phones:
        ask(phones, MESSAGES, {"To": MOBILE, "From": SENDER, "Body": "您好"})
        reply(phones, OTHER, "TD")
        until(lambda: statuses(phones, MOBILE) == ["queued"])
    with running_phones(tmp_path) as phones:
        assert [m["body"] for m in look(phones, MOBILE)["messages"]] == ["您好"]
        assert look(phones, OTHER)["stopped"]


# The page


def test_the_page_shows_phones_newest_first_with_a_reply_box_each(phones: Phones, provider: Provider):
    provider.send(MOBILE, "给一号 <b>")
    provider.send(OTHER, "给二号")
    status, html = fetch(phones.url + "/")

    assert status == 200
    assert re.findall(r"<h2[^>]*>([^<]*)</h2>", html) == [OTHER, MOBILE]
    assert "给一号 &lt;b&gt;" in html
    assert html.count('name="text"') == 2
    assert "模拟手机" in html


def test_a_reply_on_the_page_goes_back_to_the_page(phones: Phones, provider: Provider):
    provider.send(MOBILE, "请回复")
    status, html = fetch(phones.url + "/", {"number": MOBILE, "text": "4821 1", "link": "lang=en&q="})

    assert status == 200
    assert "4821 1" in html
    assert "Simulated phones" in html
    assert look(phones, MOBILE)["messages"][0]["body"] == "4821 1"


def test_the_page_speaks_english_when_asked(phones: Phones):
    assert "Simulated phones" in fetch(f"{phones.url}/?lang=en")[1]
    assert "Simulated phones" in fetch(phones.url, **{"Accept-Language": "en-GB,en"})[1]
    assert '<html lang="zh-CN">' in fetch(phones.url, **{"Accept-Language": "zh-CN,en"})[1]


def test_the_page_finds_a_number(phones: Phones, provider: Provider):
    provider.send(MOBILE, "一")
    provider.send(OTHER, "二")

    assert re.findall(r"<h2[^>]*>([^<]*)</h2>", fetch(f"{phones.url}/?q=0012")[1]) == [OTHER]


def test_nothing_comes_from_elsewhere(phones: Phones, provider: Provider):
    provider.send(MOBILE, "一")
    html = fetch(phones.url + "/")[1]
    used = re.findall(r'(?:src|href|action)="([^"]*)"', html)

    assert [link for link in used if not link.startswith("/")] == []
    assert "<style" not in html
    assert " style=" not in html
    with urllib.request.urlopen(phones.url) as response:
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert {fetch(phones.url + link)[0] for link in used if link.startswith("/static/")} == {200}
