"""How the pages look is each person's own choice, and goes with them from computer to computer."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit


def _chosen(page: Page) -> tuple[str, str]:
    page.goto("/cases")
    shown = page.evaluate("[document.documentElement.dataset.bsTheme, document.documentElement.dataset.density || '']")
    return str(shown[0]), str(shown[1])


def test_dark_and_dense_go_with_the_person_to_another_computer(visit: Visit) -> None:
    """Chosen once, seen in another browser; a colleague's pages stay as they were."""
    page = visit("bank3", "en")
    assert _chosen(page) == ("light", "")
    page.goto("/me")
    page.check("[name=theme][value=dark]")
    page.check("[name=density][value=compact]")
    page.click("text=Save")
    expect(page.locator(".note.good")).to_be_visible()

    assert _chosen(page) == ("dark", "compact")
    assert _chosen(visit("bank3", "zh")) == ("dark", "compact")
    assert _chosen(visit("bank2", "zh")) == ("light", "")

    page.goto("/me")
    page.check("[name=theme][value=auto]")
    page.check("[name=density][value=comfortable]")
    page.click("text=Save")
    page.emulate_media(color_scheme="dark")
    assert _chosen(page) == ("dark", "")


def test_dense_pages_show_more_on_one_screen(visit: Visit) -> None:
    """The rows of a list are lower, and no text is cut off."""
    page = visit("admin", "zh")
    heights = []
    for density in ("comfortable", "compact"):
        page.goto("/me")
        page.check(f"[name=density][value={density}]")
        page.click("text=保存")
        page.goto("/admin/units")
        heights.append(page.locator("table tbody tr:visible").first.bounding_box()["height"])  # type: ignore[index]  # it is there
    page.goto("/me")
    page.check("[name=density][value=comfortable]")
    page.click("text=保存")
    assert heights[1] < heights[0]
