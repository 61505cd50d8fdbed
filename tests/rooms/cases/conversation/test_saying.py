"""Words of a message: what nobody sees is no message, and does not stand in one."""

import pytest

from cases.conversation.saying import WordsForm


@pytest.mark.parametrize("words", ["\u200b\u200b", "\x00\x01", "\u202e \u2066", "\ufeff\n\u00ad"])
def test_what_nobody_sees_is_no_message(words: str) -> None:
    with pytest.raises(ValueError, match="at least 1 character"):
        WordsForm(words=words)


def test_of_what_is_said_the_seen_signs_stay() -> None:
    assert WordsForm(words=" 请补\u202e照片\u200b，\r\n谢谢😀\x07 ").words == "请补照片，\n谢谢😀"
