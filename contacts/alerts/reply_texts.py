"""Reply parsing: the reply codes in a text and the one answer it gives, or none. Pure."""

import re
from collections.abc import Collection
from typing import NamedTuple

from contacts.alerts.beside_answers import TOLD, is_answer, is_signature
from contacts.alerts.own_words import without_own
from contacts.alerts.plain_text import even_digit, plain
from contacts.alerts.reply_words import DIGITS, answer_of

MOST = 1600  # characters, as many as ten texts in one carry; nobody answers with more
AUTOMATIC = re.compile(
    r"来电提醒|on vacation|do not disturb|driving (?:mode|with focus)|i'?m driving|开车|驾驶中|通话中|"
    r"暂时(?:无法|不能|不方便)(?:接听|接通|回复)|(?:稍后|尽快|晚点)(?:再|会|给[您你])?(?:回复|回电|联系)"
)
SURE_AUTOMATIC = re.compile(r"自动(?:回复|应答|答复)|auto(?:matic)?[ -]?(?:reply|repl|response)|out of (?:the )?office")
SIGNED = re.compile(r"(?:发自|来自我的|来自(?=.{0,8}手机)|sent from|get outlook)\s*\S.*$", re.MULTILINE)
TAIL = re.compile(r"(?:尾号|ending)\s*[:是为]?\s*(?P<number>\d{4})(?!\d)")
# Numbers that tell something and choose nothing: telephones, days, times, counted things, what is named by a number.
COUNTS = "个号楼栋幢单室层组队村社区户人口岁月日点时分天次位名家间套座排巷弄路街元块万千百斤公里米届遍条件期季度周年代厅房%℃"
PHONES = re.compile(
    r"(?<!\d)(?:\+?86[-\s]?)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?!\d)"
    r"|(?<!\d)\(?0\d{2,3}\)?[-\s]?\d{3,4}[-\s]?\d{4}(?!\d)|(?<!\d)[48]00-?\d{3,4}-?\d{3,4}(?!\d)"
)
YEAR = r"(?:19|20)\d{2}"
DAYS = re.compile(
    rf"(?<!\d)(?:{YEAR}\s*[-~至到]+\s*{YEAR}(?!\d)|{YEAR}\s*年(?:\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*[日号])?)?|"
    rf"{YEAR}[-./](?:0?[1-9]|1[0-2])(?:[-./]\d{{1,2}})?(?!\d)|{YEAR}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d))"
    rf"|(?:自|从|于|到|至|在|\bsince |\bin |\bfrom |\buntil |\bborn )\s*{YEAR}(?!\d)|(?<!\d)\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?!\d)"
)
COUNTED = re.compile(
    rf"\d+(?:\.\d+)?\s*(?:小时|钟头|星期|礼拜|分钟|秒|刻|[{COUNTS}]|(?:hours?|hrs?|h|minutes?|mins?|days?|weeks?|[ap]m)\b)|(?:门牌|编号|第|房号|\bno\.)\s*[:是为]?\s*\d+|(?<![\da-z])[a-z]{{1,8}}\d+(?![\d])"
)
BRACKETS = re.compile(r"【([^】]*)】|\[([^\]]*)\]")
BEFORE_DIGIT = "选择是回复按答加填为案码项实楚对错发送字与和或不"  # "选1" chooses, "小米1" does not
NUMBER = re.compile(r"\d+")
HAN_DIGITS = re.compile(r"(?:(?<!\w)|(?<=选))([一二三])(?!\w)")
HAN = re.compile(r"[\u4e00-\u9fff]")


class Reading(NamedTuple):
    """`codes`: those of the telephone's own that the sender named. `stray`: numbers that may be meant as one and are none.

    `answer` is confirmed, contradicted, cannot_say, or '' when it is not clear. `words` are as written, without code and
    digit at their head where more follows. `automatic`: no person wrote this.
    """

    codes: frozenset[str]
    stray: bool
    answer: str
    words: str
    automatic: bool = False


