from __future__ import annotations

import pytest
from lxml import html

from corpus.parse.around.asides import drop_asides

TEXT = (
    "<p>The council of Velm bought nine trams on Tuesday, and the mayor, Ola Finn, drove the first"
    " of them through the harbour quarter before a crowd of pensioners and schoolchildren.</p>"
    "<p>Tickets stay cheap until autumn, Finn promised, although the workshop needs another roof"
    " and the conductors of the northern depot have asked for shorter evening shifts.</p>"
)
STRANGE = (
    "<p>Singer Bela Kord cancels every concert after surgery in Lisbon.</p>"
    "<p>Astronomers photograph seven distant galaxies with their restored telescope.</p>"
)


def kept(box: str) -> bool:
    tree = html.fromstring(f"<article><h1>Trams</h1>{TEXT}{box}</article>")
    drop_asides(tree)
    assert "nine trams" in tree.text_content()
    return "MARK" in tree.text_content()


@pytest.mark.parametrize(
    "box",
    [
        '<div class="wp-caption"><img src="a"><p class="wp-caption-text">MARK at dawn.</p></div>',
        '<span class="mediaCaption">MARK at dawn.</span>',
        '<p><img src="a"><em>MARK at dawn.</em></p>',
        '<div class="relatedStories"><p>MARK and more.</p></div>',
        '<div id="most-read"><ul><li><a href="/1">MARK</a></li></ul></div>',
        '<div class="teaser"><a href="/1">MARK at dawn, and ever after</a></div>',
        f'<div class="stream">{STRANGE}<p>MARK.</p></div>',
        '<div class="related"><div class="caption">MARK</div></div>',
    ],
)
def test_boxes_of_other_things_go(box):
    assert not kept(box)


@pytest.mark.parametrize(
    "box",
    [
        '<div class="story"><p>MARK said the mayor.</p></div>',
        '<div class="teaser"><p>MARK: the mayor, Finn, drove a tram on Tuesday.</p></div>',
        '<p><img src="a">MARK said so, and <em>meant it</em>.</p>',
        f'<div class="related-body">{TEXT}{TEXT}<p>MARK</p></div>',
        '<div class="card">' + STRANGE.replace("Singer", "MARK") + "</div>" + '<i class="x"></i>'
        + '<div class="card"><p>Velm.</p></div>' * 3,
        '<p class="related">MARK said the mayor.</p>',
    ],
)  # fmt: skip
def test_boxes_of_the_article_stay(box):
    assert kept(box)


def test_a_page_without_named_boxes_is_left_alone():
    tree = html.fromstring(f"<article>{TEXT}</article>")
    drop_asides(tree)
    assert len(tree.findall("p")) == 2
