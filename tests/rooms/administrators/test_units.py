"""Units: added with their queues, changed with a trail, and kept from losing what they are still needed for."""

import pytest

from access.units import Unit
from access.webhooks.webhook_keys import WebhookKey, set_webhook
from broker.transports.transport import Transport
from tests.rooms.office import Desk, Office, faults_in, on_both, secret_in

TAX = {"unit_code": " Tax ", "name_zh": "税务局", "name_en": "Tax Bureau", "answers": "yes", "window_phone": "0579-85550101"}


@on_both
def test_a_unit_is_added_with_its_queues_and_noted(office: Office, desk: Desk) -> None:
    answer = desk.post("/admin/new/unit", **TAX)

    assert answer.headers["location"] == "/admin/units/tax?flash=unit_added"
    unit = office.one(Unit, "tax")
    assert (unit.name_zh, unit.answers, unit.asks, unit.window_phone) == ("税务局", True, False, "+8657985550101")
    assert office.acts() == [("unit_add", "tax")]
    [line] = office.lines("unit_add")
    assert (line.who, line.unit, line.details["subject"]) == ("admin", "data-office", "tax")
    transport: Transport = office.assembly.transport()
    assert transport.receive("questions.tax", 1, 0) == []
    transport.close()


def test_what_is_wrong_is_named_beside_its_field_and_nothing_typed_is_lost(office: Office, desk: Desk) -> None:
    answer = desk.post("/admin/new/unit", **{**TAX, "unit_code": "税务", "name_en": "", "window_phone": "12"})

    assert answer.status_code == 422
    assert set(faults_in(answer.text)) == {"unit_code", "name_en", "window_phone"}
    assert 'value="税务局"' in answer.text
    assert 'value="税务"' in answer.text
    assert office.acts() == []


def test_a_unit_that_does_nothing_or_whose_code_is_taken_is_refused(office: Office, desk: Desk) -> None:
    nothing = desk.post("/admin/new/unit", unit_code="tax", name_zh="税", name_en="Tax")
    taken = desk.post("/admin/new/unit", **{**TAX, "unit_code": "police"})

    assert (faults_in(nothing.text), faults_in(taken.text)) == (["asks"], ["unit_code"])
    assert office.one(Unit, "police").name_zh == "police"


def test_a_change_keeps_what_stood_there_before(office: Office, desk: Desk) -> None:
    desk.post("/admin/units/court", name_zh="法院", name_en="Court", asks="yes", unit_code="elsewhere")

    assert office.one(Unit, "court").name_zh == "法院"
    assert office.one(Unit, "elsewhere") is None
    assert office.changed() == {"name_zh": ["court", "法院"], "name_en": ["court", "Court"]}
    assert "法院" in desk.get("/admin/units/court")


def test_saving_without_a_change_notes_nothing(office: Office, desk: Desk) -> None:
    assert desk.post("/admin/units/court", name_zh="court", name_en="court", asks="yes").status_code == 303
    assert office.acts() == []


@pytest.mark.parametrize(("code", "field"), [("police", "answers"), ("bank", "asks")])
@on_both
def test_what_a_unit_is_still_needed_for_is_not_switched_off(office: Office, desk: Desk, code: str, field: str) -> None:
    """Police holds items of the catalogue, the bank has an open case."""
    office.county.ask()
    answer = desk.post(f"/admin/units/{code}", name_zh="x", name_en="x", supervises="yes")

    assert faults_in(answer.text) == [field]
    assert getattr(office.one(Unit, code), field)


@on_both
def test_the_secret_of_a_webhook_is_shown_once_and_not_noted(office: Office, desk: Desk) -> None:
    page = desk.post("/admin/units/bank/webhook", webhook="https://bank.example/hecha").text
    secret = secret_in(page)

    assert office.one(WebhookKey, "bank").secret == secret
    assert office.one(Unit, "bank").webhook == "https://bank.example/hecha"
    assert office.changed() == {"webhook": ["", "https://bank.example/hecha"]}
    assert secret not in desk.get("/admin/units/bank")
    assert secret not in str(office.lines("webhook_change"))
    assert secret_in(desk.post("/admin/units/bank/webhook", webhook="").text) == ""
    assert faults_in(desk.post("/admin/units/bank/webhook", webhook="bank.example").text) == ["webhook"]


@on_both
def test_an_address_in_a_closed_network_is_refused_when_it_is_set(office: Office, desk: Desk) -> None:
    for closed in ("https://127.0.0.1/hook", "https://10.0.0.8/hook", "https://[::ffff:192.168.1.1]/hook"):
        assert faults_in(desk.post("/admin/units/bank/webhook", webhook=closed).text) == ["webhook"]
    assert office.one(Unit, "bank").webhook == ""


@on_both
def test_a_test_call_says_what_became_of_it(office: Office, desk: Desk) -> None:
    assert "This unit has no address of its own system." in desk.post("/admin/units/bank/webhook/test").text
    with office.county.database.write() as session:
        set_webhook(session, "bank", "https://127.0.0.1:9/hook", office.county.now)
    page = desk.post("/admin/units/bank/webhook/test").text

    assert "The test call was not taken: this address may not be called" in page
    assert 'action="/admin/units/bank/webhook/test"' in page
    assert desk.post("/admin/units/nobody/webhook/test").status_code == 404


@on_both
def test_units_are_found_by_code_and_name_and_shown_a_page_at_a_time(office: Office, desk: Desk) -> None:
    with office.county.database.write() as session:
        session.add_all(Unit(code=f"u-{n:03}", name_zh=f"单位{n}", name_en=f"Unit {n}", asks=True) for n in range(60))

    first = desk.get("/admin/units")
    assert "u-044" in first
    assert "u-046" not in first
    assert "u-046" in desk.get("/admin/units?after=u-044")
    assert "u-059" in desk.get("/admin/units?q=单位59")
    assert "u-058" not in desk.get("/admin/units?q=单位59")
    assert "No unit has this" in desk.get("/admin/units?q=%25")


def test_an_unknown_unit_is_a_plain_404(desk: Desk) -> None:
    desk.get("/admin/units/nobody", 404)
