from __future__ import annotations

import time

import pytest
from lxml import html

from corpus.shown import drop, drop_unseen, part_words, stands_in_text

SEEN = "The tram to Velm runs again from Friday, and the fare stays what it was last year."


def read(markup: str) -> str:
    tree = html.fromstring(f"<html><body><h1>Tram</h1><p>{SEEN}</p>{markup}</body></html>")
    drop_unseen(tree)
    part_words(tree)
    return " ".join(tree.find("body").text_content().split()).removeprefix(f"Tram {SEEN}").strip()


@pytest.mark.parametrize(
    "markup",
    [
        "<p hidden>{}</p>",
        "<template><p>{}</p></template>",
        "<noscript>{}</noscript>",
        "<dialog>{}</dialog>",
        "<p><del>{}</del></p>",
        "<p><s>{}</s></p>",
        '<p class="x visually-hidden">{}</p>',
        '<span class="Text_visuallyHidden__a1">{}</span>',
        '<p class="screen-reader-text">{}</p>',
        '<p class="sr-only">{}</p>',
        '<p style="color: red; DISPLAY : none !important">{}</p>',
        '<p style="visibility:hidden">{}</p>',
        '<p style="clip: rect(0, 0, 0, 0); position: absolute">{}</p>',
        '<p style="clip-path: inset(50%)">{}</p>',
        '<p style="position:absolute; left:-9999px">{}</p>',
        '<p style="height:0; overflow:hidden">{}</p>',
        '<p style="font-size:0">{}</p>',
        '<p style="text-decoration: line-through">{}</p>',
        '<p class="hidden">{}</p>',
        '<p style="opacity:0">{}</p>',
        '<div aria-hidden="true">{}</div>',
        "<div hidden><div hidden>{}</div></div>",
    ],
)
def test_what_no_reader_sees_goes_and_what_follows_stays(markup):
    assert read(markup.format("Not for print") + "Trams are red.") == "Trams are red."


@pytest.mark.parametrize(
    "markup",
    [
        '<p class="hidden md:block">{}</p>',
        '<p class="d-none d-lg-block">{}</p>',
        '<dialog open="">{}</dialog>',
        '<p>A <span aria-hidden="true">{}</span></p>',
        '<p style="opacity: 0.9; left: 4px">{}</p>',
        "<div hidden><h1>{}</h1></div>",
    ],
)
def test_what_only_looks_hidden_stays(markup):
    assert read(markup.format("Trams are red.")).endswith("Trams are red.")


def test_a_weak_sign_hides_nothing_that_holds_most_of_a_page():
    most = "Nine drivers were hired in June. " * 12
    assert read(f'<div style="opacity:0">{most}</div>') == most.strip()


def test_the_text_that_a_script_shows_later_stays():
    text = "<p>Nine drivers were hired in June. Nine more will be.</p>" * 4
    kept = "Nine drivers were hired in June. Nine more will be." * 4
    assert read(f'<div style="display:none">{text}</div>').replace(" ", "") == kept.replace(" ", "")
    assert read('<div style="display:none"><p>a</p><p>b</p><p>c</p></div>') == ""


def test_the_whole_page_is_never_dropped():
    tree = html.fromstring('<html hidden><body style="display:none"><p>Red</p></body></html>')
    drop_unseen(tree)
    drop(tree)
    assert tree.text_content() == "Red"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<div><span>7 June 2020</span><span>Ola Finn</span></div>", "7 June 2020 Ola Finn"),
        ("<li><b>Speed</b><span>40 km</span></li>", "Speed 40 km"),
        ("<p><span>T</span><span>rams</span></p>", "Trams"),
        ("<p><em>un</em><b>stoppable</b></p>", "unstoppable"),
        ("<p><i>Red.</i><b>Blue</b></p>", "Red. Blue"),
        ("<p><a>红色</a><a>电车</a></p>", "红色电车"),
        ("<p><span>(</span><span>red)</span></p>", "(red)"),
        ("<p><a></a><a>Red</a></p>", "Red"),
        ("<p><span>one <b><i><u><em><font><span>two</span></font></em></u></i></b></span>"
         "<a>Red</a></p>", "one twoRed"),
        ("<div>Red</div><div>Blue</div>", "Red Blue"),
        ("<p>Red\n  trams\nrun</p>", "Red trams run"),
    ],
)  # fmt: skip
def test_words_do_not_touch_across_tags(markup, text):
    assert read(markup) == text


def test_verbatim_text_keeps_its_lines():
    tree = html.fromstring("<div><pre>one\n two</pre>\n<p>a\nb</p></div>")
    part_words(tree)
    assert tree.find("pre").text == "one\n two"
    assert tree.find("p").text == "a b"


def test_items_of_a_list_in_a_list_follow_the_one_they_stand_in():
    tree = html.fromstring(
        "<ul><li>Red<ul><li>dark<ol><li>very</li></ol></li><li>light</li></ul></li><li>Blue</li></ul>"
    )
    part_words(tree)
    assert [item.text_content().strip() for item in tree.iter("li")] == [
        *("Red", "dark", "very", "light", "Blue")
    ]


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("Trams run.<br>They are red.", 1),
        ("Trams run on<br>the new rails.", 1),
        ("Trams run.<br><br>They are red.", 2),
        ("Line 4<br>Line 7", 2),
        ("<b>Trams run</b>.<br>They are red.", 1),
    ],
)
def test_a_single_line_break_in_running_text_is_a_blank(markup, lines):
    tree = html.fromstring(f"<div><p>{markup}</p></div>")
    part_words(tree)
    assert (tree.find(".//br") is not None) == (lines > 1)


def test_words_in_a_button_belong_to_the_sentence_around_them():
    sentence = (
        "<p>The council of Velm calls the old tram <button>a moving museum</button> of steel.</p>"
    )
    tree = html.fromstring(f"<div>{sentence}<p><button>Share</button></p><button>x</button></div>")
    assert [stands_in_text(one) for one in tree.iter("button")] == [True, False, False]
    part_words(tree)
    assert len(list(tree.iter("button"))) == 2


@pytest.mark.parametrize(
    "markup",
    [
        "<div hidden>" * 3000,
        '<div aria-hidden="true">a' * 3000,
        "<ul><li>" * 1500,
        "<p><button>a" * 2000,
        "<span>a</span>" * 20_000,
        "<p>" + "A.<br>B" * 20_000,
        "<p>" + "a<del>b</del>" * 20_000,
    ],
)
def test_no_nesting_takes_long(markup):
    started = time.monotonic()
    read(markup)
    assert time.monotonic() - started < 5
