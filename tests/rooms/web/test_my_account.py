"""Sessions: listed with where they are, ended from afar, new at each sign-in, and over when nobody uses them."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from access.accounts import Account
from access.api_keys import new_key
from access.browser_names import browser_in_words
from access.cookies import SESSION, cookie_name
from access.known_browsers import TrustedBrowser
from access.sessions import SignIn
from deploy.assembly import assemble
from deploy.settings import Settings
from tests.apps import app_of
from tests.rooms.office import HTML, Office, on_both
from tests.rooms.signing_in import PASSWORD, person

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def tokens(office: Office) -> list[SignIn]:
    with office.county.database.read() as session:
        return list(session.exec(select(SignIn).order_by(SignIn.opened_at)))  # type: ignore[arg-type]  # a column


def test_a_sign_in_gives_a_new_token_and_ends_the_session_this_browser_had(office: Office) -> None:
    """A token that somebody planted, or that stayed in a browser, is worth nothing after the sign-in."""
    one = person(office)
    one.web.cookies.set(SESSION, "planted by somebody", "testserver.local", "/")
    one.sign_in()
    first = one.web.cookies[SESSION]
    assert first != "planted by somebody"
    office.county.later(minutes=1)
    one.sign_in()

    assert one.web.cookies[SESSION] != first
    assert [bool(known.revoked_at) for known in tokens(office)] == [True, False]
    one.web.cookies.set(SESSION, "planted by somebody", "testserver.local", "/")
    assert not one.is_in()


@on_both
def test_a_session_nobody_uses_ends_and_one_in_use_goes_on(office: Office) -> None:
    one, other = person(office), person(office, "second")
    one.sign_in()
    other.sign_in()
    for _ in range(4):
        office.county.later(minutes=20)
        assert one.is_in()

    assert not other.is_in()
    assert other.web.get("/desk").headers["location"] == "/sign-in?next=/desk"
    assert other.web.get("/").headers["location"] == "/sign-in"


def test_an_open_page_that_listens_by_itself_is_no_use(office: Office) -> None:
    desk = office.client("clerk")
    for _ in range(2):
        office.county.later(minutes=29)
        desk.web.post("/desk/HC-1/here", data={"csrf": desk.csrf})
    office.county.later(minutes=3)

    assert desk.web.get("/me").status_code == 303


def test_one_s_sessions_say_where_they_are_and_can_be_ended(office: Office) -> None:
    one, other = person(office), person(office, source="198.51.100.7")
    one.web.headers["User-Agent"] = FIREFOX
    one.sign_in()
    other.sign_in()
    page = one.web.get("/me").text

    assert "Firefox · Windows" in page
    assert "203.0.113.9" in page
    assert "198.51.100.7" in page
    [beginning] = re.findall(r"/me/sessions/(\w{16})/end", page)
    assert one.post(f"/me/sessions/{beginning[:8]}/end").status_code == 404
    assert one.post(f"/me/sessions/{beginning}/end").headers["location"] == "/me?flash=revoked"
    assert (one.is_in(), other.is_in()) == (True, False)


@on_both
def test_all_others_end_at_once_and_nobody_else_s(office: Office) -> None:
    one, other, somebody = person(office), person(office), person(office, "second")
    for each in (one, other, somebody):
        each.sign_in()
    one.post("/me/sessions/end")

    assert [each.is_in() for each in (one, other, somebody)] == [True, False, True]
    beginning = next(known for known in tokens(office) if known.username == "second").token_hash[:16]
    assert one.post(f"/me/sessions/{beginning}/end").status_code == 404, "somebody else's"


def test_an_administrator_sees_and_ends_them(office: Office) -> None:
    one, desk = person(office), office.client()
    one.web.headers["User-Agent"] = FIREFOX
    one.sign_in()
    page = desk.get("/admin/accounts/clerk")
    assert "Firefox · Windows" in page
    assert "203.0.113.9" in page
    [beginning] = re.findall(r"/admin/accounts/clerk/sessions/(\w+)/end", page)
    desk.post(f"/admin/accounts/clerk/sessions/{beginning}/end")

    assert not one.is_in()


def test_a_browser_stays_known_after_the_session(office: Office) -> None:
    one = person(office)
    one.sign_in()
    one.post("/sign-out")
    for n in range(8):
        person(office, source=f"198.51.100.{n}").sign_in("wrong")
    strangers = [person(office, source="198.51.100.99") for _ in range(2)]
    for _ in range(5):
        assert strangers[0].sign_in("wrong").status_code == 422
    assert strangers[1].sign_in().status_code == 429

    assert one.sign_in().headers["location"] == "/desk"
    with office.county.database.read() as session:
        assert [known.username for known in session.exec(select(TrustedBrowser))] == ["clerk"]


def test_somebody_slowed_down_is_told_how_long_and_not_whether_the_name_exists(office: Office) -> None:
    pages = []
    for name in ("clerk", "nobody"):
        one = person(office, source=f"198.51.100.{len(name)}")
        one.username = name
        answers = [one.sign_in("wrong") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [422] * 5 + [429]
        assert answers[5].headers["retry-after"] == "61"
        pages.append(answers[5].text.replace(f'value="{name}"', ""))

    assert pages[0] == pages[1]
    assert "Wait 2 minutes" in pages[0]


def test_a_key_opens_no_page_and_only_what_it_is_for(office: Office) -> None:
    with office.county.database.write() as session:
        reading = new_key(session, "asker", (office.county.now + timedelta(days=9)).date(), ["read"])
        asking = new_key(session, "asker", (office.county.now + timedelta(days=9)).date(), ["ask"])
    [number] = office.county.ask()

    def status(key: str, method: str, path: str) -> int:
        web = TestClient(office.app, headers={"Authorization": f"Bearer {key}"}, follow_redirects=False)
        return web.request(method, path, json={}).status_code

    assert [status(reading, "GET", path) for path in ("/ask", "/cases", "/me", f"/cases/{number}", "/admin/keys")] == [403] * 5
    assert [status(reading, "GET", f"/api/v1{path}") for path in ("/cases", f"/cases/{number}", "/items")] == [200] * 3
    assert [status(reading, "POST", f"/api/v1{path}") for path in ("/cases", f"/cases/{number}/rating", "/batches")] == [403] * 3
    assert status(reading, "POST", f"/api/v1/cases/{number}/withdraw") == 403
    assert [status(asking, "GET", f"/api/v1{path}") for path in (f"/cases/{number}", "/events", "/desk", "/board")] == [403] * 4
    assert status(asking, "POST", f"/api/v1/cases/{number}/withdraw") == 200


def test_the_refusal_names_the_scope(office: Office) -> None:
    with office.county.database.write() as session:
        key = new_key(session, "asker", (office.county.now + timedelta(days=9)).date(), ["read"])
    answer = TestClient(office.app, headers={"Authorization": f"Bearer {key}", "Accept-Language": "en"}).post(
        "/api/v1/cases", json={}
    )

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"] == [
        {"field": "Authorization", "code": "scope", "message": "This key is not for this. It would need one of these scopes: ask."}
    ]


def test_a_clerk_s_key_for_reading_makes_no_move(office: Office) -> None:
    """A move needs the scope of the hat in which it is made, not just any."""
    [number] = office.county.ask()
    with office.county.database.write() as session:
        session.get_one(Account, "asker").roles = ["asker", "supervisor"]
        key = new_key(session, "asker", (office.county.now + timedelta(days=9)).date(), ["board", "read"])
    web = TestClient(office.app, headers={"Authorization": f"Bearer {key}"})

    assert web.get(f"/api/v1/cases/{number}").status_code == 200
    assert web.post(f"/api/v1/cases/{number}/withdraw").status_code == 409


# With TLS


@pytest.fixture
def secured(office: Office) -> Office:
    """The same house where people reach it by TLS."""
    settings = Settings(
        home=office.assembly.settings.home,
        database_url=office.assembly.settings.database,
        public_url="https://hecha.example",
        sms_token="of-our-own",
    )
    assembly = assemble(settings)
    assembly.now = assembly.wall = office.assembly.now
    return Office(assembly, office.county, app_of(assembly))


def test_with_tls_cookies_belong_to_this_host_alone_and_browsers_come_back_by_tls(secured: Office) -> None:
    one = person(secured)
    one.web.base_url = "https://testserver"
    answer = one.web.post("/sign-in", data={"username": "clerk", "password": PASSWORD})
    cookies = {line.split("=")[0]: line for line in answer.headers.get_list("set-cookie")}

    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    for name in ("__Host-hecha", "__Host-hecha-device"):
        assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookies[name].split("; "))
        assert "Domain" not in cookies[name]
    assert one.is_in()
    planted = TestClient(secured.app, headers=HTML, cookies={SESSION: one.web.cookies["__Host-hecha"]}, follow_redirects=False)
    assert planted.get("/me").status_code == 303, "a neighbouring host can set a cookie without the prefix"
    secured.assembly.database.close()


def test_without_tls_nothing_is_asked_of_browsers_that_they_cannot_do(office: Office) -> None:
    answer = person(office).sign_in()

    assert "strict-transport-security" not in answer.headers
    assert "Secure" not in str(answer.headers.get_list("set-cookie"))
    assert cookie_name(SESSION, False) == "hecha"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36", "Chrome · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604",
            "Safari · iPhone",
        ),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_what_people_call_it(agent: str, words: str) -> None:
    assert browser_in_words(agent) == words
