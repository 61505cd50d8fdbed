"""Reply parsing: the words for yes, no, cannot say and doubt, in Chinese and English. Pure."""

import re
from collections.abc import Iterable

YES, NO, UNKNOWN = "confirmed", "contradicted", "cannot_say"
DIGITS = {"1": YES, "2": NO, "3": UNKNOWN}

# Spans of these are taken out in this order, so that "不清楚" is no "不..." and "不属实" no "属实".
POLITE = re.compile(
    r"没问题|没有(?:任何)?(?:问题|错误?|出入|异议|变化)|没错|不错|无误|无异议|不客气|不用谢|不好意思|对不[起住]|没关系|没事|不用再|"
    r"\bno (?:problem|mistake|worries)\b|\bnot at all\b"
)
NO_IDEA = re.compile(
    r"不(?:是)?[太很大]?(?:清楚|知道|晓得|了解|熟悉|认识|确定|明白|肯定|详)|没(?:有)?(?:听说|印象|见)过?|说不[清准好]|记不[清得]|"
    r"[搞弄]不清|难说|不好说|无法(?:核实|确认|判断|回答)|未知|"
    r"\bcan ?(?:no|')t say\b|\bcan not say\b|\b(?:do not|don'?t) (?:really )?(?:know|remember)\b|\bdunno\b|\bno idea\b|"
    r"\bnot (?:so )?sure\b|"
    r"\bunsure\b|\bunknown\b|\bunclear\b|\bcan ?(?:no|')t (?:tell|confirm)\b"
)
DENIAL = re.compile(
    r"不属实|[未非]属实|不实|不是|不对|不符|不真|不存在|不成立|不正确|不准确|不同意|没有|并[非没]|非属实|假的|虚假|作假|造假|否认|[有失]误|错|"
    r"查无|无此|\bnot\b|\bno\b|\bnope\b|\bfalse\b|\bwrong\b|\bincorrect\b|\bisn'?t\b|\buntrue\b"
)
ASSENT = re.compile(r"属实|确实是|是真|真实|正确|是的|对的|\byes\b|\byeah\b|\byep\b|\btrue\b|\bcorrect\b|\bright\b")
# A question back, a condition or a promise to look is never an answer.
QUESTION = re.compile(
    r"[?？]|吗|什么|怎么|哪|是不是|是否|对不对|有没有|如果|要是|假如|不[选按]|别[选按]|再[问查核看说回答]|再确认|问一?[问下]|查一?[查下]|核实[一后]|"
    r"待[核查确]|稍[后候等]|回头|晚点|\bif\b|\blater\b|\bwill check\b|\blet me\b"
)
# Somebody who is not sure confirms nothing; but may well say that they cannot say.
HEDGE = re.compile(
    r"可能|好像|大概|也许|或许|应该|应当是|似乎|估计|据说|听说|听人说|不敢|基本|差不多|八成|吧|"
    r"\bmaybe\b|\bperhaps\b|\bprobably\b|\bpossibly\b|\bmight\b|\bi (?:think|guess|believe|suppose)\b|\bseems?\b"
)
BREAKS = re.compile(r"[\s,，.。:：;；、!！~～\-+/|()（）<>《》\"“”'‘’「」『』*#=_…&@]+")
# An answer in words is a clause of its own: "是" answers, "是他弟弟" tells something else.
_BEFORE = r"(?:(?:我|本人|情况|信息|内容|以上|该|此|经?核实|经查|确认|确实|完全|全部|都|均|回复|答复|结果|为|这个?|真的?|实在|也))*"
_AFTER = r"(?:的|了|啊|呀|哦|哈|噢|呢|谢谢|这(?:个?事|件事|个?人|家人))*"
CLAUSES = {
    YES: re.compile(rf"{_BEFORE}(?:是|对|属实|正确|真的|yes|true|correct){_AFTER}"),
    NO: re.compile(rf"{_BEFORE}(?:不属实|不是|不对|不|没|否|不实|不正确|假的|no|false|untrue){_AFTER}"),
    UNKNOWN: re.compile(rf"{_BEFORE}(?:unknown|unsure){_AFTER}"),
}
BARE_NO = frozenset({"不", "没"})  # speak against a yes and are too little for a no
NOT_TRUE = re.compile(r"\bnot (?:true|correct|right)\b")
IDEA_MARK = "unknown"


def classes_of(text: str) -> tuple[set[str], set[str]]:
    """Which answers the words speak for anywhere, and which of them stand as a clause of their own."""
    rest, ideas = NO_IDEA.subn(f" {IDEA_MARK} ", _without_polite(text))
    clauses = [clause for clause in BREAKS.split(rest) if clause]
    own = {answer for answer, pattern in CLAUSES.items() for c in clauses if c not in BARE_NO and pattern.fullmatch(c)}
    spoken = set(own) | {NO for clause in clauses if clause in BARE_NO} | ({UNKNOWN} if ideas else set())
    rest, denials = DENIAL.subn(" ", rest.replace(IDEA_MARK, " "))
    return spoken | ({NO} if denials else set()) | ({YES} if ASSENT.search(rest) else set()), own


def without_ideas(text: str) -> str:
    """The text without what is only polite, and with a mark in place of each way of saying that somebody does not know."""
    return NO_IDEA.sub(f" {IDEA_MARK} ", _without_polite(text))


def _without_polite(text: str) -> str:
    return NOT_TRUE.sub(" 不属实 ", POLITE.sub(_polite, text))


def _polite(match: re.Match[str]) -> str:
    return " 属实 " if match[0] in ("没错", "无误") else " "


def answer_of(text: str, digits: Iterable[str]) -> str:
    """The one answer that digit and words give together; '' where they contradict each other, doubt or ask."""
    spoken, own = classes_of(text)
    chosen = {DIGITS.get(digit, "") for digit in digits} or own
    if len(chosen) != 1 or QUESTION.search(text):
        return ""
    (answer,) = chosen
    hedged = answer != UNKNOWN and HEDGE.search(text)
    return "" if hedged or spoken - {answer} else answer
