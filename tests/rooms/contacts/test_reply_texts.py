"""Replies as people and their telephones write them, each with its one right reading. 4821 and 3977 were sent to this telephone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.alerts.alerts import CODES
from contacts.alerts.reply_texts import Reading, read_reply
from contacts.alerts.stop_words import wish_of
from contacts.wording import render

SENT = {"4821", "3977"}
YES, NO, UNKNOWN, UNCLEAR = "confirmed", "contradicted", "cannot_say", ""
MINE, OTHER, NONE, WRONG, BOTH = "4821", "3977", "no code", "a wrong code", "two codes"
FILLED = {"window_phone": "0579-85230000", "number_tail": "0042", "code": "4821"}
OURS, OURS_EN = render("consult_contact", "zh", **FILLED), render("consult_contact", "en", **FILLED)
EXPLAINED = render("reply_unclear", "zh", **FILLED)
WIDE = str.maketrans("0123456789 ", "０１２３４５６７８９\u3000")

READINGS = [
    # The code and the digit, as asked for and as thumbs make of it
    ("4821 1", MINE, YES),
    ("4821 2", MINE, NO),
    ("4821 3", MINE, UNKNOWN),
    ("1 4821", MINE, YES),
    ("1 3977", OTHER, YES),
    ("48211", MINE, YES),
    ("14821", MINE, YES),
    ("4821-1", MINE, YES),
    ("4821+2", MINE, NO),
    ("4821加2", MINE, NO),
    ("4821.1", MINE, YES),
    ("4821：1。", MINE, YES),
    ("  4821\n\n1  ", MINE, YES),
    ("4821 1 1", MINE, YES),
    ("4821选1", MINE, YES),
    ("回复4821 1", MINE, YES),
    ("您好，4821，选择2，谢谢", MINE, NO),
    ("4821 1".translate(WIDE), MINE, YES),
    ("4821 1️⃣", MINE, YES),
    ("4️⃣8️⃣2️⃣1️⃣ 2️⃣", MINE, NO),
    ("4821 ①", MINE, YES),
    ("4821②", MINE, NO),
    ("4821 ❸", MINE, UNKNOWN),
    ("4821 ⒈", MINE, YES),
    ("4821 ⑴", MINE, YES),
    ("4821 一", MINE, YES),
    ("4821 \u200b1\ufeff", MINE, YES),
    # As our own text shows it
    ("“4821 1”", MINE, YES),
    ("“4821 1”属实", MINE, YES),
    ("“4821 2”不属实", MINE, NO),
    ("“4821 3”不清楚", MINE, UNKNOWN),
    ('"4821 1"', MINE, YES),
    ("「4821 1」", MINE, YES),
    ("[4821 1]", MINE, YES),
    ("4821 1是", MINE, YES),
    ("4821 1 属实", MINE, YES),
    ("4821 1 true", MINE, YES),
    ("4821 2 not true", MINE, NO),
    ("4821 3 cannot say", MINE, UNKNOWN),
    # Words alone, each a clause of its own
    ("4821属实", MINE, YES),
    ("属实4821", MINE, YES),
    ("4821 情况属实", MINE, YES),
    ("4821，经核实属实", MINE, YES),
    ("4821 不是，是他弟弟", MINE, NO),
    ("4821 没错", MINE, YES),
    ("yes 4821", MINE, YES),
    ("4821 No", MINE, NO),
    ("4821 I don’t know", MINE, UNKNOWN),
    ("4821 我不太清楚", MINE, UNKNOWN),
    ("4821 不认识这个人", MINE, UNKNOWN),
    ("我是丹溪社区书记，4821 属实", MINE, YES),
    # More words beside it, signatures, telephones, days, counted things
    ("4821 1 老邻居", MINE, YES),
    ("4821 1他是我邻居", MINE, YES),
    ("4821 3 我刚到任，可能搬走了，不清楚", MINE, UNKNOWN),
    ("4821 对不起，2", MINE, NO),
    ("4821 没问题，1", MINE, YES),
    ("4821 2 他早已离婚", MINE, NO),
    ("4821 1，他家住2号楼3单元201室", MINE, YES),
    ("4821 1 2024年3月搬来的", MINE, YES),
    ("4821 1 1985出生", MINE, YES),
    ("4821 1 金国强 13900010011", MINE, YES),
    ("4821 1 电话0579-8523 0000", MINE, YES),
    ("4821 1 身份证330725620514001", MINE, YES),
    ("【丹溪社区】4821 1", MINE, YES),
    ("4821 1【丹溪社区金书记】", MINE, YES),
    ("4821 1\n发自我的iPhone 13", MINE, YES),
    ("4821 2\n\nSent from my Galaxy S22", MINE, NO),
    ("尾号0042 4821 1", MINE, YES),
    ("4821 1 👍", MINE, YES),
    # What is contradicted, doubted, asked back or chosen twice is no answer
    ("4821 1 不属实", MINE, UNCLEAR),
    ("4821 1 我不清楚", MINE, UNCLEAR),
    ("4821 2 属实", MINE, UNCLEAR),
    ("4821 3 不是", MINE, UNCLEAR),
    ("4821 1 false", MINE, UNCLEAR),
    ("4821 yes, not sure", MINE, UNCLEAR),
    ("4821 1 2", MINE, UNCLEAR),
    ("4821 1/2", MINE, UNCLEAR),
    ("4821 12", MINE, UNCLEAR),
    ("4821①②", MINE, UNCLEAR),
    ("“4821 1”属实、“4821 2”不属实", MINE, UNCLEAR),
    ("4821 1?", MINE, UNCLEAR),
    ("4821 1吗", MINE, UNCLEAR),
    ("4821 1吧", MINE, UNCLEAR),
    ("4821 可能是1", MINE, UNCLEAR),
    ("4821 应该属实", MINE, UNCLEAR),
    ("4821 属实，是不是弄错了", MINE, UNCLEAR),
    ("4821 不选1", MINE, UNCLEAR),
    ("4821 probably 1", MINE, UNCLEAR),
    ("4821 如果是本人就1", MINE, UNCLEAR),
    ("4821 1 明天再问问", MINE, UNCLEAR),
    ("4821 4", MINE, UNCLEAR),
    ("4821 0", MINE, UNCLEAR),
    ("4821", MINE, UNCLEAR),
    ("4821 收到", MINE, UNCLEAR),
    ("4821 👍", MINE, UNCLEAR),
    ("4821 2楼的那个", MINE, UNCLEAR),
    ("4821 他们家的情况我要问问", MINE, UNCLEAR),
    ("4821 1，3977 2", BOTH, UNCLEAR),
    ("4821 3977 1", BOTH, UNCLEAR),
    # Without a code: the digit and the words alone, and never more than they say
    ("1", NONE, YES),
    ("①", NONE, YES),
    ("属实，他是独子", NONE, UNCLEAR),
    ("是", NONE, YES),
    ("是的。", NONE, YES),
    ("否", NONE, NO),
    ("不清楚", NONE, UNKNOWN),
    ("1 1985年结婚", NONE, UNCLEAR),
    ("属实，2024-03-01登记", NONE, UNCLEAR),
    ("1 金国强 139 0001 0011", NONE, UNCLEAR),
    ("1 不属实", NONE, UNCLEAR),
    ("1 我不清楚", NONE, UNCLEAR),
    ("1 2", NONE, UNCLEAR),
    ("12号楼的？", NONE, UNCLEAR),
    ("13900010011", NONE, UNCLEAR),
    ("不，是的", NONE, UNCLEAR),
    ("2024-1", NONE, UNCLEAR),
    ("好的，收到", NONE, UNCLEAR),
    ("", NONE, UNCLEAR),
    # Whoever is away or speaks of a time answers nothing, whatever digit stands there
    ("我正在开会，1小时后联系", NONE, UNCLEAR),
    ("在忙，2小时后回您", NONE, UNCLEAR),
    ("1 小时后回", NONE, UNCLEAR),
    ("2分钟", NONE, UNCLEAR),
    ("back in 1 hour", NONE, UNCLEAR),
    ("1h", NONE, UNCLEAR),
    ("3天后回来", NONE, UNCLEAR),
    ("我正在休假，有事请联系 13812345678，收到请回1", NONE, UNCLEAR),
    ("您的来信已收到 1", NONE, UNCLEAR),
    ("收到请回1", NONE, UNCLEAR),
    ("4821 1小时后联系", MINE, UNCLEAR),
    ("4821 2 正在开会", MINE, UNCLEAR),
    # Words beside a digit that take it back, in whatever words: without a code no other words may stand there at all
    ("4821 1 是叔叔", MINE, UNCLEAR),
    ("4821 1【叔侄】", MINE, UNCLEAR),
    ("4821 1（叔侄）", MINE, UNCLEAR),
    ("4821 1 是养子", MINE, UNCLEAR),
    ("4821 1 以前是，已离婚", MINE, UNCLEAR),
    ("4821 1【不是本社区】", MINE, UNCLEAR),
    ("【丹溪社区非亲属】4821 1", MINE, UNCLEAR),
    ("4821 1 两人是战友", MINE, UNCLEAR),
    ("4821 1 同事而已", MINE, UNCLEAR),
    ("4821 1 才怪", MINE, UNCLEAR),
    ("4821 1 早就死了", MINE, UNCLEAR),
    ("4821 1 听邻居讲的", MINE, UNCLEAR),
    ("我是他叔叔的主任 1", NONE, UNCLEAR),
    ("4821 2 其实是", MINE, UNCLEAR),
    ("4821 2 不是父子", MINE, NO),
    ("4821 1 他们非亲非故", MINE, UNCLEAR),
    ("4821 1 无关", MINE, UNCLEAR),
    ("4821 1 but his uncle", MINE, UNCLEAR),
    ("4821 1 👎", MINE, UNCLEAR),
    ("4821 1 ❌", MINE, UNCLEAR),
    ("4821 对 不起", MINE, UNCLEAR),
    ("4821 2 是他儿子", MINE, UNCLEAR),
    ("1 4821 老邻居", MINE, UNCLEAR),
    ("1 他们非亲非故", NONE, UNCLEAR),
    ("1 这两人毫无关系", NONE, UNCLEAR),
    ("1 非父子", NONE, UNCLEAR),
    ("1 骗人的", NONE, UNCLEAR),
    ("1 没这回事", NONE, UNCLEAR),
    ("1 他父亲是别人", NONE, UNCLEAR),
    ("1 ❌", NONE, UNCLEAR),
    ("1 👎", NONE, UNCLEAR),
    ("1 never", NONE, UNCLEAR),
    ("1 我不在这里工作了", NONE, UNCLEAR),
    ("1 老邻居", NONE, UNCLEAR),
    ("1 1985年", NONE, UNCLEAR),
    # Words that add nothing, and friendly ones behind code and digit
    ("1 👍🏻", NONE, YES),
    ("1 🙏", NONE, YES),
    ("2 ❌", NONE, NO),
    ("您好，1，谢谢您", NONE, YES),
    ("1 情况属实", NONE, YES),
    ("2，不是", NONE, NO),
    ("3 我不太清楚", NONE, UNKNOWN),
    ("回复1", NONE, YES),
    ("4821 1 从小看着他长大", MINE, YES),
    ("48211 老邻居", MINE, YES),
    ("4821 2 是他弟弟，不是", MINE, NO),
    # A number that could be meant as a code and is none: nothing follows from such a text
    ("1 9999", WRONG, UNCLEAR),
    ("9999 1", WRONG, UNCLEAR),
    ("99991", WRONG, UNCLEAR),
    ("482 1", WRONG, UNCLEAR),
    ("48 21 1", WRONG, UNCLEAR),
    ("482114 1", WRONG, UNCLEAR),
    ("属实 1985", WRONG, UNCLEAR),
    ("1 2024", WRONG, UNCLEAR),
    ("尾号0042 属实", WRONG, UNCLEAR),
    ("尾号4821 1", WRONG, UNCLEAR),
    ("0579 1", WRONG, UNCLEAR),
    # Our own words quoted back are nobody's answer; what stands beside them may be
    (OURS, MINE, UNCLEAR),
    (OURS_EN, MINE, UNCLEAR),
    (EXPLAINED, MINE, UNCLEAR),
    (OURS.removeprefix("【核查】"), MINE, UNCLEAR),
    (f"{OURS}\n1", MINE, YES),
    (f"2\n\n{OURS}", MINE, NO),
    (f"{OURS_EN}\n\n4821 3", MINE, UNKNOWN),
    (f"> {OURS}\n\n4821 1", MINE, YES),
    (f"「{OURS}」\n- - - - - -\n属实", MINE, YES),
    (f"4821 1\n-----原始短信-----\n{OURS}", MINE, YES),
    (f"Liked “{OURS}”", MINE, UNCLEAR),
    (f"Questioned “{OURS_EN}”", MINE, UNCLEAR),
    (f"👍 to “{OURS_EN}”", MINE, UNCLEAR),
    (f"赞了“{OURS[:45]}…”", MINE, UNCLEAR),
    (f"对“{OURS}”表示赞", MINE, UNCLEAR),
    ("Loved “4821 1”", MINE, UNCLEAR),
]
AUTOMATIC = [
    "【自动回复】您好，我正在开会，稍后回复您。1",
    "[Auto-reply] I am out of the office until 1 December.",
    "Automatic reply: out of office, please ring 0579-85230000",
    "我正在开车，稍后回复您",
    "I'm driving right now and will reply later",
    "【来电提醒】您呼叫的用户已收到来电提醒",
    "对不起，我暂时无法接听，稍后联系您",
    "自动回复：4821 1",
]


def named(reading: Reading) -> str:
    """Which code the text names, in a word."""
    if len(reading.codes) > 1:
        return BOTH
    return next(iter(reading.codes), WRONG if reading.stray else NONE)


@pytest.mark.parametrize(("text", "code", "answer"), READINGS)
def test_a_reply_is_read_as_people_write_it(text: str, code: str, answer: str):
    reading = read_reply(text, SENT)

    assert (named(reading), reading.answer) == (code, answer)
    assert not reading.automatic


@pytest.mark.parametrize("text", AUTOMATIC)
def test_what_a_machine_wrote_is_no_answer(text: str):
    reading = read_reply(text, SENT)

    assert (reading.automatic, reading.answer) == (True, UNCLEAR)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("4821 1 老邻居", "老邻居"),
        ("4821 3 我刚到任，不清楚", "我刚到任，不清楚"),
        ("4821 属实，他家在三单元", "他家在三单元"),
        ("属实，他是独子", "属实，他是独子"),
        ("4821 1", "4821 1"),
        ("1 4821", "1 4821"),
        ("我是书记，4821 属实", "我是书记，4821 属实"),
        (" 4821 1 不属实 ", "4821 1 不属实"),
        ("4821 他们家的情况我要问问", "4821 他们家的情况我要问问"),
    ],
)
def test_the_words_are_kept_as_written(text: str, words: str):
    assert read_reply(text, SENT).words == words


@pytest.mark.parametrize("text", [" " * 100_000, "1" * 100_000, "4821 1 " * 20_000, "“" * 100_000, OURS * 2_000, "\n> " * 30_000])
def test_a_text_without_end_is_read_to_a_length_and_answers_nothing(text: str):
    """Reading all of it would take minutes; the same words at a natural length may well be an answer."""
    assert read_reply(text, SENT).answer == UNCLEAR
    assert wish_of(text) is None


def test_a_year_is_no_code_even_where_a_code_is_the_same():
    """Codes are not given out among the years any more; those that went out before still count where no 年 follows."""
    assert named(read_reply("1 1985年结婚", {"1985"})) == NONE
    assert named(read_reply("1985 1", {"1985"})) == "1985"
    assert named(read_reply("1985-1", {"1985"})) == "1985"
    assert not {1900, 1985, 2024, 2099} & set(CODES)
    assert {1000, 1899, 2100, 9999} < set(CODES)


@given(st.text(alphabet="0123456789 ，。-年月号【】是对不属实清楚“”\n①１", max_size=24))
def test_without_a_code_of_its_own_no_text_names_a_question(text: str):
    """Whatever is typed: where no code was sent none is found, and a stray number never comes with an answer."""
    reading = read_reply(text, ())

    assert not reading.codes
    assert not (reading.stray and reading.answer)


@given(
    st.integers(1000, 9999).filter(lambda code: str(code) not in SENT),
    st.sampled_from(["{} 1", "1 {}", "{}，属实", "属实{}", "“{} 1”"]),
)
def test_a_wrong_code_never_answers(code: int, form: str):
    reading = read_reply(form.format(code), SENT)

    assert (reading.codes, reading.answer) == (frozenset(), UNCLEAR)
