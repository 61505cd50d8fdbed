"""Reply parsing: whether the words beside a reply's digit or word leave it a clear answer. Pure.

Nobody can list all the words that deny a yes. So it goes the other way round: beside an answer stand only words of a closed list.
A text that begins with its code and its answer is meant as one; it may tell something more, if none of that takes it back.
"""

import re

from contacts.alerts.reply_words import BREAKS, CLAUSES, IDEA_MARK, NO, UNKNOWN, YES, without_ideas

TOLD = "§"  # stands in a text for a day or a counted thing that was taken out of it
LONGEST = 40  # characters of friendly words; whoever has more to say is read by a person

_WORDS = (
    r"您好|你好|谢谢[您你]?|多谢|感谢|辛苦了?|麻烦[您你]?了?|好的?|嗯|哦|啊|呀|各位|领导|同志|警官|"
    r"(?:我|本人)是(?:(?![他她不没非叔伯舅姑姨婶侄甥])[\u4e00-\u9fff]){0,12}?(?:书记|主任|委员|网格员|社工)|我们?|本人|他们?|她们?|二人|两人|这个?人|此人|该人|这家人|情况|以上|"
    r"选择?|回复?|答复?|答案|填|加|发送?|按|为|[🙏😊🙂😄🌹🤝]"
)
_LATIN = r"i|we|they|he|she|it|is|are|that|the|please|thanks?|you|hi|hello|ok(?:ay)?|reply|answer|code|my"
_NEUTRAL = re.compile(rf"(?:(?:{_WORDS}|[\U0001f3fb-\U0001f3ff\u200d])++|{_LATIN}|{IDEA_MARK})")
_SIGNS = {YES: re.compile("[👍👌✅✔☑💯👏\U0001f3fb-\U0001f3ff]+"), NO: re.compile("[👎❌✖✘✗🙅\U0001f3fb-\U0001f3ff]+")}
_SAID = rf"[123一二三]|(?:情况)?不?属实|不?是|不?对|否|yes|no|true|false|{IDEA_MARK}"
_HEAD, _ANSWERED = rf"(?:{_WORDS}|[\W_])*+", rf"[\W_]*(?:选择?|加|答|是|我|经核实|i)?[\W_]*(?:{_SAID})"
_HAN_ONLY = re.compile(rf"[\u3400-\u9fff\U00020000-\U0003ffff{TOLD}]*")
# Whoever writes this is away or speaks of something else, whatever digit stands beside it.
_AWAY = re.compile("正在|开会|会议|休假|请假|出差|忙|回[您你]|联系|来信|来电|离职|调[走离到]|退休|不在")
# What may take a yes back: a denial, a doubt, another time, another person, any kinship, a reservation.
_TAKES_BACK = re.compile(
    "[不没無无非未否勿毫莫别另假骗谎错误冒伪曾原前离散断绝退但却仅只除死亡怪听]|其他|其它|他人|外人|以往|过去|可是|然而|而已|去世|过世|"
    "同名|同事|同学|战友|朋友|是(?!我)|[父母爸妈爹娘夫妻儿女子兄弟姐妹哥嫂叔伯舅姑姨婶侄甥孙祖爷奶婆公岳婿媳亲养继干]"
)
_SIGNED = re.compile(r"[\u4e00-\u9fff·\s]{0,16}(?:社区|村|街道|镇|居委会?|村委会?|书记|主任|网格员)[\u4e00-\u9fff]{0,4}")
_NO_SIGNATURE = re.compile("[不没無无非未否别另假骗离是叔伯舅姑姨婶侄甥亲养继]")
_TURNS = re.compile("但|可是|然而|却|只是|不过")


def is_answer(answer: str, rest: str, whole: str, codes: frozenset[str]) -> bool:
    """Whether this answer stands with what is beside it.

    `rest` is the text (plain) without its code, with TOLD for what only tells something, `whole` the text with it, `codes` the
    code that it names, or none.
    """
    clauses = _others(answer, rest)
    return not clauses or (_begins(whole, codes) and _is_friendly(answer, clauses, rest))


def is_signature(inside: str) -> bool:
    """Whether what stands in brackets says only who writes: a place or an office, and nothing about the question."""
    return _SIGNED.fullmatch(inside) is not None and _NO_SIGNATURE.search(inside) is None


def _others(answer: str, rest: str) -> list[str]:
    """The clauses that neither say the same as the answer nor add nothing."""
    words = without_ideas(re.sub(r"\d+|(?<!\w)[一二三](?!\w)|(?<=选)[一二三]", " ", rest))
    return [
        clause
        for clause in BREAKS.split(words)
        if clause
        and not _NEUTRAL.fullmatch(clause)
        and not CLAUSES[answer].fullmatch(clause)
        and not (answer in _SIGNS and _SIGNS[answer].fullmatch(clause))
    ]


def _begins(whole: str, codes: frozenset[str]) -> bool:
    code = "|".join(map(re.escape, codes)) or "(?!)"
    return re.match(f"{_HEAD}(?:{code}){_ANSWERED}", without_ideas(whole)) is not None


def _is_friendly(answer: str, clauses: list[str], rest: str) -> bool:
    more = "".join(clauses)
    if len(more) > LONGEST or not _HAN_ONLY.fullmatch(more) or _AWAY.search(rest):
        return False
    if answer == UNKNOWN:
        return True
    if answer == YES:
        return _TAKES_BACK.search(more) is None
    denied = any(CLAUSES[NO].fullmatch(clause) for clause in BREAKS.split(rest))
    return _TURNS.search(more) is None and (denied or not any(re.search("(?<!不)是", clause) for clause in clauses))
