"""Every page: readable by everybody, in both languages, light and dark, on a desk and on a telephone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from access.accounts import Account
from access.principal import Principal
from cases.attachments.attaching import Attaching, attach
from cases.attachments.cleaning import clean
from cases.certificates.certificate import Certificate
from cases.certificates.changes import Editor
from contacts.roster.roster import Contact
from reform.survey import uploads
from reform.survey.taking_in import take_in
from requesters.batches.batch_runs import start_batch
from requesters.batches.batches import Sender, Sheet, keep_batch
from requesters.bundles.opening import BundleSubmission, open_bundle, read_request
from requesters.errands.rounds import ErrandRound, add_people
from sample.survey import survey_files
from storage.sheets.cells import NEEDED
from storage.sheets.rows import Row, RowFault
from tests.browser.conftest import PHONE, WIDE, Home, visits
from tests.hostile.rechecks import mark_rechecks
from tests.rooms.cases.attachments.hostile_pictures import face, saved

PAGES = {
    "": ("/sign-in", "/reply", "/verify"),
    "bank1": (
        "/ask",
        "/ask?q=xyzzy",
        "/ask?matter=close_relative_card",
        "/ask/kinship",
        "/ask?q=证明",
        "/ask/certificates/id_number",
        "/ask/certificates/inheritance_right",
        "/ask/certificates/no_crime",
        "/ask/bundles/deposit_of_deceased",
        "/bundles/{bundle}",
        "/commitments",
        "/commitments/new/income",
        "/commitments/new/lease_contract",
        "/ask/enterprise_tax",
        "/ask/property_register?matter=mortgage",
        "/ask/birth_record",
        "/cases/{record}",
        "/cases",
        "/cases?whose=unit&state=new",
        "/cases/{number}",
        "/cases/{answered}",
        "/attachments/{number}",
        "/attachments/{number}/{picture}",
        "/batches",
        "/batches/new/kinship",
        "/batches/{batch}",
        "/batches/{running}",
        "/batches/{running}/rows",
        "/me",
        "/me/authenticator",
        "/pledge",
        "/permissions",
        "/permissions/new?matter=mortgage",
        "/proofs",
        "/notices",
        "/rechecks",
        "/rechecks/{hearing}",
        "/rechecks/{told}",
        "/no-such-page",
    ),
    "bank3": ("/errands", "/errands/0123456789abcdef"),
    "police1": (
        "/desk",
        "/desk?pile=answered",
        "/desk/{number}",
        "/desk/{number}?town=330782001",
        "/desk/{number}?area={area}",
        "/desk/{number}?q=330782001",
        "/duty",
    ),
    "keeper": (
        "/roster",
        "/roster?reach=nobody",
        "/roster/{area}",
        "/roster/330782001",
        "/roster/{area}/1",
        "/roster/people",
        "/roster/import",
        "/roster/changes",
        "/roster/areas/new",
    ),
    "reform1": (
        "/reform",
        "/reform/certificates",
        "/reform/certificates?q=zzz",
        "/reform/new/certificate",
        "/reform/certificates/reform_page",
        "/reform/certificates/reform_page/class",
        "/reform/proposals",
        "/reform/survey",
        "/reform/survey/units/bank-binjiang",
        "/reform/survey/uploads/{survey}",
        "/reform/survey/names",
        "/reform/survey/names?which=joined",
        "/reform/survey/points",
        "/reform/survey/wall",
        "/reform/sources",
        "/reform/sources/new",
        "/reform/monitoring",
        "/reform/revisions",
        "/reform/revisions/new",
        "/reform/savings",
        "/reform/savings/rules",
    ),
    "fotang-monitor": ("/monitoring",),
    "police-leader": ("/unit",),
    "inspector1": ("/inspections", "/inspections/{drawn}", "/lots", "/lots/{lot}"),
    "supervisor": (
        "/board",
        "/board/commitments",
        "/board/cases?what=rated_poorly",
        "/roster",
        "/held",
        "/held/frozen",
        "/held/proofs",
        "/held/commitments",
        "/held/commitments/{objected}",
        "/held/commitments/{proposed}",
        "/board/cases?what=open",
        "/board/cases?what=answered",
        "/board/{number}",
        "/board/charts?span=hour",
        "/looks",
        "/wall",
        "/month",
        "/permissions/in-force",
    ),
    "admin": (
        "/admin",
        "/admin/units",
        "/admin/stations",
        "/admin/units/police",
        "/admin/new/unit",
        "/admin/accounts",
        "/admin/accounts/police1",
        "/admin/new/account",
        "/admin/grants?unit=bank-binjiang",
        "/admin/new/grants?unit=bank-binjiang&matter=mortgage",
        "/admin/keys",
        "/admin/catalogue",
        "/admin/catalogue/items/kinship",
        "/admin/catalogue/matters/mortgage",
        "/admin/catalogue/ladders/window",
        "/admin/agents",
        "/admin/timers",
        "/admin/dead",
        "/admin/health",
        "/admin/changes",
        "/me/password",
    ),
}
LEVEL = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
    "preload": False,
}
CONTRAST = {**LEVEL, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
# Contrast is most of what axe takes. It follows from an element's place and colours: what looked the same in the same place on an
# earlier page is not looked at again. Everything else of the level is found by the second line.
AXE = """async ([seen, level, contrast]) => {
  const known = new Set(seen), chains = new Map(), fresh = [], keys = [];
  const chain = e => { if (!e) return ""; if (!chains.has(e)) { const s = getComputedStyle(e);
    chains.set(e, [chain(e.parentElement), e.tagName, [...e.classList].sort().join("."), e.disabled, s.color, s.backgroundColor,
      s.backgroundImage, s.opacity].join("|")); } return chains.get(e); };
  const written = e => e.matches("input, select, textarea") || [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  for (const e of document.body.querySelectorAll("*")) if (written(e) && e.checkVisibility({visibilityProperty: true})) {
    const s = getComputedStyle(e), key = [chain(e), s.fontSize, s.fontWeight].join("|");
    if (!known.has(key)) { known.add(key); keys.push(key); fresh.push(e); } }
  const {violations} = await axe.run(document, level);
  if (fresh.length) violations.push(...(await axe.run({include: fresh}, contrast)).violations);
  return [violations.map(one => `${one.id}: ${one.nodes[0].html}`), keys]; }"""
FOCUSABLE = "a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select, textarea, summary, [tabindex='0']"
# Notes which of them had the focus, and whether it showed: asked after each Tab it took as long as all the rest of a page.
WATCH = """() => { document.activeElement.blur(); window.reached = {}; document.addEventListener("focusin", event => {
  const e = event.target, s = getComputedStyle(e);
  const outlined = parseFloat(s.outlineWidth) > 0 && s.outlineStyle !== "none";
  window.reached[[...document.querySelectorAll(ALL)].indexOf(e)] = outlined || s.boxShadow !== "none"; }); }"""
# One radio button of a group is reached by Tab, the others by the arrows; what is folded away is reached once it is unfolded.
WANTED = """() => [...document.querySelectorAll(ALL)].map((e, n) => [e, n]).filter(([e]) =>
  e.checkVisibility({visibilityProperty: true}) && !(e.type === "radio" && !e.checked)).map(([, n]) => n)"""

TAB = {"type": "rawKeyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
SEEN: dict[str, set[str]] = {"light": set(), "dark": set()}
HTML = "places => [...document.querySelectorAll(ALL)].filter((e, n) => places.includes(n)).map(e => e.outerHTML)"


@pytest.fixture(scope="module")
def places(home: Home) -> dict[str, Any]:
    """A case that waits at the window, with the people of a story that nobody else asks about here, one with its answer, an area,
    a batch that waits for its confirmation and one that has it.
    """
    answered = home.ask("kinship", "every-page-answered")
    known = {"number": home.ask("community", "every-page"), "answered": answered}
    known["record"] = home.ask("registrations", "every-page-record")
    known["bundle"], known["survey"] = _bundle(home), _survey(home)
    batches = {"batch": _batch(home, "nobody", False), "running": _batch(home, "fifteen", True)}
    bank = Principal("bank1", "", "bank-binjiang", frozenset({"asker"}), "zh")
    with home.assembly.database.write() as session:
        made = clean(saved(face(), "JPEG"))
        known["picture"] = attach(Attaching(session, bank, home.assembly.now()), known["number"], made, "户口簿").id
        session.get_one(Account, "bank3").roles = ["asker", "envoy"]
        began = {"item": "social_insurance", "matter": "pension_claim", "purpose": "代办", "reference": "DB-1"}
        session.add(ErrandRound(id="0123456789abcdef", username="bank3", unit="bank-binjiang", at=home.assembly.now(), **began))
        add_people(session, "0123456789abcdef", "f", [("吴一", "330725195003010015")])
    with home.assembly.database.write() as session:
        picture = saved(face(), "JPEG")
        known |= mark_rechecks(session, home.assembly.now(), "330725194003010010", picture, "bank-binjiang", "inspector1")
    with home.assembly.database.read() as session:
        return {**known, **batches, "area": session.get_one(Contact, 1).area}


def _survey(home: Home) -> str:
    """Sheets of the survey that were taken in, a certificate with a proposal, and an upload that waits with a fault; its id."""
    house, now = home.assembly, home.assembly.now()
    way = {"certificate_class": "check", "document": "文件", "since": now.date(), "items": ["kinship"]}
    with house.database.write() as session:
        account = session.get_one(Account, "reform2")
        by = Principal(account.username, account.name, account.unit, frozenset(account.roles), "zh")
        for code in ("reform_page", "reform_waits"):
            session.add(Certificate(code=code, zh="页面证明", en="Certificate of pages", yearly_volume=7))
        session.flush()
        Editor(session, by, now, house.rulebook).propose("reform_waits", way)
        take_in(session, uploads.keep(session, list(survey_files().items()), "", "reform1", now), by, now, house.rulebook)
        bad = "证明名称,用于办理事项,年收取量（份）\n单身证明,,约\n".encode()
        return str(uploads.keep(session, [("坏.csv", bad)], "court", "reform1", now).id)


def _bundle(home: Home) -> str:
    """A bundle about the people of a story."""
    people, house = home.sheet["questions"]["kinship"]["subjects"], home.assembly
    named = {"deceased": [people["relative"]], "heir": [{**people["person"], "details": {"relation": "son"}}]}
    body = {"kind": "deposit_of_deceased", "people": named, "purpose": "小额存款", "reference": "DK-2035"}
    with house.database.write() as session:
        request = read_request(body, house.now(), house.rulebook)
        return open_bundle(session, BundleSubmission(request, "bank-binjiang", "bank1"), house.now(), house.rulebook)


def _batch(home: Home, story: str, confirmed: bool) -> str:
    """A batch with a good row and a bad one."""
    question = home.sheet["questions"][story]
    people = {f"subjects.{role}.{field}": one[field] for role, one in question["subjects"].items() for field in one}
    plain = {name: question[name] for name in ("matter", "purpose", "reference")}
    details = {f"details.{name}": value for name, value in question.get("details", {}).items()}
    sheet = Sheet([Row("s", 2, {**people, **plain, **details})], [RowFault("s", 3, "purpose", NEEDED)], "七行.xlsx")
    house, sender = home.assembly, Sender("bank-binjiang", "bank1")
    with house.database.write() as session:
        item = house.rulebook.catalogue.item(question["item"])
        batch = keep_batch(session, item, sheet, sender, house.now(), house.rulebook)
        if confirmed:
            start_batch(session, batch.id, sender, house.now())
    return batch.id


ALL = [(username, address) for username, addresses in PAGES.items() for address in addresses]


@pytest.fixture(scope="module")
def readers(home: Home, browser: Browser) -> Iterator[Callable[[str], Page]]:
    """One window for each reader, kept from page to page: what every page shares is fetched once."""
    with visits(home, browser) as open_as:
        known: dict[str, Page] = {}
        yield lambda username: known.get(username) or known.setdefault(username, open_as(username))


@pytest.mark.parametrize(("username", "address"), ALL)
def test_no_page_shuts_anybody_out(request: Any, home: Home, readers: Any, places: Any, username: str, address: str) -> None:
    """axe-core finds nothing by WCAG 2.2 AA, nothing sticks out, and Tab comes to everything and shows where it is.

    In Chinese on a desk by day with everything, and by night on a telephone; in English whether it fits on that. `--both` looks
    at the English page too as at the Chinese one.
    """
    page, address = readers(username), address.format(**places)
    _turn(page, WIDE, "light")
    _opens(home, page, address, "zh")
    page.evaluate(AXE_SCRIPT)
    _can_be_read(page, "light", {**LEVEL, "rules": {"color-contrast": {"enabled": False}}})
    _can_be_reached(page)
    _turn(page, PHONE, "dark")
    _can_be_read(page, "dark", {**LEVEL, "runOnly": {"type": "rule", "values": ["target-size"]}})
    _opens(home, page, address, "en")
    if request.config.getoption("both", default=False):
        shuts_nobody_out(page)
    _fits(page)


def shuts_nobody_out(page: Page) -> None:
    """axe-core finds nothing by WCAG 2.2 AA on this page as it stands."""
    found = Axe().run(page, options=LEVEL).response["violations"]
    assert not [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


def _turn(page: Page, size: tuple[int, int], scheme: Any) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)


def _opens(home: Home, page: Page, address: str, lang: str) -> None:
    page.context.add_cookies([{"name": "lang", "value": lang, "url": home.url}])
    answer = page.goto(address)
    policy = answer.headers["content-security-policy"] if answer else ""
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert (page.get_attribute("html", "lang") or "").startswith(lang)


def _can_be_read(page: Page, scheme: str, level: Any) -> None:
    shown = "scheme => document.documentElement.dataset.bsTheme === scheme"  # with the next frame after nightfall
    page.wait_for_function(shown, arg=scheme, timeout=10_000)
    faults, keys = page.evaluate(AXE, [sorted(SEEN[scheme]), level, CONTRAST])
    assert not faults
    SEEN[scheme].update(keys)
    _fits(page)


def _fits(page: Page) -> None:
    wide = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"wider than {wide}"


def _can_be_reached(page: Page) -> None:
    _look(page, WATCH)
    wanted = set(_look(page, WANTED))
    dates = page.locator("input[type=date]").count()  # Tab stops at day, month, year and the calendar of each
    keyboard = page.context.new_cdp_session(page)  # a key is pressed and not let go, and nothing is painted: half the time
    page.evaluate("document.documentElement.style.opacity = 0")
    for _ in range(len(wanted) + 5 + 3 * dates):
        keyboard.send("Input.dispatchKeyEvent", TAB)
    keyboard.detach()
    page.evaluate("document.documentElement.style.opacity = ''; document.activeElement.blur()")
    reached = {int(place): shown for place, shown in page.evaluate("window.reached").items()}
    missed = sorted(wanted - set(reached))
    assert not missed, _look(page, HTML, missed)
    assert not [place for place, shown in reached.items() if place in wanted and not shown]


def _look(page: Page, script: str, *given: Any) -> Any:
    return page.evaluate(script.replace("ALL", f'"{FOCUSABLE}"'), *given)
