"""Replies end to end, as the provider brings them in: recorded on the right case or nowhere, explained once, STOP obeyed."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import select

from cases.lifecycle import State
from contacts.alerts.alerts import Alert, AlertState
from contacts.alerts.delivery import deliver
from contacts.alerts.still_wanted import still_wanted
from contacts.roster import roster
from contacts.roster.contact_status import number_state
from contacts.roster.history import history
from contacts.roster.roster import Contact
from contacts.sms.console import Console
from tests.rooms.county import ASKER, CLERK, DIRECTOR, MONDAY, SECRETARY
from tests.rooms.responders.hook import Hook, asked, hooked, texted


@pytest.fixture
def hook(database_url: str, tmp_path: Path) -> Iterator[Hook]:
    with hooked(database_url, tmp_path) as line:
        yield line


def two_cases(hook: Hook) -> tuple[tuple[str, str], tuple[str, Alert]]:
    """Case A, answered by the secretary's text and then by the clerk, with its code; and case B, asked of the same telephone."""
    first, alert = asked(hook)
    hook.text(f"{alert.reply_code} 1")
    hook.county.move(first, "answer", CLERK)
    return (first, alert.reply_code), asked(hook)


def secretary(hook: Hook) -> Contact:
    with hook.county.database.read() as session:
        return session.get_one(Contact, 1)


def wrong(alert: Alert) -> str:
    return "9999" if alert.reply_code != "9999" else "9998"


# Which case it is about


def test_what_a_contact_off_the_roster_texts_is_no_statement(hook: Hook):
    number, alert = asked(hook)
    with hook.county.database.write() as session:
        roster.remove(session, 1, "keeper", MONDAY)
    with hook.county.database.read() as session:
        assert still_wanted(session, [alert], MONDAY) == set(), "nor is one texted any more"
    hook.text("1")
    hook.text(f"{alert.reply_code} 1")

    assert (hook.statements(), [one.words for one in hook.unclear()]) == ([], [f"{alert.reply_code} 1"])
    assert hook.county.case(number).state == State.WITH_CONTACT


@pytest.mark.parametrize("form", ["1 {}", "{} 1", "{}1", "属实 {}", "“{} 1”属实"])
def test_a_text_about_an_answered_case_is_not_recorded_on_the_open_case_of_the_same_telephone(hook: Hook, form: str):
    (first, code), (second, _) = two_cases(hook)
    assert [hook.text(form.format(code)) for _ in range(3)] == [200] * 3

    assert [said.about for said in hook.statements()] == [first]
    assert hook.county.case(second).state == State.WITH_CONTACT
    assert hook.unclear() == []
    assert hook.said_back() == ["reply_over", "statement_thanks"], "it is said once, kindly, that nothing is needed"


def test_a_text_that_the_provider_brings_again_is_not_recorded_on_the_next_case(hook: Hook):
    """Without a code it means the question that is open, and by then that is another one."""
    first, _ = asked(hook)
    hook.text("1", sid="SM7")
    second, _ = asked(hook)
    hook.text("1", sid="SM7")
    assert [said.about for said in hook.statements()] == [first]

    hook.text("1", sid="SM8")
    assert [said.about for said in hook.statements()] == [first, second]


def test_a_late_answer_to_a_settled_case_is_kept_with_that_case_and_said_so(hook: Hook):
    first, alert = asked(hook)
    second, _ = asked(hook)
    hook.county.move(first, "answer", CLERK)
    hook.text(f"2 {alert.reply_code}")

    assert [(said.about, said.outcome) for said in hook.statements()] == [(first, "contradicted")]
    assert hook.county.case(second).state == State.WITH_CONTACT
    assert hook.said_back() == ["statement_late"]


def test_a_text_about_a_withdrawn_case_says_that_it_is_over(hook: Hook):
    first, alert = asked(hook)
    hook.county.move(first, "withdraw", ASKER)
    hook.text(f"{alert.reply_code} 1")
    hook.text(f"{alert.reply_code} 2")

    assert [said.about for said in hook.statements()] == [first]
    assert hook.said_back() == ["reply_over", "statement_late"]


