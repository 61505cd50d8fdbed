"""Reply parsing: takes our own quoted text out of a reply, so that it is not read as an answer."""

import re
from functools import lru_cache

from contacts.alerts.plain_text import plain
from contacts.wording import placeholders, read_wording, templates

HEAD = r"(?:【核查】|\[hecha\])"
QUOTES = "\"“”'‘’「」『』"
CHOICES = (("1", "是|属实|yes|true"), ("2", "不是|不属实|no|not true"), ("3", "不清楚|cannot say"))  # older texts said 属实
# Where a telephone says in words that somebody put a thumb to a text: nothing was written.
REACTION = re.compile(
    rf"^\s*(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|reacted .{{1,12}} to|removed an? .{{1,20}} from|"
    rf"[^\w\s]{{1,4}}\s*(?:to|给)|很?赞了?|点赞了?|喜爱了?|喜欢了?|倒赞了?|大笑|强调了?|质疑了?|回应了?)\s*[{QUOTES}].*$"
    rf"|^\s*对\s*[{QUOTES}].*[{QUOTES}]\s*.{{0,6}}(?:赞|喜爱|喜欢|回应|表情).{{0,4}}$",
    re.DOTALL,
)
MAIL_QUOTE = re.compile(r"^\s*>.*$", re.MULTILINE)
ORIGINAL = re.compile(r"(?:-{2,}\s*)?(?:原始?(?:短信|消息|信息|邮件)|original message)\b.*", re.DOTALL)


def without_own(text: str) -> str:
    """What the sender wrote: the text (plain, in small letters) without what it quotes of ours."""
    for pattern in (REACTION, *_quoted()):
        text = pattern.sub(" ", text)
    return ORIGINAL.sub(" ", MAIL_QUOTE.sub(" ", text))


@lru_cache
def _quoted() -> tuple[re.Pattern[str], ...]:
    """Each of our texts in full, what a telephone cut off of one, and the three choices alone."""
    texts = [plain(read_wording(name)[locale]) for name in templates() for locale in ("zh", "en")]
    bodies = sorted((re.sub(r"^(?:【核查】|\[hecha\])\s*", "", text) for text in texts), key=len, reverse=True)
    whole = "|".join(_any_filling(body) for body in bodies)
    begun = "|".join(sorted({re.escape(head) for body in bodies if len(head := body.split("{")[0][:6].strip()) > 1}))
    choices = r"\W*".join(rf"[0-9]{{4}}\s*{digit}[{QUOTES}]?\s*(?:{words})" for digit, words in CHOICES)
    return (
        re.compile(rf"[{QUOTES}]?(?:{HEAD}\s*)?(?:{whole})[{QUOTES}]?", re.DOTALL),
        re.compile(rf"[{QUOTES}]?{HEAD}\s*(?:{begun}).*"),
        re.compile(choices),
    )


def _any_filling(body: str) -> str:
    """The text as a pattern: whatever stands in its places, and whatever spaces and quotes a telephone makes of its own."""
    pattern = re.escape(body)
    for name in placeholders(body):
        pattern = pattern.replace(re.escape(f"{{{name}}}"), r".{1,24}?")
    pattern = re.sub(rf"[{QUOTES}]", rf"[{QUOTES}]?", pattern)
    return re.sub(r"(?:\\ )+", r"\\s+", pattern)
