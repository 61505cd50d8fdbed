"""The second step in a browser: setting up an authenticator, signing in with it, and the way over the city's sign-on."""

from collections.abc import Iterator

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from access.accounts import Account
from access.totp import remove_totp
from deploy.wall_clock import real_now
from tests.browser.conftest import PHONE, Home, Visit, _running_house, _settings, visits
from tests.browser.test_every_page import LEVEL
from tests.sign_ons import Provider, provider

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the mock's own


def sign_in(page: Page, home: Home, username: str) -> None:
    page.goto("/sign-in")
    page.fill("#f-username", username)
    page.fill("#f-password", home.sheet["accounts"][username]["password"])
    page.click("main button[type=submit]")


def shuts_nobody_out(page: Page, script: bool) -> None:
    """axe-core finds nothing by WCAG 2.2 AA (it needs JavaScript), and nothing sticks out."""
    found = Axe().run(page, options=LEVEL).response["violations"] if script else []
    assert not [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]
    if script:
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def code(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(real_now().timestamp()) + 30 * steps)


@pytest.fixture
def real_supervisor(home: Home) -> Iterator[None]:
    """The supervisor as in a real city: with no authenticator yet, and not let in without."""
    with home.assembly.database.write() as session:
        session.get_one(Account, "supervisor").password_alone = False
    yield
    with home.assembly.database.write() as session:
        session.get_one(Account, "supervisor").password_alone = True
        remove_totp(session, "supervisor")


@pytest.mark.usefixtures("real_supervisor")
@pytest.mark.parametrize(("lang", "size", "script"), [("zh", (1440, 900), True), ("en", PHONE, False)])
def test_a_supervisor_sets_up_an_authenticator_and_signs_in_with_it(
    home: Home, visit: Visit, lang: str, size: tuple[int, int], script: bool
) -> None:
    """Also without JavaScript and on a telephone; the recovery codes are shown once, and one of them opens the door."""
    page = visit(lang=lang, size=size, script=script)
    sign_in(page, home, "supervisor")
    expect(page.locator("h1")).to_have_text("设置口令器" if lang == "zh" else "Set up your authenticator")
    page.click("details summary")
    secret = page.inner_text("#secret")
    page.fill("#f-totp", "000000")
    page.click("main button[type=submit]")
    expect(page.locator("#faults")).to_be_visible()
    shuts_nobody_out(page, script)
    page.fill("#f-totp", code(secret))
    page.click("main button[type=submit]")
    shuts_nobody_out(page, script)
    spare = page.locator("#secret li").all_inner_texts()
    assert len(set(spare)) == 10
    page.click("main a.btn-primary")
    assert page.url.endswith("/board")
    page.context.clear_cookies(name="hecha")

    sign_in(page, home, "supervisor")
    expect(page.locator("h1")).to_have_text("二次验证" if lang == "zh" else "Second step")
    shuts_nobody_out(page, script)
    page.fill("#f-totp", code(secret, 1))
    page.click("main button[type=submit]")
    assert page.url.endswith("/board")
    page.context.clear_cookies(name="hecha")
    sign_in(page, home, "supervisor")
    page.fill("#f-totp", spare[3])
    page.click("main button[type=submit]")
    assert page.url.endswith("/board")
    page.goto("/me/authenticator")
    expect(page.locator("main")).to_contain_text("9")


def test_a_dangerous_act_asks_again_and_loses_nothing(home: Home, visit: Visit) -> None:
    """An administrator who signed in a while ago makes a key: shown the page in between, then the key."""
    page = visit(lang="zh")
    sign_in(page, home, "admin")
    with home.assembly.database.write() as session:
        session.connection().exec_driver_sql("UPDATE sign_in SET proven_at = NULL WHERE username = 'admin'")
    page.goto("/admin/keys")
    page.fill("#f-key_account", "bank1")
    page.fill("#f-key_purpose", "信贷系统")
    page.check("[name=scope_ask]")
    page.click("text=生成并显示密钥")
    expect(page.locator("h1")).to_have_text("请确认是您本人")
    shuts_nobody_out(page, True)
    page.fill("#f-proof", home.sheet["accounts"]["admin"]["password"])
    page.click("main button[type=submit]")
    assert page.inner_text("#secret").startswith("hk_")
    expect(page.locator("tr", has_text="信贷系统")).to_contain_text("ask")


# The city's sign-on


@pytest.fixture(scope="module")
def there() -> Iterator[Provider]:
    """The city's sign-on."""
    with provider() as known:
        yield known


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, there: Provider) -> Iterator[Home]:
    """A house whose people sign in there."""
    known = {"oidc_issuer": there.url, "oidc_client_id": "hecha", "oidc_client_secret": "s", "oidc_name": "一网通办"}
    settings = _settings(tmp_path_factory.mktemp("city"), **known)
    with _running_house(settings) as running:
        with running.assembly.database.write() as session:
            session.get_one(Account, "bank1").sign_on = "E-0017"
        running.phones = there.url  # an address that pages of this house may lead to
        yield running


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_way_leads_over_the_city_s_sign_on_and_back(city: Home, there: Provider, browser: Browser, lang: str) -> None:
    with visits(city, browser) as visit:
        page = visit(lang=lang)
        page.goto("/cases")
        page.click("text=通过一网通办登录" if lang == "zh" else "text=Sign in at 一网通办")
        page.wait_for_url(there.url + "/**")
        page.fill("[name=sub]", "E-0017")
        page.click("button[type=submit] >> nth=0")
        page.wait_for_url(city.url + "/cases")
        page.goto("/me")
        expect(page.locator("main")).to_contain_text("全市统一认证" if lang == "zh" else "the city's sign-on")

        stranger = visit(lang=lang)
        stranger.goto("/sign-in/sign-on")
        stranger.fill("[name=sub]", "somebody else")
        stranger.click("button[type=submit] >> nth=0")
        stranger.wait_for_url(city.url + "/sign-in?flash=sign_on_unknown")
        expect(stranger.locator(".note")).to_contain_text("没有您的账号" if lang == "zh" else "no account for you here")
