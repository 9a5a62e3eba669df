"""The picture of the figures."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.admin.chart import _rounded_up, draw

BLUE, AMBER = (47, 111, 181), (226, 162, 59)
LEGEND = ("answered", "unanswered")


def days(*counts):
    first = date(2026, 2, 25)
    return {first + timedelta(days=number): one for number, one in enumerate(counts)}


def drawn(*counts):
    """The picture, without the legend above its bars."""
    png = draw("Byline", [("1", "article")], days(*counts), legend=LEGEND)
    return Image.open(BytesIO(png)).convert("RGB").crop((100, 300, 960, 640))


def heights(image, colour):
    """How many pixels of a colour each column has, columns without any left out."""
    wide, high = image.size
    pixels = image.load()
    counts = [sum(pixels[x, y] == colour for y in range(high)) for x in range(wide)]
    return {count for count in counts if count > 20}


def test_a_bar_is_as_high_as_its_number():
    high, low = max(heights(drawn((100, 0)), BLUE)), max(heights(drawn((100, 0), (50, 0)), BLUE))
    assert high == pytest.approx(240, abs=8)
    assert low == pytest.approx(240, abs=8)
    assert min(heights(drawn((50, 0), (100, 0)), BLUE)) == pytest.approx(120, abs=8)


def test_the_unanswered_stand_at_the_foot_of_their_bar():
    image = drawn((100, 25))
    assert max(heights(image, AMBER)) == pytest.approx(60, abs=8)
    assert max(heights(image, BLUE)) == pytest.approx(180, abs=8)


@pytest.mark.parametrize("counts", [(), ((0, 0),), ((0, 0), (0, 0)), ((1, 1),) * 31])
def test_whatever_was_counted_can_be_drawn(counts):
    assert not heights(drawn(*counts), BLUE)


@given(st.integers(0, 10**9))
def test_a_scale_ends_at_a_round_number_little_above_the_largest(most):
    top = _rounded_up(most)
    assert top >= max(1, most)
    assert top <= max(4, 2.5 * most)
    assert str(top).rstrip("0") in {"4", "8", "1", "2"}
