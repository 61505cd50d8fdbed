"""The picture of a bundle: everybody and every question in it, nothing crossing or running out, and no name read as markup."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from requesters.bundles.picture import CARD, RIGHT, SIGNS, WIDTH, Card, Line, picture

SVG = "{http://www.w3.org/2000/svg}"


def heirs(count: int, name: str = "吴二") -> tuple[list[Card], list[Line]]:
    cards = [Card("deceased.0", "吴大", "被继承人"), *(Card(f"heir.{n}", f"{name}{n}", "继承人", True) for n in range(count))]
    lines = [Line(("deceased.0",), "死亡", "green", "good", "已登记死亡 · 甲级", "/cases/1")]
    lines += [
        Line(("deceased.0", f"heir.{n}"), "亲属关系", "amber", "stated", "社区陈述，供参考", f"/{n + 2}") for n in range(count)
    ]
    return cards, lines


def drawn(cards: list[Card], lines: list[Line]) -> ElementTree.Element:
    return ElementTree.fromstring(str(picture(cards, lines, "家庭")))


def texts(root: ElementTree.Element) -> str:
    return "".join(one.text or "" for one in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("count", [0, 1, 2, 20])
def test_everybody_and_every_question_is_in_it_once_with_its_words(count: int) -> None:
    cards, lines = heirs(count)
    root = drawn(cards, lines)

    links = root.findall(f".//{SVG}a")
    assert sorted(link.get("href", "") for link in links) == sorted(line.address for line in lines)
    assert [texts(link).replace(SIGNS["stated"], "", 1) for link in links[1:]] == ["亲属关系社区陈述，供参考"] * count
    for card in cards:
        assert texts(root).count(card.name + card.role) == 1
    assert [len(link.findall(f"{SVG}path")) for link in links] == [1] * (count + 1)


def test_cards_stand_apart_and_inside_the_picture() -> None:
    root = drawn(*heirs(20))
    boxes = [
        tuple(float(one.get(side, "")) for side in ("x", "y", "width", "height"))
        for one in root.iter(f"{SVG}rect")
        if one.get("rx") != "2"
    ]
    height = float(root.get("height", ""))

    assert all(x >= 0 and y >= 0 and x + w <= WIDTH and y + h <= height for x, y, w, h in boxes)
    for side in (1.0, float(RIGHT)):
        column = sorted((y, h) for x, y, _, h in boxes if x == side)
        assert all(y + h < below for (y, h), (below, _) in pairwise(column))
    assert 1 + CARD < RIGHT


def test_names_and_words_are_text_and_never_markup() -> None:
    cards, lines = heirs(1, '<script>alert("x")</script>&')
    told = str(picture(cards, lines, '<b>"'))

    assert "<script" not in told
    assert "<b>" not in told
    assert '<script>alert("x")</script>&0' in texts(ElementTree.fromstring(told))


def test_long_words_in_any_language_are_broken_and_none_is_lost() -> None:
    words = ["Antidisestablishmentarianism-and-more " * 3, "非常长的反馈说明，" * 8]
    for said in words:
        cards = [Card("a.0", said, "x")]
        root = drawn(cards, [Line(("a.0",), said, "grey", "open", said, "/x")])
        assert texts(root).count("".join(said.split())[:200][-8:]) >= 1
        assert "".join(texts(root).split()).count("".join(said.split())) == 3


def test_two_who_stand_alone_share_a_question_and_each_line_leads_to_it() -> None:
    cards = [Card("buyer.0", "甲", "借款人"), Card("spouse.0", "乙", "配偶")]
    root = drawn(cards, [Line(("buyer.0", "spouse.0"), "婚姻登记", "grey", "gap", "尚未询问", "#q")])

    (link,) = root.findall(f".//{SVG}a")
    assert (link.get("href"), len(link.findall(f"{SVG}path"))) == ("#q", 2)
