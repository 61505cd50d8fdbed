"""What the machine tried, as the clerk reads it; and standard phrases, in the reader's language."""

from datetime import UTC, datetime

from cases.catalogue.catalogue import load
from cases.opening import BEFORE_RECORDS
from cases.trail.trail import Trail
from responders.desk.machine_tries import Try, machine_tries

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
KINSHIP = load().item("kinship")


def line(action: str, actor: str = "machine", start: str = "asked", note: str = "", **details: object) -> Trail:
    """A line of the trail."""
    return Trail(at=NOW, number="N", action=action, actor=actor, who=actor, start=start, note=note, details=details,
                 unit="police" if actor == "machine" else "")  # fmt: skip


def test_each_try_is_told_with_how_close_it_came() -> None:
    found = {"words": "未查到", "evidence": {"near": "some"}}
    lines = [
        line("ask", "asker", ""),
        line("hand_over", machine=found),
        line("take", "clerk", "at_desk"),
        line("late_finding", start="at_desk", finding={"words": "晚到"}),
    ]

    assert machine_tries(lines) == [Try(NOW, "未查到", {"near": "some"}, "police"), Try(NOW, "晚到", {}, "police")]


def test_a_machine_that_kept_silent_or_was_never_asked_is_told_too() -> None:
    silent = line("hand_over", "clock", note="The department's machine did not answer in time.")
    early = line("hand_over", "clock", note=BEFORE_RECORDS)
    nobody_reached = line("hand_over", "clock", "with_contact", note="Nobody could be reached.")

    assert machine_tries([silent, nobody_reached]) == [Try(NOW, silent.note)]
    assert machine_tries([early]) == [Try(NOW, BEFORE_RECORDS, {"near": "not_searched"})]


def test_lines_that_are_standard_phrases_are_told_in_the_reader_s_language() -> None:
    phrase = KINSHIP.phrases[1]

    assert KINSHIP.retold(f"{phrase.zh}\r\n第 3 册。", "en") == f"{phrase.en}\n第 3 册。"
    assert KINSHIP.retold(phrase.en, "zh") == phrase.zh
    assert KINSHIP.retold(f"{phrase.zh}!", "en") == f"{phrase.zh}!"
