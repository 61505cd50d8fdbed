"""The family or firm of a bundle as a picture: its people as cards, each question as a line to whom or what it is about.

Left stand those whom most is asked about, right the others and the registers; no line crosses a card. Colour is never alone: a line
has its stroke, its sign and its words too. Every line is a link. Beside the picture stands a list that says the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from storage.late_modules import Late

if TYPE_CHECKING:
    import drawsvg
else:
    drawsvg = Late("drawsvg")  # serve does without it until somebody looks at a bundle

WIDTH, CARD, BROAD, ROUND = 404, 124, 202, 6  # a card is broader at the right: the questions stand in it
RIGHT = WIDTH - BROAD - 1
PAD, LEADING, BIG, SMALL = 10, 18, 15, 13  # in the picture's own pixels: on a telephone they are a tenth less
GAP = 12  # between two cards
BEND = 38  # how far a line goes on before it turns
MARK = 10  # half of a sign's width
WIDE_FROM = 0x2E7F  # from here on letters are as wide as they are high
NARROW = 0.6  # the width of the others, in their height
STUCK = "）〕」”、，。：；？！)"  # never begin a line
SIGNS = {"good": "✓", "stated": "C", "no": "✕", "nothing": "∅", "unclear": "?", "open": "…", "gap": "+", "none": "–"}


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody: `role` in words; one of `many` stands at the right."""

    key: str
    name: str
    role: str
    many: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A question about one or two of the cards. `tone`: green, amber or grey; `sign`: one of SIGNS; `words`: what became of it."""

    about: tuple[str, ...]
    label: str
    tone: str
    sign: str
    words: str
    address: str


@dataclass(slots=True)
class _Block:
    """What stands at the right: a person's card with the questions about them, or one question's register."""

    card: Card | None
    lines: list[Line]
    top: float = 0


def picture(cards: Sequence[Card], lines: Sequence[Line], title: str) -> str:
    """The picture as SVG, to stand in a page; colours and fonts are the page's. Text in it is escaped. `title`: what it shows."""
    left, blocks = _sorted_out(cards, lines)
    heights = [_height(block) for block in blocks]
    total = max(sum(heights) + GAP * (len(blocks) - 1), sum(_card_height(card) + GAP for card in left) - GAP, 1)
    tops = _left_tops(left, total)
    drawing = drawsvg.Drawing(WIDTH, total + 2, class_="family", role="group", aria_labelledby="family-title")
    drawing.append(drawsvg.Raw(f'<title id="family-title">{escape(title)}</title>'))
    for card in left:
        drawing.append(_person(card, 1, tops[card.key], (CARD, _card_height(card))))
    y = max(0.0, (total - sum(heights) - GAP * (len(blocks) - 1)) / 2)
    starts = _starts(left, tops, blocks)
    for block, height in zip(blocks, heights, strict=True):
        block.top = y + 1
        _draw_block(drawing, block, height, starts)
        y += height + GAP
    return str(drawing.as_svg(header="", skip_js=True))


def _sorted_out(cards: Sequence[Card], lines: Sequence[Line]) -> tuple[list[Card], list[_Block]]:
    """Who stands at the left, and what at the right: those of many whom a question joins to somebody at the left."""
    single = {card.key for card in cards if not card.many}
    joined = {key for line in lines if len(line.about) > 1 and single & set(line.about) for key in line.about if key not in single}
    left = [card for card in cards if card.key not in joined]
    registers = [_Block(None, [line]) for line in lines if not joined & set(line.about)]
    people = [_Block(card, [line for line in lines if card.key in line.about]) for card in cards if card.key in joined]
    return left, [*registers, *people]


def _left_tops(left: Sequence[Card], total: float) -> Mapping[str, float]:
    """Where the cards at the left begin: each in the middle of its share."""
    share = total / max(len(left), 1)
    return {card.key: 1 + n * share + (share - _card_height(card)) / 2 for n, card in enumerate(left)}


def _starts(left: Sequence[Card], tops: Mapping[str, float], blocks: Sequence[_Block]) -> dict[str, list[float]]:
    """Where lines leave a card at the left: as many places as there are lines, from top to bottom."""
    found: dict[str, list[float]] = {}
    for card in left:
        many = sum(card.key in line.about for block in blocks for line in block.lines)
        height = _card_height(card)
        found[card.key] = [tops[card.key] + height * (n + 1) / (many + 1) for n in range(many)]
    return found


def _wrapped(text: str, size: float, room: float) -> list[str]:
    """The text in lines that fit; Chinese breaks anywhere, other words between them where they can."""
    lines, line, width = list[str](), "", 0.0
    for piece in _pieces(text):
        wide = _wide(piece, size)
        if line and width + wide > room:
            lines.append(line.rstrip())
            line, width = "", 0.0
        line, width = line + piece, width + wide
    return [*lines, line.rstrip()] if line.strip() else lines or [""]


