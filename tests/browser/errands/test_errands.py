"""Eight ID cards, eight pensions: a town's agent on a slow telephone, in Chinese, without scripts, from the list to the answers."""

from playwright.sync_api import Page, expect

from sample.city.city import build
from tests.browser.conftest import PHONE, Visit
from tests.rooms.cases.attachments.hostile_pictures import jpeg

LOOKS = 40  # at the list, until the departments' machines have answered


def _eight() -> str:
    city = build()
    insured = {one.number for one in city.holdings if one.item == "social_insurance" and one.until is None}
    people = [person for person in city.people if person.here and person.number in insured]
    return "\n".join(f"{person.name} {person.number}" for person in people[:8])


def _look(page: Page, steps: list[str], selector: str) -> None:
    steps.append(selector)
    page.click(selector)


def test_eight_people_are_asked_about_in_a_few_steps(visit: Visit) -> None:
    """One list, one paper for all, one button; each person's answer stands on the list and whose errand it was on the case."""
    page, steps = visit("fotang-envoy", "zh", PHONE, script=False), list[str]()
    page.goto("/")
    page.select_option("#f-what", "social_insurance/pension_claim")
    page.fill("#f-purpose", "代办养老待遇申领")
    page.fill("#f-reference", "佛堂代办2026-8")
    _look(page, steps, "text=下一步")
    page.fill("#f-people", _eight())
    _look(page, steps, "text=加入名单")
    page.set_input_files("#paper-0", {"name": "mandate.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    _look(page, steps, "form.paper:has(#paper-0) button")
    _look(page, steps, "form[action$=send] button")
    expect(page.locator("li.asked")).to_have_count(8)
    for _ in range(LOOKS):
        if page.locator("li.asked .tag.answered").count() == 8:
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(page.locator("li.asked .tag.answered")).to_have_count(8)
    assert len(steps) == 4
    page.click("li.asked a >> nth=0")
    expect(page.locator("main")).to_contain_text("代办")
