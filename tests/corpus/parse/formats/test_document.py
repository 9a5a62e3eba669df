from __future__ import annotations

import pytest

from corpus.article import Article
from corpus.errors import Failure
from corpus.parse.formats.document import name_article, name_single, read_file_title, read_title
from corpus.text import cut_first_sentence

BODY = "An owl sat at the mill on Tuesday. A cat watched it."
UNNAMED = Article(headline=cut_first_sentence(BODY), body=BODY)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("owl-seen-at-the-mill", "Owl seen at the mill"),
        ("Owl seen at the mill - The Post", "Owl seen at the mill - The Post"),
        ("2031-03-04_Owl_seen_at_Wexmoor", "Owl seen at Wexmoor"),
        ("owl+seen+twice (3)", "Owl seen twice"),
        ("17 owls-of-the-mill final", "17 owls of the mill"),
        ("part-1-of-7", ""),
        ("a8f3-77", ""),
        ("notes", ""),
        ("水车上的猫头鹰", ""),
        ("", ""),
    ],
)
def test_the_name_of_a_file_is_a_headline_where_it_is_words(name, title):
    assert read_file_title(name) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [("Owl seen at the mill.indd", "Owl seen at the mill"), ("untitled", ""), ("Q3 17 22 owl", "")],
)
def test_what_a_file_calls_itself_is_a_headline_where_it_is_words(text, title):
    assert read_title(text) == title


def test_only_an_article_without_headline_is_named():
    assert name_article(UNNAMED, "Owl seen").headline == "Owl seen"
    assert name_article(UNNAMED, "") == UNNAMED
    named = Article(headline="Owl", body=BODY)
    assert name_article(named, "Owl seen") == named


def test_only_a_file_of_one_article_names_it():
    assert [one.headline for one in name_single([UNNAMED], "Owl seen")] == ["Owl seen"]
    assert name_single([UNNAMED, UNNAMED], "Owl seen") == [UNNAMED, UNNAMED]
    assert name_single([Failure("a", "b")], "Owl seen") == [Failure("a", "b")]