def _wide(text: str, size: float) -> float:
    return sum(size * (1 if ord(letter) > WIDE_FROM else NARROW) for letter in text)


def _pieces(text: str) -> list[str]:
    found = [""]
    for letter in text:
        if letter in STUCK and not found[-1] and len(found) > 1:
            found.pop()
        found[-1] += letter
        if ord(letter) > WIDE_FROM or letter == " " or len(found[-1]) >= 20:
            found.append("")
    return [piece for piece in found if piece]


def _head_lines(card: Card, width: float) -> tuple[list[str], list[str]]:
    return _wrapped(card.name, BIG, width - 2 * PAD), _wrapped(card.role, SMALL, width - 2 * PAD)


def _role_at(card: Card, width: float) -> tuple[float, int]:
    """Where the role begins, how far to the right and in which line: beside the name where both fit into one, else below."""
    beside = _wide(card.name, BIG) + PAD
    fits = beside + _wide(card.role, SMALL) <= width - 2 * PAD
    return (beside, 0) if fits else (0, len(_head_lines(card, width)[0]))


def _card_height(card: Card, width: float = CARD) -> float:
    return 2 * PAD + LEADING * (_role_at(card, width)[1] + len(_head_lines(card, width)[1]))


def _row_lines(line: Line) -> tuple[list[str], list[str]]:
    room = BROAD - 2 * PAD - MARK
    return _wrapped(line.label, SMALL, room), _wrapped(line.words, SMALL, room)


def _row_height(line: Line) -> float:
    return LEADING * sum(map(len, _row_lines(line))) + PAD


def _height(block: _Block) -> float:
    head = _card_height(block.card, BROAD) - PAD if block.card else 0
    return head + sum(map(_row_height, block.lines)) + PAD


def _person(card: Card, x: float, y: float, size: tuple[float, float]) -> Any:
    names, roles = _head_lines(card, size[0])
    group = drawsvg.Group(class_="who")
    group.append(drawsvg.Rectangle(x, y, *size, rx=ROUND))
    for n, text in enumerate(names):
        group.append(drawsvg.Text(text, BIG, x + PAD, y + PAD + LEADING * n + 13, class_="name"))
    right, first = _role_at(card, size[0])
    for n, text in enumerate(roles, first):
        group.append(drawsvg.Text(text, SMALL, x + PAD + right, y + PAD + LEADING * n + 13, class_="role"))
    return group


def _draw_block(drawing: Any, block: _Block, height: float, starts: dict[str, list[float]]) -> None:
    y = block.top
    if block.card:
        drawing.append(_person(block.card, RIGHT, y, (BROAD, height)))
        y += _card_height(block.card, BROAD) - PAD
    else:
        drawing.append(drawsvg.Rectangle(RIGHT, y, BROAD, height, rx=ROUND, class_="register"))
    y += PAD
    for line in block.lines:
        drawing.append(_link(line, y, [starts[key].pop(0) for key in line.about if starts.get(key)]))
        y += _row_height(line)


def _link(line: Line, y: float, starts: Sequence[float]) -> Any:
    """One question: its lines, its sign at their end, its words; all of it one link."""
    link = _anchor()(href=line.address, class_=f"tie {line.tone} {line.sign}")
    labels, words = _row_lines(line)
    end = y + LEADING * (len(labels) + len(words)) / 2
    for start in starts:
        path = drawsvg.Path(class_="line", fill="none")
        path.M(1 + CARD, start).C(1 + CARD + BEND, start, RIGHT - BEND, end, RIGHT, end)
        link.append(path)
    link.append(_shape(line.sign, RIGHT, end))
    link.append(drawsvg.Text(SIGNS[line.sign], SMALL, RIGHT, end + 5, text_anchor="middle", class_="sign", aria_hidden="true"))
    for n, text in enumerate(labels + words):
        style = "label" if n < len(labels) else "said"
        link.append(drawsvg.Text(text, SMALL, RIGHT + PAD + MARK, y + LEADING * n + 13, class_=style))
    return link


def _shape(sign: str, x: float, y: float) -> Any:
    """Round where a record shows it, a rhombus where it does not, a square where somebody only says it or it is yet to be asked."""
    if sign in ("no", "nothing", "unclear"):
        side = MARK + 3
        return drawsvg.Lines(x, y - side, x + side, y, x, y + side, x - side, y, close=True, class_="mark")
    if sign in ("stated", "gap"):
        return drawsvg.Rectangle(x - MARK, y - MARK, 2 * MARK, 2 * MARK, rx=2, class_="mark")
    return drawsvg.Circle(x, y, MARK, class_="mark")


@cache
def _anchor() -> Any:
    """A link, which the library does not have."""

    class Anchor(drawsvg.DrawingParentElement):  # type: ignore[misc]
        TAG_NAME = "a"

    return Anchor
