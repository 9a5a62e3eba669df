from __future__ import annotations

import pytest
from lxml import html

from corpus.shown import drop_unseen
from corpus.styles import find_hidden, matches


def hides(style: dict[str, str]) -> bool:
    return style.get("display") == "none"


def hidden(css: str, around: str = "{}") -> frozenset[str]:
    page = around.format(f"<style>{css}</style>")
    return find_hidden(html.document_fromstring(f"<html><head>{page}</head><p>Owl"), hides)


@pytest.mark.parametrize(
    ("css", "selectors"),
    [
        (".promo{display:none}", {".promo"}),
        ("#Ad , p.Hint { margin: 0; DISPLAY : None !important }", {"#ad", "p.hint"}),
        ("@import 'x'; .a{display:none}", {".a"}),
        (".a{display:none} .a{display:block}", set()),
        (".a{display:none} .a{color:red}", {".a"}),
        ("/* .a{display:none} */ .b{} /* and", set()),
        ("@media print{ .a{display:none} } .b{display:none}", {".b"}),
        (".x .a{display:none} .a:hover{display:none} p{display:none} a > .b{display:none}", set()),
        ("} .a{display:none", set()),
        ("", set()),
    ],
)
def test_only_simple_rules_that_hold_everywhere_hide(css, selectors):
    assert hidden(css) == selectors


@pytest.mark.parametrize(
    ("around", "is_read"),
    [("{}", True), ("<noscript>{}</noscript>", False)],
)
def test_style_sheets_for_those_without_scripts_say_nothing(around, is_read):
    assert (hidden(".a{display:none}", around) != frozenset()) is is_read
    page = html.document_fromstring("<style media='print'>.a{display:none}</style><p>Owl")
    assert find_hidden(page, hides) == frozenset()


def test_an_element_is_matched_by_class_id_or_both():
    element = html.fragment_fromstring("<p class='X hint' id='Ad'>Owl</p>")
    assert all(matches(element, frozenset([one])) for one in (".x", "#ad", "p.hint"))
    assert not matches(element, frozenset([".ad", "div.hint"]))
    assert not matches(element, frozenset())


def test_what_a_pages_own_style_hides_is_left_out_unless_it_is_most_of_it():
    css = "<style>.promo{visibility:hidden} .all{display:none}</style>"
    text = "An owl sat at the mill on Tuesday, and it would not leave."
    page = html.document_fromstring(
        f"<html><head>{css}</head><body><div class='all'><p>{text}</p><p class='promo'>Buy</p>"
        f"<p>{text}</p></div></body></html>"
    )
    drop_unseen(page)
    assert " ".join(page.find("body").text_content().split()) == text + text
