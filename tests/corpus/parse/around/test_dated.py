from __future__ import annotations

from datetime import date

import pytest
from lxml import html

from corpus.dates import parse_past
from corpus.parse.around.dated import read_address, read_printed

TEXT = "<p>The town council voted on Monday to close the harbour bridge for a year of works.</p>"
DAY = date(2020, 5, 4)


def read(markup: str) -> date | None:
    tree = html.fromstring(f"<html><body>{markup}{TEXT}</body></html>")
    found = read_printed(tree, "Bridge shut", parse_past)
    return found.time.date() if found else None


@pytest.mark.parametrize(
    "markup",
    [
        "<h1>Bridge shut</h1><div>Monday, May 4, 2020</div>",
        "<h1>Bridge shut</h1><div>Ida Brandt | VNA | Updated: May 4, 2020, 11:05</div>",
        "<h1>Bridge shut</h1><div>Velm<br>2020年5月4日</div>",
        "<h1>Bridge shut</h1><b>4. Mai 2020</b>",
        '<span class="entryDate">04.05.2020</span>',
        '<h1>Bridge shut</h1><b>Updated 7 May 2020</b><b class="date">4 May 2020</b>',
        "<script>1 May 2020</script><h1>Bridge shut</h1><b>1 May 1901</b><b>4 May 2020</b>",
    ],
)
def test_the_day_beside_the_headline_is_the_articles(markup):
    assert read(markup) in (DAY, date(2020, 5, 4))


@pytest.mark.parametrize(
    "markup",
    [
        "<b>4 May 2020</b>",
        '<h1>Bridge shut</h1><div class="related"><b class="date">4 May 2020</b></div>',
        "<h1>Bridge shut</h1><p>The bridge was opened to all who live here on <b>4 May 2020</b> by"
        " a mayor who is long gone.</p>",
        "<h1>Bridge shut</h1><b>34 Moo 2020</b>",
    ],
)
def test_a_day_elsewhere_is_not(markup):
    assert read(markup) is None


def test_an_address_names_a_day():
    assert read_address("https://velm.example/2020/05/04/bridge", parse_past).time.date() == DAY
    assert read_address("https://velm.example/2020/15/44/bridge", parse_past) is None
    assert read_address(None, parse_past) is None
