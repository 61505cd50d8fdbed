"""Every page: readable by everybody, in both languages, on a desk and on a telephone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from contacts.roster import Contact
from tests.browser.conftest import PHONE, WIDE, Home, Visit

PAGES = {
    "": ("/sign-in", "/reply", "/verify"),
    "bank1": (
        "/ask",
        "/ask?q=zzz",
        "/ask/kinship",
        "/ask/enterprise_tax",
        "/cases",
        "/cases/{number}",
        "/batches",
        "/me",
        "/no-such-page",
    ),
    "police1": ("/desk", "/desk?pile=answered", "/desk/{number}", "/desk/{number}?town=330782001"),
    "keeper": ("/roster", "/roster?unreached=1", "/roster/{area}", "/roster/{area}/1"),
    "supervisor": ("/board", "/board/cases?what=open", "/board/{number}"),
}


@pytest.fixture(scope="module")
def number(home: Home) -> str:
    """A case that waits at the window, with the people of a story that nobody else asks about here."""
    return home.ask("community", "every-page")


@pytest.mark.parametrize(("lang", "size"), [("zh", WIDE), ("en", PHONE)])
@pytest.mark.parametrize("username", PAGES)
def test_no_page_shuts_anybody_out(home: Home, visit: Visit, number: str, username: str, lang: str, size: tuple[int, int]) -> None:
    """axe-core finds nothing serious, and nothing sticks out at 390 pixels."""
    page = visit(username, lang, size)
    with home.assembly.database.read() as session:
        area = session.get_one(Contact, 1).area
    for address in PAGES[username]:
        page.goto(address.format(number=number, area=area))
        found = Axe().run(page).response["violations"]
        serious = [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]
        assert not serious, f"{address}: {serious}"
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{address} is wider than {size[0]}"