@pytest.mark.parametrize("form", ["1 {}", "{} 1", "{}1", "属实 {}", "1 {} 谢谢"])
def test_1_9999_with_a_wrong_code_is_no_confirmation(hook: Hook, form: str):
    number, alert = asked(hook)
    assert [hook.text(form.format(wrong(alert))) for _ in range(3)] == [200] * 3

    assert (hook.statements(), hook.unclear()) == ([], [])
    assert hook.county.case(number).state == State.WITH_CONTACT
    assert hook.said_back() == ["reply_unclear"]


def test_a_year_in_the_place_of_a_code_is_no_confirmation(hook: Hook):
    asked(hook)
    for text in ("1 1985", "属实 2024", "1985 1"):
        hook.text(text)

    assert hook.statements() == []


def test_a_digit_without_a_code_while_two_cases_are_open_asks_which(hook: Hook):
    first, _ = asked(hook)
    second, _ = asked(hook)
    hook.text("1")
    hook.text("属实")

    assert hook.statements() == []
    assert {hook.county.case(number).state for number in (first, second)} == {"with_contact"}
    assert hook.said_back() == ["reply_which"]


# What it says


@pytest.mark.parametrize("words", ["1 不属实", "1 我不清楚", "1 2", "1？", "可能是1", "属实吧"])
@pytest.mark.parametrize("coded", [False, True])
def test_words_against_the_digit_two_digits_and_doubt_are_unclear_and_kept_for_the_clerk(hook: Hook, words: str, coded: bool):
    number, alert = asked(hook)
    text = f"{alert.reply_code} {words}" if coded else words
    hook.text(text)

    assert (hook.statements(), hook.county.case(number).state) == ([], "with_contact")
    assert [(one.about, one.words, one.contact_name) for one in hook.unclear()] == [(number, text, "金书记")]
    assert hook.county.actions(number)[-1] == "unclear_reply"
    assert hook.said_back() == ["reply_unclear"]


@pytest.mark.parametrize("form", ["“{} 1”", "{} 1️⃣", "{} ①", "{}　１", "“{} 1”属实", "{} 1 是"])
def test_a_reply_as_our_own_text_shows_it_is_understood(hook: Hook, form: str):
    number, alert = asked(hook)
    hook.text(form.format(alert.reply_code))

    assert [(said.about, said.outcome) for said in hook.statements()] == [(number, "confirmed")]


def test_our_own_text_quoted_back_is_no_answer_and_the_digit_beside_it_is(hook: Hook):
    number, alert = asked(hook)
    hook.text(alert.text())
    hook.text(f"Liked “{alert.text()}”")
    assert hook.statements() == []

    hook.text(f"{alert.text()}\n\n2")
    assert [(said.about, said.outcome) for said in hook.statements()] == [(number, "contradicted")]


def test_a_second_word_after_the_answer_is_shown_to_the_clerk_and_changes_nothing(hook: Hook):
    """Somebody mistyped: the clerk must hear of it, and no machine decides which of the two is meant."""
    number, alert = asked(hook)
    hook.text(f"{alert.reply_code} 1")
    hook.text(f"{alert.reply_code} 1")
    hook.text(f"{alert.reply_code} 2 刚才发错了")

    assert [said.outcome for said in hook.statements()] == ["confirmed"]
    assert [(one.about, one.words) for one in hook.unclear()] == [(number, f"{alert.reply_code} 2 刚才发错了")]
    assert hook.said_back() == ["reply_more", "statement_thanks"]


def test_the_clerk_reads_the_words_of_an_unclear_reply_and_cannot_answer_with_them(hook: Hook):
    number, alert = asked(hook)
    hook.text(f"{alert.reply_code} 1 我不清楚")
    page, api = hook.sees(f"/desk/{number}"), hook.sees(f"/api/v1/cases/{number}/statements")

    assert "Replies that could not be read as an answer" in page
    assert f"{alert.reply_code} 1 我不清楚" in page
    assert 'data-statement="' not in page
    assert (f"{alert.reply_code} 1 我不清楚" in api, '"statements":[]' in api) == (True, True)


# One explanation, then silence


