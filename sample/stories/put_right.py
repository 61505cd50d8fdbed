"""A wrong answer is put right: everybody who relied on it hears, and the old paper says that it stands no longer."""

import re
import subprocess  # nosec B404  # runs our own command
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from contacts.wording import render
from sample.stories.desk import archive_answer, at_desk
from sample.stories.stage import Stage
from sample.stories.teller import Teller

HECHA = [sys.executable, "-c", "from deploy.cli.app import app; app()"]
OUTDATED = 3  # how `hecha verify` ends for a genuine receipt that stands no longer


def amended(stage: Stage, tell: Teller) -> None:
    """The clerk answered wrongly, the bank accepted, the receipt was fetched; then the answer is put right."""
    number = at_desk(stage, tell, "amended")
    page = stage.sheet["stories"]["amended"]["page"]
    archive_answer(stage, tell, "police1", number, page, outcome="contradicted")
    stage.move("bank1", number, "accept")
    tell.does("bank2", "fetches the receipt")
    with TemporaryDirectory(prefix="hecha-receipt-") as folder:
        receipt = Path(folder) / "receipt.pdf"
        receipt.write_bytes(stage.call("bank2", "GET", f"/cases/{number}/receipt.pdf").content)
        tell.check("已作废" not in checked(stage, receipt), "/verify: genuine, and nothing against it")
        put_right(stage, tell, number, page)
        everybody_hears(stage, tell, number)
        old_paper(stage, tell, number, receipt)
    until_the_bank_knows(stage, tell, number)


def put_right(stage: Stage, tell: Teller, number: str, page: str) -> None:
    """One clerk proposes, another confirms: yes and no are turned round by four eyes."""
    tell.clock("three working days pass")
    stage.pass_office_minutes(3 * 420)
    tell.does("police1", "sees that the page says the opposite, and amends: confirmed")
    case = stage.move("police1", number, "amend", outcome="confirmed", archive=page, note="原先看错了一行，该页载明为父子")
    tell.check(case["finding"]["outcome"] == "contradicted", "yes for no needs a second person: it is only proposed")
    alone = stage.call("police1", "POST", f"/cases/{number}/confirm_amendment", {}, locale="en")
    tell.check(alone.status_code == 409, f"not by the same clerk: {alone.json()['detail']}")
    tell.phone("police2", await_text(stage, "police2", "desk_proposed", number))
    tell.does("police2", "looks at the page and confirms")
    case = stage.move("police2", number, "confirm_amendment")
    tell.check(
        (case["state"], case["finding"]["outcome"]) == ("closed", "confirmed"), "the amended answer stands, the case is closed"
    )


def everybody_hears(stage: Stage, tell: Teller, number: str) -> None:
    """The asker, who fetched the receipt, and the bank's own system."""
    tell.phone("bank1", await_text(stage, "bank1", "asker_amended", number))
    for who, why in (("bank1", "who asked"), ("bank2", "who fetched the receipt")):
        stage.until(f"a mark for {who}", partial(is_unread, stage, who, number))
        tell.check(True, f"{who}, {why}, has an unread mark")
    heard = stage.until("the webhook", lambda: stage.system.told_of(number, "amend"))
    tell.check(heard["amended_at"] and heard["outcome"] == "confirmed", "the bank's system was told by letter and webhook: amend")
    page = stage.page("bank1", f"/cases/{number}")
    tell.check(
        '<del class="struck">' in page and "确认已知悉" in page,
        "the bank's page strikes the old answer through and asks to confirm",
    )
    case = stage.look("bank1", number)
    before = case["amendments"][0]
    tell.check((before["earlier"]["outcome"], before["who"]) == ("contradicted", ""), "with when and why, and no clerk's name")


def old_paper(stage: Stage, tell: Teller, number: str, receipt: Path) -> None:
    """The receipt of the old answer stays genuine, and says so everywhere that it stands no longer."""
    tell.check("已作废" in checked(stage, receipt), "/verify by the old file: genuine, and it stands no longer")
    by_number = requests.post(f"{stage.url}/verify", data={"number": number}, headers={"Accept-Language": "zh"}, timeout=30).text
    tell.check("此前签章的回执已作废" in by_number, "/verify by the number: amended, and when")
    for name in ("city.pem", "outdated.jws"):
        (receipt.parent / name).write_bytes(requests.get(f"{stage.url}/verify/{name}", timeout=30).content)
    given = ["verify", "receipt.pdf", "--root", "city.pem", "--list", "outdated.jws", "--lang", "en"]
    ran = subprocess.run([*HECHA, *given], cwd=receipt.parent, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  # nosec B603  # our own command
    tell.check(
        ran.returncode == OUTDATED and "It stands no longer" in ran.stdout, "hecha verify offline, by the signed list: the same"
    )


def until_the_bank_knows(stage: Stage, tell: Teller, number: str) -> None:
    """Texts climb until somebody of the bank confirms; the supervisor's month counts it."""
    tell.clock("four office hours pass, nobody at the bank confirms")
    for _ in range(2):
        stage.pass_office_minutes(120)
        stage.next_beat()
    tell.phone("bank3, who leads", await_text(stage, "bank3", "amended_unread", number))
    tell.does("bank1", "confirms")
    case = stage.move("bank1", number, "acknowledge")
    tell.check(not case["to_acknowledge"] and case["amendments"][0]["seen_by"] == "bank1", "it is noted who confirmed, and when")
    stage.pass_office_minutes(840)
    stage.next_beat()
    above = [text for text in stage.texts(stage.phone_of("supervisor")) if number[-4:] in text]
    tell.check(not above, "and no text goes on to the supervisor")
    row = re.search(r"what=amended&amp;holder=police[^>]*>(\d+)<", stage.page("supervisor", "/month"))
    tell.check(row and int(row[1]) >= 1, "the supervisor's month counts it for the police")


def is_unread(stage: Stage, who: str, number: str) -> bool:
    """Whether the case stands among what this person has to read."""
    return number in stage.page(who, "/cases?state=new&whose=mine")


def checked(stage: Stage, receipt: Path) -> str:
    """What /verify says to this file."""
    files = {"file": ("receipt.pdf", receipt.read_bytes(), "application/pdf")}
    said = requests.post(f"{stage.url}/verify/file", files=files, headers={"Accept-Language": "zh"}, timeout=30).text
    return said.partition("<h2>")[0]


def await_text(stage: Stage, who: str, template: str, number: str) -> str:
    """This text, once it is on their phone."""
    words = render(template, "zh", number_tail=number[-4:])
    return str(
        stage.until(f"a text to {who}", lambda: next((text for text in stage.texts(stage.phone_of(who)) if text == words), ""))
    )
