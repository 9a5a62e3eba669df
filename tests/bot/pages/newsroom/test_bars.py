from __future__ import annotations

from datetime import date, timedelta

from lxml import etree

from bot.pages.newsroom.bars import draw_bars

FIRST = date(2026, 5, 1)


def bars(*counts: tuple[int, int]):
    return draw_bars("Asked", {FIRST + timedelta(days=n): one for n, one in enumerate(counts)})


def heights(chart, kind: str) -> list[float]:
    return [float(one.get("height")) for one in chart.iter("rect") if one.get("class") == kind]


def test_bars_are_as_high_as_their_counts_and_of_two_parts():
    chart = bars((10, 0), (5, 5), (10, 5), (0, 0))
    one, two = heights(chart, "one"), heights(chart, "two")
    assert one == [164.0, 0.0, 82.0, 0.0]
    assert two == [0.0, 82.0, 82.0, 0.0]


def test_a_chart_says_in_words_what_it_shows():
    chart = bars((3, 1))
    assert chart.get("role") == "img"
    assert chart.find("title").text == "Asked"
    assert chart.find("desc").text == "01.05.: 3"
    assert b"script" not in etree.tostring(chart)


def test_without_days_there_is_a_chart_all_the_same():
    assert list(draw_bars("None", {}).iter("rect")) == []
