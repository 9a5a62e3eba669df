from __future__ import annotations

import pytest
from lxml import html

from corpus.parse.around.walls import (
    asks_to_subscribe,
    find_wall,
    is_front_page,
    is_stub,
    split_paywall,
)

NEWS = [
    "The regulator fined a shoe shop for its cookies on Thursday, and the shop will appeal.",
    "Visitors could accept all of them with one click, but needed nine clicks to refuse.",
    "The fine is forty thousand crowns, half of what the watchdog had asked the court for.",
    "Lawyers say that most shops in Velm have changed their sites since the spring of last year.",
]


@pytest.mark.parametrize(
    ("headline", "lines", "reason"),
    [
        (
            "Before you go on",
            [
                "We and our partners use cookies to store and access information on your device.",
                "Click 'Accept all' to agree, or manage settings to reject all vendors.",
            ],
            "consent",
        ),
        (
            "Bevor es weitergeht",
            [
                "Wir und unsere Partner nutzen Cookies für Werbung; das braucht Ihre Einwilligung.",
                "Alle akzeptieren oder alle ablehnen, mehr im Datenschutz.",
            ],
            "consent",
        ),
        ("Access Denied", ["You don't have permission to access this on this server."], "refuses"),
        ("Just a moment", ["Verify you are human by completing the captcha below."], "refuses"),
    ],
)
def test_a_wall_is_told_by_several_phrases(headline, lines, reason):
    assert reason in find_wall(headline, lines)


def test_news_about_walls_is_news():
    assert find_wall("Shop fined for cookies", NEWS) is None
    assert find_wall("Court says access denied", [*NEWS, "Entry was forbidden."]) is None


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("To read the whole story, please subscribe to the Velm Post.", True),
        ("Already a subscriber? Log in for full access.", True),
        ("Jetzt abonnieren und diesen Artikel weiterlesen.", True),
        ("Suscríbete para seguir leyendo esta noticia.", True),
        ("The club asks members to subscribe to the new rules.", False),
        ("“Please subscribe to read this story,” the banner said.", False),
    ],
)
def test_a_line_that_asks_readers_to_pay_is_told_from_a_sentence(line, asks):
    assert asks_to_subscribe(line) is asks


def test_a_paywall_is_dropped_from_the_end_only():
    wall = "Subscribe now to continue reading this article."
    assert split_paywall([wall, *NEWS, *NEWS, wall]) == ([wall, *NEWS, *NEWS], True)
    assert split_paywall(NEWS) == (NEWS, False)
    assert is_stub(["The tram is late."])
    assert not is_stub(NEWS)


def front(count: int) -> tuple[html.HtmlElement, list[str]]:
    told = [
        f"Teaser number {number} tells a little of what happened in Velm."
        for number in range(count)
    ]
    boxes = "".join(
        f'<h2><a href="/{number}">Story {number}</a></h2><p>{text}</p><p>By us</p>'
        for number, text in enumerate(told)
    )
    return html.fromstring(f"<div>{boxes}<a href='/'><h3>More</h3></a><h3>Plain</h3></div>"), told


@pytest.mark.parametrize(
    ("count", "kind", "address", "dated", "front_page"),
    [
        (4, "website", "https://velm.example/", False, True),
        (4, "", "https://velm.example/news", False, True),
        (4, "", None, True, False),
        (4, "article", "https://velm.example/news", False, False),
        (2, "website", "https://velm.example/", False, False),
    ],
)
def test_a_front_page_tells_a_little_of_many_stories(count, kind, address, dated, front_page):
    tree, told = front(count)
    assert is_front_page(tree, told, kind=kind, address=address, dated=dated) is front_page
