"""Pictures of tables: drawn by pygal on the server as plain SVG, so that they need no script, print, and stay sharp.

pygal puts a style sheet, a script and hints for a pointer into each picture. Our security policy forbids the first two
and a finger has no pointer: they are taken out again, and static/css/dashboards.css says how a picture looks. Colour is
never alone: each series has its own filling, each bar its figure, and the table stands beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pygal
from django.utils.safestring import SafeString, mark_safe
from pygal.etree import etree
from pygal.style import Style

WIDTH = 340
# What pygal takes for the width of a letter is three fifths of its size; a Chinese character is as wide as it is high.
LETTER, MEASURED = 13, 22
LONGEST_LABEL = 9
_STYLE = Style(label_font_size=MEASURED, major_label_font_size=MEASURED, value_font_size=LETTER)
_SVG = "{http://www.w3.org/2000/svg}"
# How a series is filled beside its colour: the lines of a tile of 8 by 8. The first is dark, the last is light.
_TILES = ("", "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4", "M0,4 h8", "")


@dataclass(frozen=True, slots=True)
class Series:
    """One row of bars: what it is, how long each bar is, and what is written at it. Nothing where it must not show."""

    name: str
    values: Sequence[int | None]
    texts: Sequence[str]


def bars(name: str, title: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Lying bars, the first label on top; nothing where there is nothing to draw."""
    longest = max((value or 0 for one in series for value in one.values), default=0)
    if not longest:
        return SafeString("")
    thickness = 32 if len(series) == 1 else 24 * len(series) + 8
    room = _room([_cut(label) for label in labels], [text for one in series for text in one.texts])
    chart = pygal.HorizontalBar(
        **_common(len(labels) * thickness, lying=True), range=(0, longest * room), print_values=True
    )
    return _drawn(chart, name, title, labels[::-1], [_turned(one) for one in series])


def stacked(name: str, title: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Lying bars of parts that make up a whole."""
    if not any(value for one in series for value in one.values):
        return SafeString("")
    chart = pygal.HorizontalStackedBar(**_common(len(labels) * 40, lying=True))
    return _drawn(chart, name, title, labels[::-1], [_turned(one) for one in series])


def columns(name: str, title: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Standing bars, for what follows in time."""
    if not any(value for one in series for value in one.values):
        return SafeString("")
    return _drawn(pygal.Bar(**_common(200, lying=False)), name, title, labels, series)


def _common(height: int, *, lying: bool) -> dict[str, Any]:
    return {
        "width": WIDTH,
        "height": height + (12 if lying else 0),
        "style": _STYLE,
        "js": [],
        "show_legend": False,
        "show_x_labels": not lying,
        "show_x_guides": False,
        "show_y_guides": not lying,
        "print_values_position": "top",
        "margin": 6,
        "spacing": 6,
        "max_scale": 5,
        "no_prefix": True,
        "truncate_label": -1,
        "value_formatter": lambda value: f"{value:,.0f}",
    }


def _cut(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def _room(labels: Sequence[str], texts: Sequence[str]) -> float:
    """How much longer than the longest bar the axis is, so that the figures beyond the bars have their place."""
    axis = WIDTH - 24 - max(len(label) for label in labels) * LETTER
    figures = max(sum(LETTER if letter > "\u2000" else LETTER * 0.6 for letter in text) for text in texts) + 12
    return axis / max(axis - figures, axis / 3)


def _turned(one: Series) -> Series:
    """pygal begins below."""
    return Series(one.name, one.values[::-1], one.texts[::-1])


def _drawn(chart: Any, name: str, title: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    chart.x_labels = [_cut(label) for label in labels]
    for one in series:
        pairs = zip(one.values, one.texts, strict=True)
        chart.add(one.name, [None if value is None else _bar(value, text) for value, text in pairs])
    root = chart.render_tree()
    _strip(root)
    root.attrib.update({"class": "chart", "role": "img", "aria-label": title})
    root.attrib.pop("id", None)
    _fill(root, name, len(series))
    picture: str = etree.tostring(root, encoding="unicode")
    return mark_safe(picture)  # noqa: S308 - pygal escapes what it is given


def _bar(value: int, text: str) -> dict[str, Any]:
    return {"value": value, "formatter": lambda _value: text}


def _strip(root: Any) -> None:
    """Take out what a page of ours must not have or does not show."""
    for parent in list(root.iter()):
        for child in list(parent):
            tag = child.tag.removeprefix(_SVG) if isinstance(child.tag, str) else ""
            kind = child.get("class", "") if tag else ""
            if tag in {"", "style", "script", "desc", "title"} or "tooltip-overlay" in kind or kind == "background":
                parent.remove(child)
            elif tag == "text" and kind == "value":
                child.set("text-anchor", "start")


def _fill(root: Any, name: str, number: int) -> None:
    """Give each series its filling: a tile of lines on its colour. Its name makes it the page's only one."""
    definitions = root.find("defs") if root.find("defs") is not None else root.find(f"{_SVG}defs")
    for place in range(1, number):
        tile = etree.SubElement(definitions, "pattern", id=f"{name}-{place}", width="8", height="8")
        tile.set("patternUnits", "userSpaceOnUse")
        etree.SubElement(tile, "rect", width="8", height="8", attrib={"class": f"tile-{place}"})
        etree.SubElement(tile, "path", d=_TILES[place % len(_TILES)], attrib={"class": "line"})
        for group in root.iter("g", f"{_SVG}g"):
            if f"serie-{place} " in f"{group.get('class', '')} ":
                for rect in group.iter("rect", f"{_SVG}rect"):
                    rect.set("fill", f"url(#{name}-{place})")