def read_reply(text: str, codes: Collection[str] = ()) -> Reading:
    """Reads a text from a telephone to which `codes` were sent. A code counts wherever it stands, the words around it decide."""
    whole = plain(text[:MOST])
    own = without_own(whole)
    named, rest, stray = _take_codes(own, codes)
    automatic = SURE_AUTOMATIC.search(own) is not None or (not named and AUTOMATIC.search(own) is not None)
    if not named and not stray:  # the code may stand in what is quoted, the answer beside it
        named = _take_codes(whole, codes)[0]
    digits, odd = _digits(rest)
    answer = "" if automatic or odd or stray or len(named) > 1 or len(text) > MOST else answer_of(rest, digits)
    answer = answer if answer and is_answer(answer, rest, own, frozenset(named)) else ""
    return Reading(frozenset(named), stray, answer, _after_head(text, named) if answer else text.strip(), automatic)


def _take_codes(text: str, codes: Collection[str]) -> tuple[set[str], str, bool]:
    """The codes named, the text without them and without numbers that only tell something, and whether a stray one is left."""
    named, tails = set[str](), bool(TAIL.search(text))
    text = PHONES.sub(" ", TAIL.sub(" ", SIGNED.sub(" ", text)))
    years = DAYS.sub(lambda day: day[0] if _holds_code(day[0], codes) else f" {TOLD} ", text)

    def take(run: re.Match[str]) -> str:
        code, digit = _code_in(run[0], codes)
        if code and not _is_year(years, run):
            named.add(code)
            return f" {digit} "
        return run[0]

    rest = COUNTED.sub(f" {TOLD} ", BRACKETS.sub(_signature, NUMBER.sub(take, years)))
    stray = tails or any(len(run) > 1 for run in NUMBER.findall(rest))
    return named, rest, stray and not named


def _is_year(text: str, run: re.Match[str]) -> bool:
    """Whether 年 follows: then the number is a year, even where a code is the same."""
    return text[run.end() :].lstrip().startswith("年")


def _holds_code(day: str, codes: Collection[str]) -> bool:
    return "年" not in day and any(number in codes for number in NUMBER.findall(day))


def _code_in(run: str, codes: Collection[str]) -> tuple[str, str]:
    """Code and digits in a run of digits: 4821, 48211, 14821. '' where there is none, or two readings."""
    pairs = [(run[:4], run[4:]), *([(run[1:], run[:1])] if len(run) == 5 else [])]
    fitting = [(code, chosen) for code, chosen in pairs if code in codes and set(chosen) <= set(DIGITS) and len(run) <= 7]
    return fitting[0] if len(fitting) == 1 else ("", "")


def _signature(bracket: re.Match[str]) -> str:
    """Who signs in brackets says who, not what; what was answered inside brackets stays."""
    inside = bracket[1] or bracket[2] or ""
    return " " if is_signature(inside) else f" {inside} "


def _digits(text: str) -> tuple[set[str], bool]:
    """The digits that choose, and whether others stand there that nobody can place."""
    text = HAN_DIGITS.sub(lambda one: f" {'一二三'.index(one[1]) + 1} ", text)
    found, odd = set[str](), False
    for run in NUMBER.finditer(text):
        before = text[run.start() - 1 : run.start()]
        if run[0] not in DIGITS or (HAN.match(before) and before not in BEFORE_DIGIT):
            odd = odd or len(run[0]) < 4
        else:
            found.add(run[0])
    return found, odd


_GAP = r"[\s,，.。:：;；、!！\-+加\"“”'‘’]*"
_END = r"[\s,，.。:：;；、!！]"
_SAID = r"[123]|属实|是的?|对|不属实|不是|否|不对|不清楚|不知道|说不清|yes|no|true|false|unknown"
_CODE = rf"(?P<code>[0-9]{{4}}(?=$|[^0-9]|[123](?:$|{_END})))"
_HEAD = re.compile(rf"{_GAP}{_CODE}?{_GAP}(?:{_SAID})(?:$|{_END}){_END}*(?P<rest>.*)", re.DOTALL | re.IGNORECASE)


def _after_head(text: str, named: Collection[str]) -> str:
    """As written; without code and answer where they stand at the head and words follow."""
    head = _HEAD.match("".join(map(even_digit, text)))  # digit for digit: places stay places of the original
    fits = head is not None and (head["code"] or "") in {"", *named}
    rest = text[head.start("rest") :].strip() if head and fits else ""
    more = re.sub("|".join(map(re.escape, named)) or "(?!)", "", "".join(map(even_digit, rest)))
    return rest if re.search(r"\w", more) else text.strip()
