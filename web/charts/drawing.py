"""Drawing: a series as an SVG picture with its own style and without scripts."""

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import count
from typing import TYPE_CHECKING
from xml.etree import ElementTree  # nosec B405  # reads the picture that was drawn here

from storage.json import Json
from storage.late_modules import Late

if TYPE_CHECKING:
    import pygal
    import pygal.etree
    import pygal.style
else:
    pygal = Late("pygal")  # and with it lxml: serve does without them until somebody looks at a chart

SVG = "{http://www.w3.org/2000/svg}"
FONTS = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
# Ink, lines, and the colours of the lines and bars: the same as in board.css.
INKS = {"light": ("#1d2733", "#55606e", "#8894a3"), "dark": ("#e4e9f0", "#a9b4c2", "#5a6b80")}
COLOURS = {
    "light": ("#14508c", "#b36b00", "#7a4aa8", "#1d7a3e", "#a3316f"),
    "dark": ("#6fa8e0", "#e0a13c", "#b996dd", "#7fd6a0", "#f08fbf"),
}
UNWANTED = (ElementTree.Comment, "script", "desc", f"{SVG}script", f"{SVG}desc")
MANY = 5  # names of lines that do not fit under a picture side by side
NOTHING = "'none'"
STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """One line or one part of the bars: its name and a value for each slot, None where there is none."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn: `kind` is bars (stacked) or lines; `written` makes words of the axis's figures; `top` is where it ends."""

    kind: str
    labels: Sequence[str]
    lines: Sequence[Line]
    written: Callable[[float], str] = "{:g}".format
    top: float | None = None
    empty: str = ""
    ticks: Sequence[float] = ()  # where the axis is written on; with them it grows by multiples, not by sums


def draw(picture: Picture, theme: str = "light", every: int = 1) -> str:
    """The picture as SVG for a light or a dark page; each `every`th label is written."""
    pygal.etree.etree.to_etree()  # where lxml is installed pygal draws with it, and its pictures are taken apart in another way
    chart = (pygal.StackedBar if picture.kind == "bars" else pygal.Line)(**_settings(picture, theme))
    chart.x_labels = list(picture.labels)
    chart.x_labels_major = list(picture.labels)[::-1][::every]  # the newest is written in any case
    values = [value for line in picture.lines for value in line.values if value]
    if values and picture.ticks:
        chart.y_labels = between(picture.ticks, min(values), max(values))
        # A hair more than the labels: pygal leaves out one that rounding puts just outside.
        chart.range = (0.999 * min(*values, *chart.y_labels), 1.001 * max(*values, *chart.y_labels))
    if picture.kind == "bars":
        chart.y_labels = whole_steps(max(map(_height, zip(*(line.values for line in picture.lines), strict=True)), default=0))
    for line in picture.lines:
        chart.add(line.name, list(line.values))
    return _plain(chart.render_tree())


def whole_steps(most: float) -> list[int]:
    """Where the axis of a count is written on: from 0 to `most` or just above, at most seven whole figures with a round step."""
    step = next(size * 10**power for power in count() for size in (1, 2, 5) if most <= 6 * size * 10**power)
    return list(range(0, max(step, int(-(-most // step) * step)) + 1, step))


def between(ticks: Sequence[float], least: float, most: float) -> list[float]:
    """Those that the values lie between: from the last not above the least to the first not below the most."""
    low = max((one for one in ticks if one <= least), default=ticks[0])
    high = min((one for one in ticks if one >= most), default=ticks[-1])
    return [one for one in ticks if low <= one <= high]


def _height(stacked: Sequence[float | None]) -> float:
    return sum(filter(None, stacked))


def policy_of(svg: str) -> str:
    """The Content-Security-Policy of a picture: its own style by its hash, and nothing else."""
    styles = [hashlib.sha256(unescape(text).encode()).digest() for text in STYLE.findall(svg)]
    allowed = " ".join(f"'sha256-{base64.b64encode(one).decode()}'" for one in styles)
    return f"default-src 'none'; style-src {allowed or NOTHING}"


def _settings(picture: Picture, theme: str) -> Json:
    ink, quiet, faint = INKS[theme]
    style = pygal.style.Style(
        background="transparent", plot_background="transparent", foreground=quiet, foreground_strong=ink, foreground_subtle=faint,
        colors=COLOURS[theme], font_family=FONTS, label_font_size=15, major_label_font_size=15, legend_font_size=16,
        no_data_font_size=22, opacity="1", stroke_width="2.5", guide_stroke_color=faint, major_guide_stroke_color=faint,
    )  # fmt: skip
    sides = {
        "width": 1000,
        "height": 360,
        "margin": 8,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": len(picture.lines) if len(picture.lines) < MANY else 3,
        "legend_box_size": 14,
    }
    axis = {"show_minor_x_labels": False, "truncate_legend": -1, "truncate_label": -1, "value_formatter": picture.written}
    reach = {"range": (0, picture.top)} if picture.top else {} if picture.ticks else {"include_x_axis": True}
    plain = {"js": [], "disable_xml_declaration": True, "no_prefix": True, "no_data_text": picture.empty}
    return {"style": style, **sides, **axis, **reach, **plain, "logarithmic": bool(picture.ticks), "dots_size": 4, "max_scale": 6,
            "allow_interruptions": True}  # fmt: skip


def _plain(root: ElementTree.Element) -> str:
    """Without scripts, hover texts and style attributes: a picture needs none, and the strict policy allows none."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in UNWANTED or "tooltip" in child.get("class", "").split():
                parent.remove(child)
            child.attrib.pop("style", None)
    ElementTree.register_namespace("", SVG[1:-1])
    return ElementTree.tostring(root, encoding="unicode")
