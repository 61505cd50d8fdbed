"""A whole running house with the sample city in this process, and browsers that note every fault."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4
from zlib import crc32

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlmodel import Session

from access.accounts import Account
from access.sessions import open_session
from cases.case import Case
from cases.lifecycle import State
from cases.question import Question
from deploy.assembly import Assembly, assemble, open_rulebook
from deploy.running import Running
from deploy.serving import server_of
from deploy.settings import Settings
from deploy.wall_clock import real_now
from requesters.ask.submit import Submission, submit_one
from sample.load import SHEET
from sample.phones import Phones
from sample.phones.starting import start_phones
from storage.sqlite.file_watch import FileWatch
from tests.nodes import free_port
from tests.town import founded_at

# The shell is the same engine without the windows around it: a page costs it a third.
CHROMIUM = next((path for path in ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium") if Path(path).exists()), "")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
WIDE, PHONE = (1440, 900), (390, 844)
expect.set_options(timeout=20_000)  # milliseconds: on a busy machine five seconds were too few


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is done in both languages and differs in its words alone is done in one of them; `--both` does it in both."""
    if config.getoption("both", default=False):
        return
    left = {item for item in items if item.path.is_relative_to(Path(__file__).parent) and not _is_everyday(item)}
    if left:
        config.hook.pytest_deselected(items=list(left))
        items[:] = [item for item in items if item not in left]


def _is_everyday(item: pytest.Item) -> bool:
    """Its name decides about the language, always the same; on a telephone (`size`) the same page is another matter."""
    parts = getattr(item, "callspec", None)
    lang = parts.params.get("lang") if parts and "size" not in parts.params else None
    return lang is None or bool(lang == ("zh", "en")[crc32(getattr(item, "originalname", "").encode()) % 2])


@dataclass
class Home:
    """The running house: its address, its parts, the sheet of the sample city, and the address of its phones if it has any."""

    url: str
    assembly: Assembly
    sheet: dict[str, Any]
    phones: str = ""

    def ask(self, story: str, key: str = "", who: str = "bank1", unit: str = "bank-binjiang") -> str:
        """Asks a story's question for the bank or another unit, as this clerk of it; the number of a case of its own."""
        question = Question.model_validate(self.sheet["questions"][story])
        with self.assembly.database.write() as session:
            submission = Submission(question, unit, who, f"{key}-{uuid4().hex}")
            return submit_one(session, submission, self.assembly.now(), self.assembly.rulebook)

    def ask_desk(self, story: str, key: str = "", **asking: str) -> str:
        """The same, and waits until the machine has handed it over: a case page opened earlier has no form to answer in."""
        number, until = self.ask(story, key, **asking), monotonic() + 20
        while self._state(number) != State.AT_DESK:
            assert monotonic() < until, f"{number} did not come to a desk"
            sleep(0.02)
        return number

    def a_minute_later(self) -> None:
        """Moves the clock of the house with everything: a telephone gets one text a minute."""
        file = self.assembly.settings.clock_file
        assert file is not None
        moved = file.with_suffix(".new")
        moved.write_text(f"{float(file.read_text()) + 60:.3f}")
        moved.replace(file)

    def _state(self, number: str) -> str:
        with self.assembly.database.read() as session:
            return session.get_one(Case, number).state

    def token(self, username: str, lang: str = "") -> str:
        """A fresh session's cookie; the account speaks this language from now on."""
        with self.assembly.database.write() as session:
            account = _account(session, username)
            account.locale = lang or account.locale
            return open_session(session, account, self.assembly.now()).token


def _account(session: Session, username: str) -> Account:
    account = session.get(Account, username)
    assert account is not None
    return account


