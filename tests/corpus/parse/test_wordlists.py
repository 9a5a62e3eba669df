"""Word lists are read in lower case, and once."""

import pytest

from corpus.parse.wordlists import load_words


def test_words_are_in_lower_case_whatever_the_file_says():
    words = load_words("bylines.json", "roles")
    assert "editor" in words
    assert {word.casefold() for word in words} == words


def test_a_list_is_read_once():
    assert load_words("furniture.json", "alone") is load_words("furniture.json", "alone")


def test_a_list_that_is_not_there_is_our_own_fault():
    with pytest.raises(KeyError):
        load_words("furniture.json", "no such list")
