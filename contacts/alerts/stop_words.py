"""STOP and START: the words by which a person opts out of texts, or in again. Pure."""

import re
from enum import StrEnum

from contacts.alerts.plain_text import plain

SIGNS = re.compile(r"[\W_]+")
MOST = 100  # characters
BRACKETS = re.compile(r"【[^】]*】")
CODE = re.compile(r"^\d{4}(?!\d)|(?<!\d)\d{4}$")  # of whatever question: all texts stop
# Twilio's own words, those of the mainland's carriers, and what people write instead; signs and spaces are left out before.
STOP = re.compile(
    r"(?:please)?(?:stop(?:all|it|now|please)?|unsubscribe|cancel|end|quit|optout|revoke)|(?:回复?)?(?:td|t)+|"
    r"(?:我要|我想|申请|请|回复?)*(?:td?)?(?:退订|拒收|停发|取消(?:订阅|短信|接收)|停止(?:发送|接收)?|不再接收|不接收)(?:短信|回复?|td?)*|"
    r"请?(?:不要|不用|别|勿)再?(?:给我|向我)?发(?:送)?(?:短信|信息)?(?:给我)?(?:了|啦)?"
)
START = re.compile(
    r"(?:please)?(?:start(?:again|now)?|unstop|resume|subscribe)|"
    r"(?:我要|我想|申请|请|回复?)*(?:重新|继续)?(?:开始|恢复|订阅|开通|取消退订|(?<=重新)接收|(?<=继续)(?:接收|发送?))(?:发送|接收|订阅|短信)*"
)


class Wish(StrEnum):
    """What a telephone wants."""

    STOP = "stop"
    START = "start"


def wish_of(text: str) -> Wish | None:
    """STOP or START where the whole text says so and nothing else; a word inside a sentence is none."""
    if len(text) > MOST:
        return None
    word = CODE.sub("", SIGNS.sub("", BRACKETS.sub("", plain(text))))
    if STOP.fullmatch(word):
        return Wish.STOP
    return Wish.START if START.fullmatch(word) else None