@contextmanager
def _running_house(settings: Settings, phones: Phones | None = None) -> Iterator[Home]:
    founded_at(settings.home)
    sheet = json.loads((settings.home / SHEET).read_text(encoding="utf-8"))
    assembly = assemble(settings)
    assembly.declare()
    running, server = Running(), server_of(assembly, threading.Event())
    web = threading.Thread(target=server.run, daemon=True)
    movers = assembly.movers() if phones else {"relay": assembly.relay(), "batches": assembly.runner()}
    running.start({"broadcaster": assembly.broadcaster, **movers, **assembly.workers(), **assembly.agents()})
    web.start()
    while not server.started:
        assert web.is_alive()
        web.join(0.02)
    yield Home(f"http://{settings.http}", assembly, sheet, phones.url if phones else "")
    server.should_exit = True
    running.stop.set()
    FileWatch.wrote(str(assembly.database.engine.url.database), None, changed=False)  # nobody goes on waiting for seconds
    web.join(10)
    running.end()
    assembly.database.close()


def _settings(folder: Path, **more: Any) -> Settings:
    return Settings(home=folder, http=f"127.0.0.1:{free_port()}", sms_url=f"http://127.0.0.1:{free_port()}", **more)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The house, one for each file of tests: web, relay, workers and the departments' agents; no clock, so that no text is sent."""
    with _running_house(_settings(tmp_path_factory.mktemp("home"))) as running:
        yield running


@pytest.fixture(scope="module")
def full_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A house with everything, one for each file of tests: its clock and its texts too. It is the next working morning there.

    `full_home.phones` is the address of the page with the simulated phones; `full_visit` opens pages of both.
    """
    folder = tmp_path_factory.mktemp("full")
    settings = _settings(folder, clock_file=folder / "clock")
    moment = _next_morning(settings)
    (folder / "clock").write_text(f"{(moment - real_now()).total_seconds():.3f}")
    phones = start_phones(settings, pace=0.02)
    assert phones is not None
    with _running_house(settings, phones) as running:
        yield running
    phones.stop()


def _next_morning(settings: Settings) -> datetime:
    calendar = open_rulebook(settings).calendar
    tomorrow = (real_now().astimezone(calendar.zone) + timedelta(days=1)).date()
    return calendar.next_opening(datetime.combine(tomorrow, time(), calendar.zone)) + timedelta(minutes=30)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, which looks for nothing outside."""
    assert CHROMIUM, "install chromium-headless-shell or chromium"
    return {"executable_path": CHROMIUM, "args": FLAGS}


Visit = Callable[..., Page]


@pytest.fixture
def visit(home: Home, browser: Browser) -> Iterator[Visit]:
    """Opens pages as somebody, in a language and a size. At the end no page may have failed or called elsewhere."""
    with visits(home, browser) as open_as:
        yield open_as


@pytest.fixture
def full_visit(full_home: Home, browser: Browser) -> Iterator[Visit]:
    """The same in the house with everything."""
    with visits(full_home, browser) as open_as:
        yield open_as


@contextmanager
def visits(home: Home, browser: Browser) -> Iterator[Visit]:
    """Opens pages as somebody, until the block ends; then no page may have failed or called elsewhere."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []
    ours = tuple(filter(None, (home.url, home.phones)))

    def open_as(username: str = "", lang: str = "zh", size: tuple[int, int] = WIDE, script: bool = True) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        # Without transitions: what is looked at is how a page stands, not how it gets there.
        context = browser.new_context(
            base_url=home.url,
            viewport=viewport,
            java_script_enabled=script,
            reduced_motion="reduce",  # type: ignore[arg-type]
        )
        contexts.append(context)
        cookies = {"lang": lang, **({"hecha": home.token(username, lang)} if username else {})}
        context.add_cookies([{"name": name, "value": value, "url": home.url} for name, value in cookies.items()])
        context.on("request", lambda r: None if r.url.startswith(ours) else faults.append(f"left the machine: {r.url}"))
        page = context.new_page()
        page.on("console", lambda m: faults.append(f"console: {m.text}") if m.type == "error" and not _meant(m.text) else None)
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert not faults


def _meant(text: str) -> bool:
    # The browser itself notes every page that answers 4xx; those pages are what some tests ask for.
    # htmx notes every stream that ends, as each does with its session; one that cannot be opened has its status noted too.
    return "the server responded with a status of 4" in text or text == "[object Event]"
