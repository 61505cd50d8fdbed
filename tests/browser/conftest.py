"""A whole running house with the sample city in this process, and browsers that note every fault."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlmodel import Session

from cases.accounts import Account, open_session
from cases.question import Question
from deploy.assemble import Assembly, Running, assemble
from deploy.migrate import migrate_database
from deploy.sample_load import load_city
from deploy.serving import server_of
from deploy.settings import Settings
from requesters.submit import Submission, submit_one
from tests.nodes import free_port

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
WIDE, PHONE = (1440, 900), (390, 844)


@dataclass
class Home:
    """The running house: its address, its parts, and the sheet of the sample city."""

    url: str
    assembly: Assembly
    sheet: dict[str, Any]

    def ask(self, story: str, key: str = "") -> str:
        """Asks a story's question for the bank; the case number."""
        question = Question.model_validate(self.sheet["questions"][story])
        with self.assembly.database.write() as session:
            submission = Submission(question, "bank-binjiang", "bank1", key)
            return submit_one(session, submission, self.assembly.now(), self.assembly.rulebook)

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


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The house, started once: web, relay, workers and the departments' agents; no clock, so that no text is sent."""
    folder, port = tmp_path_factory.mktemp("home"), free_port()
    assembly = assemble(Settings(home=folder, http=f"127.0.0.1:{port}", sms_url=f"http://127.0.0.1:{free_port()}"))
    migrate_database(assembly.database)
    sheet = load_city(assembly)
    assembly.declare()
    running, server = Running(), server_of(assembly, threading.Event())
    web = threading.Thread(target=server.run, daemon=True)
    running.start({"hub": assembly.hub, "relay": assembly.relay(), **assembly.workers(), **assembly.agents()})
    web.start()
    while not server.started:
        assert web.is_alive()
        web.join(0.02)
    yield Home(f"http://127.0.0.1:{port}", assembly, sheet)
    server.should_exit = True
    web.join(10)
    running.end()
    assembly.database.close()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, which looks for nothing outside."""
    assert Path(CHROMIUM).exists(), f"install chromium: {CHROMIUM} is not there"
    return {"executable_path": CHROMIUM, "args": FLAGS}


Visit = Callable[..., Page]


@pytest.fixture
def visit(home: Home, browser: Browser) -> Iterator[Visit]:
    """Opens pages as somebody, in a language and a size. At the end no page may have failed or called elsewhere."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_as(username: str = "", lang: str = "zh", size: tuple[int, int] = WIDE, script: bool = True) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(base_url=home.url, viewport=viewport, java_script_enabled=script)  # type: ignore[arg-type]
        contexts.append(context)
        cookies = {"lang": lang, **({"hecha": home.token(username, lang)} if username else {})}
        context.add_cookies([{"name": name, "value": value, "url": home.url} for name, value in cookies.items()])
        context.on("request", lambda r: None if r.url.startswith(home.url) else faults.append(f"left the machine: {r.url}"))
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
    return "the server responded with a status of 4" in text
