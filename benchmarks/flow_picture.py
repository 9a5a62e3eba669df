"""Draw the rooms of the three packages on one page, on floors, with the arrows between them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from benchmarks.flow import (
    PACKAGES,
    STEPS,
    Room,
    find_arrows,
    find_floors,
    find_present,
    read_about,
)

DRAWN_FROM = "Drawn from"
"""Key of the picture's text that holds the digest of the page that it goes with."""

_WIDTH, _HEIGHT, _MARGIN = 2200, 1560, 44
_FINER = 2
"""How much larger it is drawn than shown, so that its edges are smooth."""
_PAPER, _PANEL, _INK, _FAINT, _LINE = "#ffffff", "#f6f8fa", "#1c2733", "#66727f", "#b3bec9"
_PLAIN = "#ffffff"
_HUES = (
    "#3f7fbf", "#2a9d8f", "#6a994e", "#c58b1b", "#d9692f", "#c8553d", "#a4508b", "#6a5acd",
)  # fmt: skip
_TINT = 0.84
"""Share of white in the colour of a step's rooms."""
_STRIP_TOP, _STRIP_HEIGHT = 104, 132
_PANEL_TOP, _PANEL_GAP = 272, 28
_PANEL_HEAD, _PANEL_FOOT = 74, 20
_ROOM_WIDTH, _ROOM_HEIGHT, _ROOM_GAP = 182, 92, 12
_WIRE = 10
"""Width that an arrow takes on a floor that it passes through."""
_LINES = 3
"""Of what is said about a room."""
_SWEEPS = 24
_SHARES = {"corpus": 0.296, "retrieval": 0.296, "bot": 0.408}
"""How much of the page's width each package gets."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Face:
    size: float
    fill: str = _INK
    bold: int = 0


_TITLE, _HEAD, _NAME = _Face(38, bold=1), _Face(27, bold=1), _Face(18, bold=1)
_SMALL, _TINY = _Face(17, _FAINT), _Face(13.5, "#44505c")
_VALUE, _MAKERS = _Face(23, "#ffffff", 1), _Face(14, "#ffffff")


class _Page:
    """A sheet that is measured in shown pixels."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (_WIDTH * _FINER, _HEIGHT * _FINER), _PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def box(
        self, corners: tuple[float, float, float, float], fill: str, edge: str, *, radius: float
    ) -> None:
        at = tuple(round(one * _FINER) for one in corners)
        self._draw.rounded_rectangle(at, radius * _FINER, fill, edge, 3)

    def text(self, at: Point, text: str, face: _Face, *, anchor: str = "lt") -> None:
        place = at[0] * _FINER, at[1] * _FINER
        self._draw.text(place, text, face.fill, _font(face), anchor, stroke_width=face.bold)

    def line(self, points: Sequence[Point], fill: str, width: float) -> None:
        finer = [(x * _FINER, y * _FINER) for x, y in points]
        self._draw.line(finer, fill, round(width * _FINER), joint="curve")

    def head(self, tip: Point, towards: Point, fill: str, size: float) -> None:
        """Draw the head of an arrow; ``towards`` is (0, 1) for down and (1, 0) for right."""
        (x, y), (right, down) = tip, towards
        back = x - right * size * 1.5, y - down * size * 1.5
        corners = [tip, (back[0] + down * size, back[1] + right * size),
                   (back[0] - down * size, back[1] - right * size)]  # fmt: skip
        self._draw.polygon([(a * _FINER, b * _FINER) for a, b in corners], fill)

    def png(self, digest: str) -> bytes:
        shown = self._image.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS)
        few = shown.quantize(192, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        note = PngInfo()
        note.add_text(DRAWN_FROM, digest)
        file = BytesIO()
        few.save(file, "PNG", optimize=True, pnginfo=note)
        return file.getvalue()


def draw(rooms: Sequence[Room], page: str) -> bytes:
    """Draw rooms and arrows.

    Args:
        rooms: All of them.
        page: The text that goes with the picture, which keeps its digest.

    Returns:
        A PNG.
    """
    sheet = _Page()
    sheet.text((_MARGIN, 34), "How data flows through Byline", _TITLE)
    note = (
        "Colours: rooms that make a value.   Arrows: uses, but for those that others imply.   "
        "A package uses those to its left."
    )
    sheet.text((_WIDTH - _MARGIN, 56), note, _SMALL, anchor="rm")
    _draw_steps(sheet, rooms)
    left = float(_MARGIN)
    whole = _WIDTH - 2 * _MARGIN - (len(PACKAGES) - 1) * _PANEL_GAP
    for package in PACKAGES:
        width = whole * _SHARES[package]
        own = {room.name: room for room in rooms if room.package == package}
        _draw_package(sheet, package, own, left, width)
        left += width + _PANEL_GAP
    return sheet.png(digest(page))


def digest(page: str) -> str:
    """Digest a page, so that a picture can say from which it was drawn."""
    return hashlib.sha256(page.encode()).hexdigest()[:12]


def _draw_steps(sheet: _Page, rooms: Sequence[Room]) -> None:
    """Draw the chain of values from a page to what somebody reads."""
    gap = 44
    width = (_WIDTH - 2 * _MARGIN - (len(STEPS) - 1) * gap) / len(STEPS)
    middle = _STRIP_TOP + _STRIP_HEIGHT / 2
    for number, (step, hue) in enumerate(zip(STEPS, _HUES, strict=True)):
        left = _MARGIN + number * (width + gap)
        box = left, _STRIP_TOP, left + width, _STRIP_TOP + _STRIP_HEIGHT
        sheet.box(box, hue, hue, radius=18)
        makers = ", ".join(name.partition(".")[2] for name in find_present(step, rooms))
        lines = [(line, _VALUE, 30) for line in _wrap(step.value, width - 20, _VALUE)]
        lines += [(line, _MAKERS, 19) for line in _wrap(makers, width - 24, _MAKERS)]
        top = middle - sum(height for _, _, height in lines) / 2
        for line, face, height in lines:
            sheet.text((left + width / 2, top + height / 2), line, face, anchor="mm")
            top += height
        if number:
            sheet.line([(left - gap + 6, middle), (left - 14, middle)], _FAINT, 3)
            sheet.head((left - 6, middle), (1, 0), _FAINT, 8)


@dataclass(slots=True)
class _Plan:
    """Where a package's rooms stand.

    Attributes:
        rows: From the top; names of rooms, and wires of arrows that pass through.
        middles: By name or wire, the middle of where it stands.
        tops: Of each row.
        chains: Each arrow's way, from its room over wires to the room it uses.
    """

    rows: list[list[str]]
    chains: list[list[str]]
    middles: dict[str, float] = field(default_factory=dict)
    tops: list[float] = field(default_factory=list)


def _draw_package(
    sheet: _Page, package: str, rooms: Mapping[str, Room], left: float, width: float
) -> None:
    bottom = _HEIGHT - _MARGIN
    sheet.box((left, _PANEL_TOP, left + width, bottom), _PANEL, "#dfe5ea", radius=22)
    sheet.text((left + 26, _PANEL_TOP + 48), package, _HEAD, anchor="ls")
    about = read_about(package).partition(":")[0]
    start = left + 44 + _length(package, _HEAD)
    sheet.text((start, _PANEL_TOP + 48), about, _SMALL, anchor="ls")
    plan = _plan(rooms, int((width - 20) // (_ROOM_WIDTH + _ROOM_GAP)))
    _place(plan, left, width)
    for chain in plan.chains:
        _draw_arrow(sheet, plan, chain)
    for number, row in enumerate(plan.rows):
        for name in row:
            if name in rooms:
                _draw_room(sheet, rooms[name], plan.middles[name], plan.tops[number])


def _plan(rooms: Mapping[str, Room], most: int) -> _Plan:
    """Choose rows of so many rooms at most, and an order in each that crosses few arrows."""
    rows = [list(row) for floor in find_floors(rooms) for row in _split(floor, most)]
    row_of = {name: number for number, row in enumerate(rows) for name in row}
    chains = []
    for user, used in find_arrows(rooms):
        wires = [f"{user}>{used}>{row}" for row in range(row_of[user] + 1, row_of[used])]
        for row, wire in enumerate(wires, row_of[user] + 1):
            rows[row].append(wire)
        chains.append([user, *wires, used])
    pairs = [pair for chain in chains for pair in pairwise(chain)]
    for sweep in range(_SWEEPS):
        order = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
        for number in order:
            _sort(rows, number, pairs, down=sweep % 2 == 0)
    return _Plan(rows, chains)


def _split(floor: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    """Part a floor that is too full into rows of like length."""
    rows = -(-len(floor) // most)
    size = -(-len(floor) // rows)
    return (floor[first : first + size] for first in range(0, len(floor), size))


def _sort(
    rows: list[list[str]], number: int, pairs: Sequence[tuple[str, str]], *, down: bool
) -> None:
    """Order a row by the mean place of what its members are joined to in the next row."""
    other = rows[number - 1 if down else number + 1]
    share = {name: (place + 0.5) / len(other) for place, name in enumerate(other)}
    joined: dict[str, list[float]] = {}
    for upper, lower in pairs:
        near, far = (lower, upper) if down else (upper, lower)
        if far in share:
            joined.setdefault(near, []).append(share[far])
    own = {name: (place + 0.5) / len(rows[number]) for place, name in enumerate(rows[number])}
    means = {name: sum(joined.get(name, [own[name]])) / len(joined.get(name, [0])) for name in own}
    rows[number].sort(key=lambda name: (means[name], own[name]))


def _place(plan: _Plan, left: float, width: float) -> None:
    height = _HEIGHT - _MARGIN - _PANEL_TOP - _PANEL_HEAD - _PANEL_FOOT - _ROOM_HEIGHT
    step = height / max(1, len(plan.rows) - 1)
    plan.tops = [_PANEL_TOP + _PANEL_HEAD + number * step for number in range(len(plan.rows))]
    for row in plan.rows:
        sizes = [_WIRE if ">" in name else _ROOM_WIDTH for name in row]
        gap = min(48.0, (width - 36 - sum(sizes)) / (len(row) + 1))
        at = left + (width - sum(sizes) - gap * (len(row) - 1)) / 2
        for name, size in zip(row, sizes, strict=True):
            plan.middles[name] = at + size / 2
            at += size + gap


def _draw_arrow(sheet: _Page, plan: _Plan, chain: Sequence[str]) -> None:
    row_of = {name: number for number, row in enumerate(plan.rows) for name in row}
    points: list[Point] = []
    for upper, lower in pairwise(chain):
        start = plan.middles[upper], plan.tops[row_of[upper]] + _ROOM_HEIGHT
        end = plan.middles[lower], plan.tops[row_of[lower]] - (7 if lower == chain[-1] else 0)
        points += _curve(start, end)
    sheet.line(points, _LINE, 2)
    sheet.head((points[-1][0], points[-1][1] + 6), (0, 1), _LINE, 5)


def _curve(start: Point, end: Point, pieces: int = 24) -> list[Point]:
    """Bend from a point to a lower one, upright at both ends."""
    (x0, y0), (x1, y1) = start, end
    middle = (y0 + y1) / 2
    points = []
    for piece in range(pieces + 1):
        t = piece / pieces
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        points.append((a * x0 + b * x0 + c * x1 + d * x1, a * y0 + (b + c) * middle + d * y1))
    return points


def _draw_room(sheet: _Page, room: Room, middle: float, top: float) -> None:
    hue = next((hue for step, hue in zip(STEPS, _HUES, strict=True) if room.name in step.rooms), "")
    left = middle - _ROOM_WIDTH / 2
    box = left, top, left + _ROOM_WIDTH, top + _ROOM_HEIGHT
    sheet.box(box, _tint(hue) if hue else _PLAIN, hue or "#c4ced8", radius=12)
    sheet.text((middle, top + 17), room.label, _fit(room.label, _NAME), anchor="mm")
    lines = _shorten(_wrap(room.about.replace("`", ""), _ROOM_WIDTH - 14, _TINY))
    for row, line in enumerate(lines):
        sheet.text((middle, top + 41 + row * 17), line, _TINY, anchor="mm")


def _fit(text: str, face: _Face) -> _Face:
    """Make a face smaller until a room's name fits."""
    while _length(text, face) > _ROOM_WIDTH - 14:
        face = _Face(face.size - 0.5, face.fill, face.bold)
    return face


def _wrap(text: str, width: float, face: _Face) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _length(longer, face) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _shorten(lines: Sequence[str]) -> list[str]:
    """Keep the first lines, the last of which says so where others are left out."""
    kept = list(lines[:_LINES])
    while len(lines) > _LINES and not kept[-1].endswith("…"):
        whole = f"{kept[-1].rstrip(',:;')} …"
        fits = _length(whole, _TINY) <= _ROOM_WIDTH - 14
        kept[-1] = whole if fits else kept[-1].rpartition(" ")[0]
    return kept


def _length(text: str, face: _Face) -> float:
    return _font(face).getlength(text) / _FINER


def _font(face: _Face) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(face.size * _FINER)


def _tint(hue: str) -> str:
    parts = (int(hue[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * _TINT):02x}" for part in parts)
