"""Bars as SVG, drawn on the server: no script, and text that is text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import ceil

from bot.pages.markup import Node, make

_WIDTH, _HEIGHT, _TOP, _BELOW = 640, 200, 14, 22
_STEPS = (1, 2, 3, 4, 5, 6, 8)


def draw_bars(title: str, days: Mapping[date, tuple[int, int]]) -> Node:
    """Draw a bar a day, of two parts.

    Args:
        title: What it shows, for who does not see it.
        days: How many in all, and how many of these are of the second kind; oldest first.
    """
    top = round_up(max((all_ for all_, _ in days.values()), default=0))
    step = _WIDTH / max(1, len(days))
    bars: list[Node] = []
    for number, (day, (count, second)) in enumerate(days.items()):
        left, width = number * step + 2, step - 4
        first = _height(count - second, top)
        bars += [
            _bar("one", left, _floor() - first, width, first),
            _bar("two", left, _floor() - first - _height(second, top), width,
                 _height(second, top)),
        ]  # fmt: skip
        if number % max(1, ceil(len(days) / 7)) == 0:
            label = f"{day:%d.%m.}"
            bars.append(_text(label, left + width / 2, _HEIGHT - 6, text_anchor="middle"))
    grid = [
        make("line", x1="0", x2=str(_WIDTH), y1=_place(value, top), y2=_place(value, top))
        for value in (0, top)
    ]
    figures = ", ".join(f"{day:%d.%m.}: {count}" for day, (count, _) in days.items())
    shown = make("svg", make("title", title), make("desc", figures), *grid, *bars,
                 _text(f"{top:,}", 2, _TOP - 3), role="img", class_="bars")  # fmt: skip
    shown.set("viewBox", f"0 0 {_WIDTH} {_HEIGHT}")
    return shown


def round_up(count: int) -> int:
    """The next round number, 4 at least: a digit with noughts, but for 7 and 9.

    Example:
        >>> round_up(0), round_up(7), round_up(38), round_up(50)
        (4, 8, 40, 50)
    """
    size = 1
    while True:
        for step in _STEPS:
            if step * size >= max(4, count):
                return step * size
        size *= 10


def _floor() -> float:
    return _HEIGHT - _BELOW


def _height(count: int, top: int) -> float:
    return count * (_floor() - _TOP) / top


def _place(count: int, top: int) -> str:
    return f"{_floor() - _height(count, top):.1f}"


def _bar(kind: str, x: float, y: float, width: float, height: float) -> Node:
    return make("rect", class_=kind, x=f"{x:.1f}", y=f"{y:.1f}", width=f"{width:.1f}",
                height=f"{height:.1f}")  # fmt: skip


def _text(label: str, x: float, y: float, **attributes: str) -> Node:
    return make("text", label, x=f"{x:.1f}", y=f"{y:.1f}", **attributes)