def test_auto_replies_do_not_loop_there_is_one_explanation_for_a_question_and_telephone(hook: Hook):
    number, _ = asked(hook)
    for count in range(11):
        hook.text(f"您好，您的消息已收到，编号 {count} 谢谢")

    assert hook.said_back() == ["reply_unclear"]
    assert hook.county.case(number).state == State.WITH_CONTACT
    assert len(hook.unclear()) == 5, "so many are kept, more say nothing new"


def test_what_a_machine_wrote_is_not_answered_at_all(hook: Hook):
    asked(hook)
    for _ in range(11):
        hook.text("【自动回复】我正在开会，稍后回复您")

    assert (hook.said_back(), hook.statements()) == ([], [])
    assert [one.words for one in hook.unclear()] == ["【自动回复】我正在开会，稍后回复您"]


def test_the_next_question_is_explained_again(hook: Hook):
    number, alert = asked(hook)
    hook.text("明天再说")
    hook.text(f"{alert.reply_code} 1")
    hook.county.move(number, "consult", CLERK)
    texted(hook, number)
    hook.text("明天再说")

    assert hook.said_back() == ["reply_unclear", "reply_unclear", "statement_thanks"]


# STOP and START


@pytest.mark.parametrize("word", ["STOP", "Stop.", "stop all", "ＴＤ", "TD", "退订", "回复TD退订", "T", "不要再发了", "请停止发送"])
def test_stop_in_its_spellings_ends_texts_to_a_number_and_says_nothing_back(hook: Hook, word: str):
    number, alert = asked(hook, AlertState.QUEUED)
    hook.text(word)
    sent = Console()
    with hook.county.database.read() as session:
        assert [one.phone for one in roster.reachable(session, secretary(hook).area, MONDAY)] == [DIRECTOR]
    assert deliver(hook.county.database, [alert.id], [sent], partial(still_wanted, now=MONDAY), MONDAY) == 0

    assert number_state(secretary(hook), MONDAY) == "stopped"
    assert (hook.alerts()[0].state, hook.alerts()[0].error) == ("failed", "stop")
    assert (hook.said_back(), hook.statements(), hook.unclear()) == ([], [], [])
    assert hook.county.case(number).state == State.WITH_CONTACT


@pytest.mark.parametrize("word", ["START", "start", "开始", "恢复", "重新订阅", "UNSTOP"])
def test_start_brings_a_number_back(hook: Hook, word: str):
    asked(hook)
    hook.text("TD")
    hook.text(word)
    with hook.county.database.read() as session:
        lines = [(line.what, line.who) for line in history(session, 1) if line.field == "phone_fault"]

    assert secretary(hook).takes_sms
    assert lines == [("stop", "contact:1"), ("start", "contact:1")]


def test_a_statement_from_it_brings_a_number_back(hook: Hook):
    _, alert = asked(hook)
    hook.text("退订")
    hook.text(f"{alert.reply_code} 1")

    assert [said.outcome for said in hook.statements()] == ["confirmed"]
    assert secretary(hook).takes_sms


def test_an_unclear_text_does_not_bring_a_number_back(hook: Hook):
    asked(hook)
    hook.text("退订")
    hook.text("你们是谁")

    assert not secretary(hook).takes_sms


@pytest.mark.parametrize("phone", [SECRETARY, "139 0001 0011"])
def test_saving_it_again_in_the_roster_brings_a_number_back(hook: Hook, phone: str):
    asked(hook)
    hook.text("STOP")
    with hook.county.database.write() as session:
        roster.change(session, 1, {"note": "休假"}, "keeper", MONDAY)
    assert not secretary(hook).takes_sms, "something else was changed"
    with hook.county.database.write() as session:
        roster.change(session, 1, {"phone": phone}, "keeper", MONDAY)
        lines = [(line.what, line.who) for line in history(session, 1) if line.field == "phone_fault"]

    assert secretary(hook).takes_sms
    assert lines[-1] == ("start", "keeper")


def test_stop_from_a_stranger_changes_nobody(hook: Hook):
    asked(hook)
    hook.text("STOP", "+8613911112222")
    hook.text("STOP", "not a number")
    with hook.county.database.read() as session:
        assert not session.exec(select(Contact.id).where(Contact.phone_fault != "")).all()
