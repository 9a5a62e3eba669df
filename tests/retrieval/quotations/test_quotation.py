"""A quotation is shown with its sentences, and once for all who carried it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from corpus.article import Article
from corpus.attribution.attribution import Attribution, Kind
from retrieval.quotations.quotation import (
    Quotation,
    find_sentence,
    measure_likeness,
    merge_quotations,
)

BODY = (
    "The bus came. “Nobody took our petition seriously this year,” Petra Oblonsky said. She left."
    "\n\nIt rained."
)
FIRST = Article("Hill", BODY, url="https://a.example", published=datetime(2026, 3, 1, tzinfo=UTC))
SECOND = replace(FIRST, url="https://b.example", published=datetime(2026, 3, 2, tzinfo=UTC))
UNDATED = replace(FIRST, url="https://c.example", published=None)


def said(article, words="“Nobody took our petition seriously this year,”", score=0.5):
    start = article.body.index(words)
    at = (start, start + len(words))
    one = Attribution(at, Kind.DIRECT, None, "", "", None, 0.9)
    return Quotation(article, one, find_sentence(article, one), score)


def test_the_sentences_hold_quote_speaker_and_cue():
    words = "“Nobody took our petition seriously this year,” Petra Oblonsky said."
    start, end = said(FIRST).sentence
    assert BODY[start:end] == words
    speaker = BODY.index("She"), BODY.index("She") + 3
    far = replace(said(FIRST).attribution, speaker=speaker)
    start, end = find_sentence(FIRST, far)
    assert BODY[start:end] == f"{words} She left."


def test_a_speaker_far_away_is_not_shown():
    body = f"Oblonsky came. {'It rained. ' * 90}“We stay.”"
    article = Article("Hill", body)
    one = replace(said(article, "“We stay.”").attribution, speaker=(0, 8))
    start, end = find_sentence(article, one)
    assert body[start:end] == "“We stay.”"


def test_copies_stand_behind_who_printed_first():
    (one,) = merge_quotations([said(UNDATED, score=0.9), said(SECOND), said(FIRST)])
    assert (one.article, one.copies, one.score) == (FIRST, (SECOND, UNDATED), 0.9)
    assert one.quote == "“Nobody took our petition seriously this year,”"


def test_of_two_that_overlap_the_first_is_kept():
    whole, part = said(FIRST), said(FIRST, "our petition")
    assert merge_quotations([whole, part]) == [whole]
    assert merge_quotations([part, whole]) == [part]
    assert merge_quotations([]) == []


@pytest.mark.parametrize(
    ("words", "quote", "likeness"),
    [
        ("the ferry’s safe", "“The ferry's safe!”", 1.0),
        ("ferry is safe today", "“The ferry is safe today, for all”", 1.0),
        ("it is safe", "is safe", 9 / 12),
        ("safe", "The ferry sails", 0.0),
        ("“…”", "anything", 0.0),
        ("the ferry is quite safe this year", "safe", 0.0),
    ],
)
def test_very_words_are_one_and_fragments_less(words, quote, likeness):
    assert measure_likeness(words, quote) == pytest.approx(likeness)


def test_words_that_are_nearly_the_same_are_less_than_the_very_words():
    assert 0.8 < measure_likeness("the ferry was inspected", "“the ferry is inspected”") < 1
