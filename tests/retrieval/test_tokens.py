"""Indexing and querying cut texts into the same terms."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.tokens import tokenize, tokenize_query

modest = settings(deadline=None, max_examples=80)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Ferries and ferry", ["ferri", "ferri"]),
        ("The mayor’s plan, the mayor's plans", ["mayor", "plan", "mayor", "plan"]),
        ("O'Neill", ["o'neil"]),
        ("1,200 crowns, 4.50 each; 3.", ["1,200", "crown", "4.50", "3"]),
        ("COVID-19", ["covid", "19"]),
        ("A380 landed", ["380", "land"]),
        ("Straße", ["strass"]),
        ("渡轮", ["渡轮"]),
        ("ÉCOLE École", ["école", "école"]),
        ("snake_case", ["snake", "_", "case"]),
        ("— … !?", []),
        ("", []),
        ("who was it that is not of the and", []),
    ],
)
def test_a_text_is_cut_into_stems_without_stop_words(text, terms):
    assert tokenize(text) == terms


@modest
@given(st.text(max_size=80))
def test_terms_are_the_same_whatever_the_case_and_kind_of_apostrophe(text):
    assert tokenize(text.casefold()) == tokenize(text)
    assert tokenize(text.replace("'", "’")) == tokenize(text)


@modest
@given(st.text(max_size=80))
def test_a_term_is_never_empty_and_holds_no_white_space(text):
    # The index keeps its vocabulary a line a term.
    assert all(term.split() == [term] for term in tokenize(text))


@modest
@given(st.lists(st.text("ab c", max_size=12), max_size=4))
def test_query_terms_are_distinct_and_in_order_of_first_appearance(texts):
    every = [term for text in texts for term in tokenize(text)]
    found = tokenize_query(texts)
    assert sorted(found) == sorted(set(every))
    assert [every.index(term) for term in found] == sorted(every.index(term) for term in found)


def test_a_stop_word_with_a_possessive_is_a_stop_word():
    assert tokenize("who's it's that’s") == []
