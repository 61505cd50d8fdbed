"""Logs: nothing that could be a person's number leaves, whoever wrote it; and no text of any exception."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from cases.case_numbers import new_number
from deploy.logs import mask, start_logs
from tests.rooms.county import MONDAY

ID, OLD, PHONE, CARD = "330725196205140015", "330725620514001", "13900010011", "6222021234567890123"


@pytest.fixture(params=[False, True], ids=["json", "terminal"])
def output(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What goes to standard error, as lines of JSON and as on a terminal; afterwards logging is as it was."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    start_logs("info", tty=request.param)
    yield stream
    root.handlers, root.level = before, level
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "text",
    [
        f"id {ID}", f"身份证{ID}有误", f"ID{ID}", f"x{ID}-1", f"“{ID}”", f"old {OLD}.", f"电话{PHONE}，请回电", f"+86{PHONE}",
        f"86{PHONE}", f"tel:{PHONE};", f"卡号{CARD}", "33072519620514001X", "33072519620514001x", f"{ID},{PHONE}",
        "３３０７２５１９６２０５１４００１５",
    ],
)  # fmt: skip
def test_a_number_that_could_be_a_persons_is_masked(text: str):
    masked = mask(text)

    assert "***" in masked
    assert not any(number in masked for number in (ID, OLD, PHONE, CARD, "0514001", "５１４００１"))


@pytest.mark.parametrize(
    "text",
    ["20260302-FJ2B5EP9", "2026-03-02T01:00:00.123456Z", "20260302-12345678", "port 8040", "0.123456789012", "12345678901", "42"],
)
def test_what_is_nobodys_number_stays_readable(text: str):
    assert mask(text) == text


def test_a_case_number_is_never_masked():
    assert not [number for number in (new_number(MONDAY) for _ in range(500)) if mask(f"case {number}.") != f"case {number}."]


def test_containers_keys_and_numbers_are_looked_into():
    class Thing:
        def __str__(self) -> str:
            return f"Thing({PHONE})"

    masked = mask(
        {PHONE: [ID, (PHONE, {ID}), {"a": int(PHONE)}], "n": 42, "yes": True, "none": None, "half": 0.5, "thing": Thing()}
    )

    assert PHONE not in str(masked)
    assert ID not in str(masked)
    assert (masked["n"], masked["yes"], masked["none"], masked["half"], masked["thing"]) == (42, True, None, 0.5, "Thing(***)")


def test_our_own_events_are_masked(output: io.StringIO):
    structlog.get_logger().info(f"asked {ID}", phone=PHONE, number=int(PHONE), rows=[{"id_number": ID}])

    assert "asked ***" in output.getvalue()
    assert ID not in output.getvalue()
    assert PHONE not in output.getvalue()


@pytest.mark.parametrize("name", ["uvicorn.error", "sqlalchemy.pool", "some.library"])
def test_what_libraries_log_is_masked_in_message_arguments_and_extras(output: io.StringIO, name: str):
    logging.getLogger(name).error("身份证%s, phone %s", ID, int(PHONE), extra={"phone": PHONE, "who": {"id": ID}})

    assert "***" in output.getvalue()
    assert ID not in output.getvalue()
    assert PHONE not in output.getvalue()


@pytest.mark.parametrize("name", ["uvicorn.error", "sqlalchemy.pool", ""])
def test_an_exception_shows_kind_and_place_never_its_text_or_locals(output: io.StringIO, name: str):
    """A validation error's text holds what somebody typed: a name cannot be told from any other word."""

    def fails() -> None:
        person = "吴一"
        try:
            raise ValueError(f"not a number: {person} {ID}")
        except ValueError as error:
            raise KeyError(person) from error

    try:
        fails()
    except KeyError:
        (logging.getLogger(name) if name else structlog.get_logger()).exception("boom")
    shown = output.getvalue()

    assert all(word in shown for word in ("boom", "KeyError", "ValueError", "fails", "test_logs.py"))
    assert not [word for word in ("吴一", ID, "not a number") if word in shown]


def test_a_line_is_json_where_a_machine_reads(output: io.StringIO, request: pytest.FixtureRequest):
    structlog.get_logger().warning("重试", count=3)
    if "[json]" in request.node.name:
        line: dict[str, Any] = json.loads(output.getvalue())
        assert (line["event"], line["count"], line["level"]) == ("重试", 3, "warning")
        assert line["timestamp"].endswith("Z")
    else:
        assert "重试" in output.getvalue()


def test_the_level_is_kept_and_noisy_libraries_are_quiet(output: io.StringIO):
    structlog.get_logger().debug("whisper")
    logging.getLogger("pika.adapters").info("connected")
    logging.getLogger("twilio.http_client").info("POST")

    assert output.getvalue() == ""


def test_a_logger_that_was_used_can_still_be_listened_to(output: io.StringIO):
    """A logger that remembers where it wrote would write there for good, whatever is set up afterwards."""
    log = structlog.get_logger("kept")
    log.info("before")
    with structlog.testing.capture_logs() as lines:
        log.info("after")

    assert [line["event"] for line in lines] == ["after"]
    assert "before" in output.getvalue()
    assert "after" not in output.getvalue()
