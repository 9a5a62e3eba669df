from __future__ import annotations

import pytest
from lxml import html

from corpus.parse.around.printed import find_printed, find_title

TEXT = "<p>The town council voted on Monday to close the harbour bridge for a year of works.</p>"


def find(markup: str, headline: str = "Bridge shut") -> tuple[str, ...]:
    return find_printed(html.fromstring(f"<html><body>{markup}</body></html>"), headline)


@pytest.mark.parametrize(
    ("markup", "names"),
    [
        ('<h1>Bridge shut</h1><h4 class="writer-name">Ida Brandt</h4>', ("Ida Brandt",)),
        ('<h1>Bridge shut</h1><a href="/contributor/ida">Ida Brandt</a>', ("Ida Brandt",)),
        ('<h1>Bridge shut</h1><a href="/x/author-ida-7.html">Ida Brandt</a>', ("Ida Brandt",)),
        ("<h1>Bridge shut</h1><span>By Ida Brandt</span>", ("Ida Brandt",)),
        ('<h1>Bridge shut</h1><p>by <a href="/authors/ida">Ida Brandt</a></p>', ("Ida Brandt",)),
        ('<h1>Bridge shut</h1><p rel="sioc:has_creator">Ida Brandt</p>', ("Ida Brandt",)),
        (
            '<div class="byline">Monday 4 May 2020 9:15 am by Ida Brandt and Ole Finn</div>',
            ("Ida Brandt", "Ole Finn"),
        ),
        (
            '<h1>Shut</h1><div class="byline">Ida Brandt | VNA | Updated: May 4, 2020</div>',
            ("Ida Brandt",),
        ),
        (
            '<h1>Bridge shut</h1><div class="authors"><b class="author">Ida Brandt</b> <i>Velm</i> '
            '<b class="author">Ole Finn</b></div>',
            ("Ida Brandt", "Ole Finn"),
        ),
        (
            '<h1>Bridge shut</h1><div class="author"><a class="author">Ida Brandt</a> East</div>',
            ("Ida Brandt",),
        ),
        (
            '<i itemprop="author"><a href="/author/7"><b itemprop="name">Ida Brandt</b></a>, 4</i>',
            ("Ida Brandt",),
        ),
        ('<h1>桥关了</h1><p class="author">谢若含</p>', ("谢若含",)),
        (
            '<div class="sidebar-wrap"><h1>Bridge</h1><b class="author">Ida Brandt</b></div>',
            ("Ida Brandt",),
        ),
    ],
)
def test_a_name_beside_the_headline_is_the_authors(markup, names):
    assert find(markup + TEXT) == names


@pytest.mark.parametrize(
    "markup",
    [
        '<h1>Bridge shut</h1><a href="/people/ida">桥</a>',
        '<h1>Bridge shut</h1><a href="http://[bad/author/x">Ida Brandt</a>',
        '<h1>Bridge shut</h1><a class="author" href="/author/ida">More stories</a>',
        '<h1>Bridge shut</h1><a class="author" href="/author/ida">Velm Archive</a>',
        '<h1>Bridge shut</h1><b class="author-avatar">Ida Brandt</b>',
        '<h1>Bridge shut</h1><b class="author">Brandt</b>',
        '<h1>Bridge shut</h1><b class="author"></b>',
        '<h1>Bridge shut</h1><div class="author">' + "Ida Brandt told all. " * 40 + "</div>",
        '<h1>Bridge shut</h1><ul class="comments"><li class="author">By Ida Brandt</li></ul>',
        '<h1>Bridge shut</h1><p>The mayor of the whole of Velm, <a href="/people/x">Ida Brandt</a>'
        ", told a crowd on the quay that shops will be paid.</p>",
        '<b class="author">Ida Brandt</b>',
    ],
)
def test_a_name_elsewhere_is_not(markup):
    assert find(markup + TEXT) == ()


def test_authors_who_are_told_of_one_after_another_are_all_named():
    card = '<div><b class="author">{}</b><i>' + "of Velm " * 16 + "</i></div>"
    first, second = (card.format(name) for name in ("Ida Brandt", "Ole Finn"))
    assert find(f"<h1>Bridge shut</h1>{first}{second}") == ("Ida Brandt", "Ole Finn")


def test_the_headline_is_the_heading_that_prints_it_or_the_first():
    tree = html.fromstring("<body><h1>Velm Notes</h1><h2>Bridge shut</h2><script>1</script></body>")
    assert find_title(tree, "Bridge shut").tag == "h2"
    assert find_title(tree, "Else").tag == "h1"
    assert find_title(html.fromstring("<p>Red</p>"), "Else") is None
    assert find_printed(tree, "Bridge shut") == ()
