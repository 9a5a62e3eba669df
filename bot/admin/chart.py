"""Draw the figures of `/stats` as a picture.

Pillow is all it takes: bars and a few numbers need no plotting library, and it brings a font along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from math import ceil

from PIL import Image, ImageDraw, ImageFont

_WIDTH, _HEIGHT, _MARGIN = 960, 640, 48
_FINER = 2
"""How much larger it is drawn than shown, so that its edges are smooth."""
_PAPER, _INK, _FAINT, _LINE = "#ffffff", "#1c2733", "#7b8794", "#e4e9ee"
_BAR, _MISSED = "#2f6fb5", "#e2a23b"
_TILE = "#f4f7fa"
_TILES_TOP, _TILE_HEIGHT, _TILE_GAP = 108, 112, 16
_PLOT_TOP, _PLOT_BOTTOM = 316, _HEIGHT - 84
_LINES = 4
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class _Face:
    """How text looks.

    Attributes:
        size: In shown pixels.
        fill: Its colour.
        outline: How much heavier it is drawn, in pixels as drawn; the font has one weight only.
    """

    size: float
    fill: str
    outline: int = 0


_LARGE, _SMALL = _Face(34, _INK, 1), _Face(17, _FAINT)


def draw(
    title: str,
    tiles: Sequence[tuple[str, str]],
    days: Mapping[date, tuple[int, int]],
    *,
    legend: tuple[str, str],
) -> bytes:
    """Draw some numbers above a bar a day.

    Args:
        title: Stands on top.
        tiles: Numbers as they are to be shown, each with what it is; five fit.
        days: How many questions were asked, and how many of these not answered; oldest first.
        legend: What the two colours mean: the answered, the others.

    Returns:
        A PNG.
    """
    page = _Page()
    page.text((_MARGIN, 44), title, _LARGE)
    width = (_WIDTH - 2 * _MARGIN - (len(tiles) - 1) * _TILE_GAP) / max(1, len(tiles))
    for number, (value, label) in enumerate(tiles):
        left = _MARGIN + number * (width + _TILE_GAP)
        page.box((left, _TILES_TOP, left + width, _TILES_TOP + _TILE_HEIGHT), _TILE, radius=12)
        page.text((left + 18, _TILES_TOP + 22), value, _LARGE)
        page.text((left + 18, _TILES_TOP + 74), label, _SMALL)
    _draw_legend(page, legend)
    _draw_days(page, days)
    return page.png()


class _Page:
    """A sheet that is measured in shown pixels."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (_WIDTH * _FINER, _HEIGHT * _FINER), _PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def box(
        self, corners: tuple[float, float, float, float], fill: str, *, radius: float = 0
    ) -> None:
        left, top, right, bottom = (round(at * _FINER) for at in corners)
        whole = (left, top, max(left, right - 1), max(top, bottom - 1))
        self._draw.rounded_rectangle(whole, radius * _FINER, fill)

    def text(
        self, place: tuple[float, float], text: str, face: _Face, *, anchor: str = "lt"
    ) -> None:
        """Write a line; ``anchor`` says which of its points stands at the place, as in Pillow."""
        left, top = place
        at, font = (left * _FINER, top * _FINER), _font(face)
        self._draw.text(at, text, face.fill, font, anchor, stroke_width=face.outline)

    def png(self) -> bytes:
        shown = self._image.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS)
        file = BytesIO()
        shown.save(file, "PNG", optimize=True)
        return file.getvalue()


def _font(face: _Face) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(face.size * _FINER)


def _width(text: str, face: _Face) -> float:
    return _font(face).getlength(text) / _FINER


def _draw_legend(page: _Page, legend: tuple[str, str]) -> None:
    left = float(_MARGIN)
    for colour, text in zip((_BAR, _MISSED), legend, strict=True):
        page.box((left, 262, left + 16, 278), colour, radius=4)
        page.text((left + 26, 270), text, _SMALL, anchor="lm")
        left += 26 + _width(text, _SMALL) + 32


def _draw_days(page: _Page, days: Mapping[date, tuple[int, int]]) -> None:
    top = _rounded_up(max((asked for asked, _ in days.values()), default=0))
    left = _MARGIN + _width(f"{top:,}", _SMALL) + 16
    _draw_lines(page, top, left)
    wide = (_WIDTH - _MARGIN - left) / max(1, len(days))
    for number, (day, (asked, missed)) in enumerate(days.items()):
        start, end = left + (number + 0.16) * wide, left + (number + 0.84) * wide
        whole, part = _height(asked, top), _height(missed, top)
        if asked:
            page.box((start, whole, end, _PLOT_BOTTOM), _BAR, radius=5)
            page.box((start, max(whole, _PLOT_BOTTOM - 6), end, _PLOT_BOTTOM), _BAR)
        if missed:
            page.box((start, part, end, _PLOT_BOTTOM), _MISSED)
        _name_day(page, day, at=(start + end) / 2, first=number == 0)


def _draw_lines(page: _Page, top: int, left: float) -> None:
    for line in range(_LINES + 1):
        value = top * line / _LINES
        at = _height(value, top)
        page.box((left, at, _WIDTH - _MARGIN, at + 1), _LINE)
        if value == int(value):
            label = f"{int(value):,}"
            page.text((left - 16, at), label, _SMALL, anchor="rm")


def _name_day(page: _Page, day: date, *, at: float, first: bool) -> None:
    page.text((at, _PLOT_BOTTOM + 16), str(day.day), _SMALL, anchor="mt")
    if first or day.day == 1:
        page.text((at, _PLOT_BOTTOM + 40), f"{day:%b}", _SMALL, anchor="mt")


def _height(value: float, top: int) -> float:
    return _PLOT_BOTTOM - (_PLOT_BOTTOM - _PLOT_TOP) * value / top


def _rounded_up(most: int) -> int:
    """The next number that a scale of four parts may end in: 4, 8, 10, 20, 40, 100 and so on."""
    wanted = max(1, most) / _LINES
    scale = 10 ** (len(str(ceil(wanted))) - 1)
    step: float = next(step for step in _STEPS if step * scale >= wanted)
    return int(_LINES * step * scale)
