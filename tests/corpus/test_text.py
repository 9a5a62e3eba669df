"""Text is one clean line, or paragraphs joined by a blank line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import UnreadableError
from corpus.text import (
    cut_first_sentence,
    is_markup,
    is_web_charset,
    join,
    split_lines,
    split_paragraphs,
    squeeze,
    strip_markup,
)


@given(st.text(max_size=200))
def test_squeezing_twice_changes_nothing_more(text):
    assert squeeze(squeeze(text)) == squeeze(text)


def test_joiners_stay_inside_words_and_go_elsewhere():
    assert squeeze("\u200dक्\u200dष \u200c") == "क्\u200dष"


def test_every_kind_of_line_break_parts_paragraphs():
    assert split_paragraphs("a\r\nb\rc\u2028d\n\n \ne") == ["a", "b", "c", "d", "e"]
    assert split_lines("a\n\n b") == ["a", "", "b"]


@pytest.mark.parametrize("lines", [[], ["Two words"], ["7 8 9"]])
def test_what_holds_no_three_words_is_no_article(lines):
    with pytest.raises(UnreadableError, match="fewer than three words"):
        join(lines)


def test_letters_count_where_a_script_parts_no_words():
    assert join(["市長は月曜日に新しい橋の建設計画を正式に発表した。"])
    assert join(["One two", "three"]) == "One two\n\nthree"


@pytest.mark.parametrize(
    ("body", "headline"),
    [
        ("Mr. Smith resigned on Monday. He left.", "Mr. Smith resigned on Monday."),
        ("No full stop here\n\nAnd more.", "No full stop here"),
        (" ".join(["word,"] * 13), " ".join(["word,"] * 12).rstrip(",") + "…"),
        ("x" * 130, "x" * 120 + "…"),
    ],
)
def test_a_headline_is_the_first_sentence_cut_at_the_twelfth_word(body, headline):
    assert cut_first_sentence(body) == headline


def test_prose_with_an_angle_bracket_is_no_markup():
    assert not is_markup("if a < b and c > d")
    assert strip_markup("if a < b and c > d") == "if a < b and c > d"
    assert is_markup("one<br>two")


def test_markup_is_reduced_to_lines_without_what_nobody_sees():
    page = "<div>One<br>two &lt;3 <b>b</b>old<script>x()</script><!-- y -->\n end</div><p>Three</p>"
    assert strip_markup(page) == "One\ntwo <3 bold end\nThree"


@pytest.mark.parametrize(("name", "known"), [("Windows-1252", True), ("rot13", False), ("", False)])
def test_only_charsets_of_the_web_are_tried(name, known):
    assert is_web_charset(name) is known
