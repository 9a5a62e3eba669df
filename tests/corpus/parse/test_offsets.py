"""A slice of a body is found again in the text that the body was read from."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.errors import UnreadableError
from corpus.parse.offsets import Given
from corpus.parse.records import Piece, read_given, read_record
from corpus.text import squeeze


def found(text, words):
    """Read a record, and cut from its text where some words of its body stand."""
    body = read_record({"text": text}).body
    start = body.index(words)
    (record,) = read_given(Piece("a:1", json.dumps({"Text": text, "title": "The ferry"}).encode()))
    given = Given(record.text, body)
    begin, end = given.place((start, start + len(words)))
    return given.text[begin:end]


@pytest.mark.parametrize(
    ("text", "words", "there"),
    [
        ("The ferry sails at ten.", "sails at", "sails at"),
        ("\ufeff  The\tferry\n\n\nsails  at ten.", "sails at", "sails  at"),
        ("One line.\nThe ferry sails.\r\nAt ten.", "sails.\n\nAt", "sails.\r\nAt"),
        ("The \u200b fer\u00adry sails \u200bat ten.", "ferry", "fer\u00adry"),
        ("The caf\u0065\u0301 at the pier sails.", "pier", "pier"),
        ("Too late, she said \u200b“again”.", "“again”", "“again”"),
    ],
)
def test_words_are_found_where_they_were_given(text, words, there):
    assert found(text, words) == there


def test_a_credit_at_the_end_changes_no_place():
    text = "The  ferry sails at ten.\nNobody is on it.\nReuters contributed to this story."
    assert read_record({"text": text}).credit
    assert found(text, "Nobody is") == "Nobody is"


def test_a_body_made_from_html_stands_for_itself():
    text = "<p>The ferry&nbsp;sails</p><p>at <b>ten</b>.</p>"
    given = Given(text, read_record({"text": text}).body)
    assert given.text == "The ferry sails\n\nat ten."
    assert given.place((4, 9)) == (4, 9)


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("ab \n\t\r\u00a0\u200b\u00ad\u0301é“.<\u200d"), max_size=60))
@example("a a\u0301\u200b a")
def test_every_word_of_a_body_is_found_in_its_text(text):
    try:
        body = read_record({"text": text, "encodingFormat": "text/plain"}).body
    except UnreadableError:
        return
    given = Given(text, body)
    assert given.text == text
    for word in re.finditer(r"\S+", body):
        start, end = given.place(word.span())
        assert 0 <= start < end <= len(text)
        # An accent of its own joins its letter in the body; either half may mark the place.
        assert "\u0301" in text or squeeze(text[start:end]) == word.group()
