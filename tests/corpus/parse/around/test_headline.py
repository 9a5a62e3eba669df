from __future__ import annotations

import pytest
from lxml import html

from corpus.parse.around.headline import find_headline

LONG = "Engineers found cracks in four of the nine harbour piers"


@pytest.mark.parametrize(
    ("stated", "body", "headline"),
    [
        (["Bridge shut -- The Velm Post"], '<a href="/">The Velm Post</a>', "Bridge shut"),
        (["桥关了｜VELM"], '<a href="https://velm.example"><img alt="VELM"></a>', "桥关了"),
        (["Opinion | Bridge shut"], "<h1>Bridge shut</h1>", "Bridge shut"),
        (["Bridge shut — Home Call"], "<h1>Bridge shut</h1>", "Bridge shut"),
        (["Velm Post"], '<a href="/">Velm Post</a><h1>Bridge shut</h1>', "Bridge shut"),
        (["Velm Post"], '<a href="/">Velm Post</a>', "Velm Post"),
        (["Mayor | Bridge shut | x"], "<h1>Mayor</h1>", "Mayor | Bridge shut | x"),
        (["", "Bridge shut"], '<a href="http://[x">News</a><a href="/n">x</a>', "Bridge shut"),
        ([LONG], f"<h1>{LONG} last autumn</h1>", f"{LONG} last autumn"),
        ([LONG], f"<h1>{LONG} {'and more ' * 9}</h1>", LONG),
        (["Bridge"], "<h1>Bridge shut</h1>", "Bridge"),
        ([], "", None),
    ],
)
def test_the_headline_is_freed_of_what_is_not_its_own(stated, body, headline):
    tree = html.fromstring(f"<html><body>{body}<p>Red</p></body></html>")
    assert find_headline(tree, stated, set()) == headline


def test_names_of_home_are_few():
    links = "".join(f'<a href="/">Name {number}</a>' for number in range(30))
    tree = html.fromstring(f"<body>{links}</body>")
    assert find_headline(tree, ["Bridge shut | Name 2"], set()) == "Bridge shut"
    assert find_headline(tree, ["Bridge shut | Name 29"], set()) == "Bridge shut | Name 29"
